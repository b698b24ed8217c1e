import type { Adjudication, AlarmCase } from "../domain/adjudication.ts";
import type { AlarmKind } from "../domain/alarms.ts";
import { alarmKinds } from "../domain/alarms.ts";
import type { AlarmId } from "../domain/ids.ts";
import type { DecisionStamps } from "../domain/latency.ts";
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

/** Whom an alarm waits for: any officer, whoever has begun, a second person. */
const turns = {
  unacknowledged: 0,
  acknowledged: 1,
  "awaiting-approval": 2,
  dispositioned: 3,
} as const satisfies Record<QueueEntry["state"], number>;

/**
 * Queue order, a total one: alarms without a disposition that stands first, by severity, the unacknowledged before the
 * acknowledged and those before what waits for approval, the oldest first; then the dispositioned ones, the newest first.
 */
export const compareInQueue = (a: QueueEntry, b: QueueEntry): number => {
  const aDone = a.state === "dispositioned";
  const bDone = b.state === "dispositioned";
  if (aDone || bDone) return aDone && bDone ? byAge(b, a) : aDone ? 1 : -1;
  return (
    alarmKinds[a.kind].severity - alarmKinds[b.kind].severity ||
    turns[a.state] - turns[b.state] ||
    byAge(a, b)
  );
};

/** Nothing is left to do or to happen: dispositioned, no change of that is proposed, and its occupancy is over. */
export const isClosed = ({ alarm, adjudication }: AlarmCase): boolean =>
  alarm.state === "ended" && adjudication.state === "dispositioned";

/**
 * The newer alarm and the newer adjudication of two cases of one alarm, and the stamps that were said first. Which came
 * first does not matter; `held` itself is returned where `told` brings nothing new.
 */
export const newerCase = (held: AlarmCase, told: AlarmCase): AlarmCase => {
  const alarm = told.alarm.version > held.alarm.version ? told.alarm : held.alarm;
  const adjudication = isLater(told.adjudication, held.adjudication) ? told.adjudication : held.adjudication;
  const latency = firstLatency(held.latency, told.latency);
  if (alarm === held.alarm && adjudication === held.adjudication && latency === held.latency) return held;
  return latency === undefined ? { alarm, adjudication } : { alarm, adjudication, latency };
};

/**
 * A renewed claim has no version of its own: of two claims of one version the longer is the later. Where two cores knew the
 * alarm differently when one disposed of it, the one that waits for a second person counts.
 */
const isLater = (told: Adjudication, held: Adjudication): boolean => {
  if (told.version !== held.version) return told.version > held.version;
  if (told.state !== held.state) return told.state === "awaiting-approval";
  return told.claim !== null && held.claim !== null && told.claim.until > held.claim.until;
};

/** `held` itself where both were said at one time. */
const firstLatency = (
  held: DecisionStamps | undefined,
  told: DecisionStamps | undefined,
): DecisionStamps | undefined => {
  if (held === undefined || told === undefined) return held ?? told;
  return told.decidedAt < held.decidedAt ? told : held;
};
