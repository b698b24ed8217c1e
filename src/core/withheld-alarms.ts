import type { Alarm, AlarmKind } from "../domain/alarms.ts";
import { peakZ } from "../domain/alarms.ts";
import type { AlarmId } from "../domain/ids.ts";
import type { LoadClass } from "../domain/load-classes.ts";
import type { WallMs } from "../domain/units.ts";

/** An alarm that nobody was called for, as the lane's settings have it. */
export interface WithheldAlarm {
  readonly alarmId: AlarmId;
  readonly kind: AlarmKind;
  readonly raisedAt: WallMs;
  readonly peakZ: number | null;
  readonly class: LoadClass;
  readonly reasons: readonly string[];
}

export interface WithheldAlarms {
  readonly count: number;
  /** The newest first, by when they were told; at most `withheldMax`. */
  readonly latest: readonly WithheldAlarm[];
}

/** 20 of a lane ≈ 6 kB. Older ones are counted, not listed; the log keeps them. */
export const withheldMax = 20;

export const noneWithheld: WithheldAlarms = { count: 0, latest: [] };

/** With one more; the same where it is listed already. */
export const withWithheld = (held: WithheldAlarms, alarm: Alarm): WithheldAlarms => {
  if (held.latest.some(({ alarmId }) => alarmId === alarm.alarmId)) return held;
  const { alarmId, kind, raisedAt, advice } = alarm;
  const entry = {
    alarmId,
    kind,
    raisedAt,
    peakZ: peakZ(alarm),
    class: advice.class,
    reasons: advice.reasons,
  };
  return { count: held.count + 1, latest: [entry, ...held.latest].slice(0, withheldMax) };
};
