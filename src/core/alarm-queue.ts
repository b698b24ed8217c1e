import type { Adjudication, AlarmCase } from "../domain/adjudication.ts";
import type { AlarmKind } from "../domain/alarms.ts";
import { alarmKinds } from "../domain/alarms.ts";
import type { AlarmId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";

/** What decides an alarm's place in the officers' queue. */
export interface QueueEntry {
  readonly alarmId: AlarmId;
  readonly kind: AlarmKind;
  readonly raisedAt: WallMs;
  readonly state: Adjudication["state"];
}

/** Oldest first; the id decides between alarms of one moment. */
export const byAge = (
  a: Pick<QueueEntry, "alarmId" | "raisedAt">,
  b: Pick<QueueEntry, "alarmId" | "raisedAt">,
): number => a.raisedAt - b.raisedAt || (a.alarmId < b.alarmId ? -1 : a.alarmId > b.alarmId ? 1 : 0);

/**
 * Queue order, a total one: alarms without a disposition first, by severity, the unacknowledged before the
 * acknowledged, the oldest first; then the dispositioned ones, the newest first.
 */
export const compareInQueue = (a: QueueEntry, b: QueueEntry): number => {
  const aDone = a.state === "dispositioned";
  const bDone = b.state === "dispositioned";
  if (aDone || bDone) return aDone && bDone ? byAge(b, a) : aDone ? 1 : -1;
  return (
    alarmKinds[a.kind].severity - alarmKinds[b.kind].severity ||
    Number(a.state === "acknowledged") - Number(b.state === "acknowledged") ||
    byAge(a, b)
  );
};

/** Nothing is left to do or to happen: dispositioned, and its occupancy is over. */
export const isClosed = ({ alarm, adjudication }: AlarmCase): boolean =>
  alarm.state === "ended" && adjudication.state === "dispositioned";

/**
 * The newer alarm and the newer adjudication of two cases of one alarm. Which came first does not matter; `held`
 * itself is returned where `told` brings nothing new.
 */
export const newerCase = (held: AlarmCase, told: AlarmCase): AlarmCase => {
  const alarm = told.alarm.version > held.alarm.version ? told.alarm : held.alarm;
  const adjudication =
    told.adjudication.version > held.adjudication.version ? told.adjudication : held.adjudication;
  return alarm === held.alarm && adjudication === held.adjudication ? held : { alarm, adjudication };
};
