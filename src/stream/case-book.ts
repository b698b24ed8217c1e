import { decide, withAlarm, withSecondLook } from "../core/adjudication.ts";
import { isClosed, newerCase } from "../core/alarm-queue.ts";
import type { AlarmCase, AlarmCommand, Decision } from "../domain/adjudication.ts";
import type { Alarm } from "../domain/alarms.ts";
import type { AlarmId } from "../domain/ids.ts";
import type { DecisionStamps } from "../domain/latency.ts";
import type { WallMs } from "../domain/units.ts";

/** Where in the log a case was said, and when. */
export interface Word {
  readonly offset: number;
  readonly at: WallMs;
}

/** What becomes of another core's word on a case. `unsure`: a case that is over has to be read at `offset` first. */
export type Comparison =
  | { readonly kind: "nothing" }
  | { readonly kind: "better"; readonly known: AlarmCase }
  | { readonly kind: "unsure"; readonly offset: number };

/**
 * The cases of one partition: each alarm with the officers' work on it. All open ones, whatever their number (some
 * 10 kB each): an alarm that waits for an officer is never dropped. Of the newest `maxClosedCases` that are over, where
 * their last word stands in the log: late commands are decided on that, and frames that are folded again do not open a
 * case anew.
 */
export interface CaseBook {
  /**
   * The case where the alarm is news, undefined where it was known, or is news to a case that is over: see `isNewsToOver`.
   * `stamps`: where this is the raising of it.
   */
  readonly takeAlarm: (alarm: Alarm, stamps?: DecisionStamps) => AlarmCase | undefined;
  /** Late frames say more of an alarm whose case is over: that has to be read at its last word and learnt. */
  readonly isNewsToOver: (alarm: Alarm) => boolean;
  /** `past`: the case as it was read from the log, where this book does not hold it whole. */
  readonly takeCommand: (command: AlarmCommand, past?: AlarmCase) => CaseAnswer;
  readonly knows: (alarmId: AlarmId) => boolean;
  /** The case where it is held whole: open, or over and not yet said. */
  readonly whole: (alarmId: AlarmId) => AlarmCase | undefined;
  /** Where the last word on a case stands that is over; undefined for any other. */
  readonly lastWord: (alarmId: AlarmId) => number | undefined;
  /** The case stands in the log. */
  readonly said: (alarmCase: AlarmCase, word: Word) => void;
  /** Takes what another core says of a case as far as it is newer. */
  readonly compare: (told: AlarmCase, word: Word) => Comparison;
  /** Takes a case as it is. */
  readonly learn: (alarmCase: AlarmCase) => void;
  /** Open cases whose last word is older than that, and cases that have not been said. */
  readonly unsaidSince: (at: WallMs) => readonly AlarmCase[];
}

export interface CaseAnswer {
  readonly decision: Decision;
  readonly changed: AlarmCase | undefined;
}

/** A case that is over: its versions, and its last word's place, or the case itself until it is said. */
interface Over {
  readonly alarm: number;
  readonly adjudication: number;
  readonly place: number | AlarmCase;
}

/**
 * 10 000 of some 200 bytes = 2 MB; more than the frames of 72 h give in a partition at two alarms a minute. Beyond, the
 * longest closed is forgotten: a command on it has to say where the case stands (`caseOffset`), or is refused as
 * `unknown-alarm`.
 */
export const maxClosedCases = 10_000;

/** A case as it stands in the log. */
export interface SaidCase {
  readonly told: AlarmCase;
  readonly word: Word;
}

interface Newest extends SaidCase {
  /** Whether the last word says all of it. */
  readonly isLast: boolean;
}

/**
 * The newest of all words on each case, in the order of the last ones. A word that its core had given up may be stored
 * behind newer ones, even while no core is there to say these again.
 */
const newestOf = (words: Iterable<SaidCase>): Iterable<Newest> => {
  const newest = new Map<AlarmId, Newest>();
  for (const { told, word } of words) {
    const { alarmId } = told.alarm;
    const before = newest.get(alarmId)?.told;
    const known = before === undefined ? told : newerCase(told, before);
    newest.delete(alarmId);
    newest.set(alarmId, { told: known, word, isLast: known === told });
  }
  return newest.values();
};

