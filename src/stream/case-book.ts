import { decide, withAlarm } from "../core/adjudication.ts";
import type { AlarmCase, Command, Decision } from "../domain/adjudication.ts";
import type { Alarm } from "../domain/alarms.ts";
import type { AlarmId } from "../domain/ids.ts";

/**
 * The cases of the lanes one core is responsible for: each alarm with the officers' work on it. All open cases, and the
 * newest `maxClosedCases` closed ones, so that a late command meets a reason and not a riddle.
 */
export interface CaseBook {
  /** The case where the alarm is news, undefined where it was known. */
  readonly takeAlarm: (alarm: Alarm) => AlarmCase | undefined;
  readonly takeCommand: (command: Command) => {
    readonly decision: Decision;
    readonly changed: AlarmCase | undefined;
  };
}

/** 2 000 cases of some 5 kB ≈ 10 MB. A command on an older one is refused as `unknown-alarm`; the log keeps the case. */
export const maxClosedCases = 2000;

export const openCaseBook = (restored: Iterable<AlarmCase>): CaseBook => {
  const cases = new Map<AlarmId, AlarmCase>();
  /** Closed cases, the longest closed first. */
  const closed = new Set<AlarmId>();

  const keep = (next: AlarmCase): void => {
    const { alarmId } = next.alarm;
    cases.set(alarmId, next);
    if (next.alarm.state !== "ended" || next.adjudication.state !== "dispositioned") return;
    closed.add(alarmId);
    if (closed.size <= maxClosedCases) return;
    const oldest = closed.values().next().value;
    if (oldest === undefined) return;
    closed.delete(oldest);
    cases.delete(oldest);
  };
  for (const known of restored) keep(known);

  return {
    takeAlarm: (alarm) => {
      const before = cases.get(alarm.alarmId);
      const next = withAlarm(before, alarm);
      if (next === before) return undefined;
      keep(next);
      return next;
    },
    takeCommand: (command) => {
      const before = cases.get(command.alarmId);
      const [next, decision] = decide(before, command);
      if (next === undefined || next === before) return { decision, changed: undefined };
      keep(next);
      return { decision, changed: next };
    },
  };
};
