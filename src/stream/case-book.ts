import { type Decidable, decide, withAlarm } from "../core/adjudication.ts";
import { newerCase } from "../core/alarm-queue.ts";
import type { AlarmCase, Command, Decision } from "../domain/adjudication.ts";
import type { Alarm } from "../domain/alarms.ts";
import type { AlarmId } from "../domain/ids.ts";

/**
 * The cases of one partition: each alarm with the officers' work on it. All open ones, whatever their number (some
 * 10 kB each): an alarm that waits for an officer is never dropped. Of the newest `maxClosedCases` that are over, what
 * the officers said: it answers late commands, and keeps frames that are folded again from opening a case anew.
 */
export interface CaseBook {
  /** The case where the alarm is news, undefined where it was known. */
  readonly takeAlarm: (alarm: Alarm) => AlarmCase | undefined;
  readonly takeCommand: (command: Command) => CaseAnswer;
  readonly knows: (alarmId: AlarmId) => boolean;
  /** Takes what another core says of an open case as far as it is newer; the case where this book knows better. */
  readonly compare: (told: AlarmCase) => AlarmCase | undefined;
}

export interface CaseAnswer {
  readonly decision: Decision;
  readonly changed: AlarmCase | undefined;
}

/**
 * 10 000 of some 600 bytes = 6 MB; more than the frames of 72 h give in a partition at two alarms a minute. Beyond, the
 * longest closed is forgotten: a late command on it is refused as `unknown-alarm`.
 */
export const maxClosedCases = 10_000;

/** @param restored in the order in which they last changed. */
export const openCaseBook = (restored: Iterable<AlarmCase>): CaseBook => {
  const open = new Map<AlarmId, AlarmCase>();
  const closed = new Map<AlarmId, Decidable>();

  const keep = (next: AlarmCase): void => {
    const { alarm, adjudication } = next;
    if (alarm.state !== "ended" || adjudication.state !== "dispositioned") {
      open.set(alarm.alarmId, next);
      return;
    }
    open.delete(alarm.alarmId);
    closed.set(alarm.alarmId, { alarm: { laneId: alarm.laneId }, adjudication });
    const [longestClosed] = closed.keys();
    if (closed.size > maxClosedCases && longestClosed !== undefined) closed.delete(longestClosed);
  };
  for (const known of restored) keep(known);

  const compare = (told: AlarmCase): AlarmCase | undefined => {
    const held = open.get(told.alarm.alarmId);
    if (held === undefined) return undefined;
    const newer = newerCase(held, told);
    if (newer !== held) keep(newer);
    const isWhole =
      newer.alarm.version === told.alarm.version && newer.adjudication.version === told.adjudication.version;
    return isWhole ? undefined : newer;
  };

  return {
    knows: (alarmId) => open.has(alarmId) || closed.has(alarmId),
    compare,
    takeAlarm: (alarm) => {
      if (closed.has(alarm.alarmId)) return undefined;
      const before = open.get(alarm.alarmId);
      const next = withAlarm(before, alarm);
      if (next === before) return undefined;
      keep(next);
      return next;
    },
    takeCommand: (command) => {
      const before = open.get(command.alarmId);
      if (before === undefined) {
        const [, decision] = decide(closed.get(command.alarmId), command);
        return { decision, changed: undefined };
      }
      const [next, decision] = decide(before, command);
      if (next === undefined || next === before) return { decision, changed: undefined };
      keep(next);
      return { decision, changed: next };
    },
  };
};