/** @param restored what the log holds, in its order; earlier words on a case too, where it has them. */
export const openCaseBook = (restored: Iterable<SaidCase>): CaseBook => {
  const open = new Map<AlarmId, AlarmCase>();
  const saidAt = new Map<AlarmId, WallMs>();
  const closed = new Map<AlarmId, Over>();

  const keep = (next: AlarmCase): void => {
    const { alarm, adjudication } = next;
    closed.delete(alarm.alarmId);
    if (!isClosed(next)) {
      open.set(alarm.alarmId, next);
      return;
    }
    open.delete(alarm.alarmId);
    saidAt.delete(alarm.alarmId);
    closed.set(alarm.alarmId, { alarm: alarm.version, adjudication: adjudication.version, place: next });
    const [longestClosed] = closed.keys();
    if (closed.size > maxClosedCases && longestClosed !== undefined) closed.delete(longestClosed);
  };
  const said: CaseBook["said"] = (alarmCase, { offset, at }) => {
    const { alarmId } = alarmCase.alarm;
    const over = closed.get(alarmId);
    if (over?.place === alarmCase) closed.set(alarmId, { ...over, place: offset });
    else if (open.has(alarmId)) saidAt.set(alarmId, at);
  };
  const whole: CaseBook["whole"] = (alarmId) => {
    const place = closed.get(alarmId)?.place;
    return open.get(alarmId) ?? (typeof place === "object" ? place : undefined);
  };
  for (const { told, word, isLast } of newestOf(restored)) {
    const known = withSecondLook(told);
    keep(known);
    if (isLast && known === told) said(known, word);
  }

  const compareWhole = (held: AlarmCase, told: AlarmCase, word: Word): Comparison => {
    const newer = withSecondLook(newerCase(held, told));
    if (newer !== held) keep(newer);
    const isSame =
      newer.alarm.version === told.alarm.version &&
      newer.adjudication.version === told.adjudication.version &&
      newer.adjudication.state === told.adjudication.state &&
      newer.adjudication.claim?.until === told.adjudication.claim?.until &&
      newer.latency?.decidedAt === told.latency?.decidedAt;
    if (isSame) said(newer, word);
    return isSame ? { kind: "nothing" } : { kind: "better", known: newer };
  };
  const compareOver = (over: Over, told: AlarmCase, word: Word): Comparison => {
    const { alarm, adjudication } = told;
    if (typeof over.place === "object") return compareWhole(over.place, told, word);
    if (alarm.version < over.alarm || adjudication.version < over.adjudication)
      return { kind: "unsure", offset: over.place };
    // The same again, or what came of it with the other core.
    if (word.offset <= over.place) return { kind: "nothing" };
    keep(told);
    said(told, word);
    return { kind: "nothing" };
  };

  return {
    knows: (alarmId) => open.has(alarmId) || closed.has(alarmId),
    whole,
    lastWord: (alarmId) => {
      const place = closed.get(alarmId)?.place;
      return typeof place === "number" ? place : undefined;
    },
    said,
    learn: keep,
    unsaidSince: (at) => [
      ...[...open.values()].filter(({ alarm }) => (saidAt.get(alarm.alarmId) ?? -Infinity) < at),
      ...[...closed.values()].flatMap(({ place }) => (typeof place === "object" ? [place] : [])),
    ],
    compare: (told, word) => {
      const { alarmId } = told.alarm;
      const held = open.get(alarmId);
      if (held !== undefined) return compareWhole(held, told, word);
      const over = closed.get(alarmId);
      if (over !== undefined) return compareOver(over, told, word);
      // What this core has not folded yet it will; of what officers have done it will not hear again.
      if (told.adjudication.version > 0) keep(told);
      if (told.adjudication.version > 0) said(told, word);
      return { kind: "nothing" };
    },
    isNewsToOver: ({ alarmId, version }) => version > (closed.get(alarmId)?.alarm ?? Infinity),
    takeAlarm: (alarm, stamps) => {
      if (closed.has(alarm.alarmId)) return undefined;
      const before = open.get(alarm.alarmId);
      const next = withAlarm(before, alarm, stamps);
      if (next === before) return undefined;
      keep(next);
      return next;
    },
    takeCommand: (command, past) => {
      const before = whole(command.alarmId) ?? past;
      const [next, decision] = decide(before, command);
      if (next === undefined || next === before) return { decision, changed: undefined };
      keep(next);
      return { decision, changed: next };
    },
  };
};
