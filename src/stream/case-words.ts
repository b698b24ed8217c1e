import { withAlarm, withSecondLook } from "../core/adjudication.ts";
import { newerCase } from "../core/alarm-queue.ts";
import type { AlarmCase, AlarmCommand } from "../domain/adjudication.ts";
import type { Alarm } from "../domain/alarms.ts";
import type { AlarmId } from "../domain/ids.ts";
import { wallMs } from "../domain/units.ts";
import { readRecord, saidAgainAfterMs } from "../records.ts";
import { alarmCaseCodec } from "../wire/alarm.ts";
import { type Part, say } from "./part.ts";

/** Words looked at after the place where a case should stand, because another core has said it since: some 50 MB. */
const laterWordsMax = 5_000;
const pageWords = 100;

/** The case whose last word stands at `offset`, or was said again after it. */
const readCase = async (
  { log, partition, onProblem }: Part,
  alarmId: AlarmId,
  offset: number,
): Promise<AlarmCase | undefined> => {
  const read = (from: number, limit: number) =>
    log.read("lanewatch.alarms.v1", partition, { offset: from, limit });
  const [first] = await read(offset, 1);
  let found = first?.key === alarmId && first.offset === offset ? first : undefined;
  let looked = found === undefined ? 0 : laterWordsMax;
  for (let from = offset; looked < laterWordsMax;) {
    const page = await read(from, pageWords);
    const last = page.at(-1);
    if (last === undefined) break;
    found = page.findLast(({ key }) => key === alarmId) ?? found;
    looked += page.length;
    from = last.offset + 1;
  }
  const told = found === undefined ? undefined : readRecord(found, alarmCaseCodec.decode, onProblem);
  return told?.alarm.alarmId === alarmId ? told : undefined;
};

/**
 * Takes an alarm that late frames say more of after its case was over: neutrons among them, so that what one person decided
 * waits for a second one.
 */
export const takeNewsToOver = async (part: Part, alarm: Alarm): Promise<void> => {
  const { cases } = part;
  const { alarmId } = alarm;
  const past = await pastCase(part, { alarmId });
  const before = cases.whole(alarmId) ?? past;
  if (before === undefined) return;
  const next = withAlarm(before, alarm);
  if (next !== before) cases.learn(next);
};

/** The case that a command is about, where it is over and so only stands in the log. */
export const pastCase = async (
  part: Part,
  { alarmId, caseOffset }: Pick<AlarmCommand, "alarmId" | "caseOffset">,
): Promise<AlarmCase | undefined> => {
  const { cases } = part;
  const place = (): number | undefined =>
    cases.whole(alarmId) === undefined ? (cases.lastWord(alarmId) ?? caseOffset) : undefined;
  for (let offset = place(); offset !== undefined;) {
    const found = await readCase(part, alarmId, offset);
    const now = place();
    if (now === offset) return found;
    // It was said anew meanwhile, by another core or by this one's frames.
    offset = now;
  }
  return undefined;
};

/** 100 cases ≈ 1 MB in one append. */
const saidAtOnce = 100;

/** Says each open case again of which nothing was said for a day, and each that the log's last word falls short of: whoever starts reads back no more than some days. */
export const sayAgain = async (part: Part, signal: AbortSignal): Promise<void> => {
  const { cases, clock } = part;
  while (!signal.aborted) {
    const due = cases.unsaidSince(wallMs(clock.wall() - saidAgainAfterMs)).slice(0, saidAtOnce);
    if (due.length === 0) return;
    await say(part, { records: [], cases: due });
  }
};

const lookEveryMs = 3_600_000;

export const keepSaying = async (part: Part, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await part.clock.sleep(lookEveryMs, signal);
    await sayAgain(part, signal);
  }
};

/** What another core says of a case: what it knows better is learnt, and what this core knows better is said again. */
export const followCases = async (part: Part, signal: AbortSignal): Promise<void> => {
  const { log, partition, cases, onProblem, casesEnd, saidAt } = part;
  const from = new Map([[partition, casesEnd]]);
  for await (const batch of log.follow("lanewatch.alarms.v1", from, signal)) {
    const stale = new Set<AlarmId>();
    for (const record of batch) {
      // Its own last word is compared too: another core may have said a newer one while that was on its way.
      if (record.offset < (saidAt.get(record.key) ?? -1)) continue;
      const told = readRecord(record, alarmCaseCodec.decode, onProblem);
      if (told === undefined) continue;
      const { alarmId } = told.alarm;
      const found = cases.compare(told, { offset: record.offset, at: record.appendedAt });
      switch (found.kind) {
        case "nothing":
          stale.delete(alarmId);
          break;
        case "better":
          stale.add(alarmId);
          break;
        case "unsure":
          await learnPast(part, told, found.offset);
          stale.add(alarmId);
      }
    }
    // Only what the topic holds last of an alarm stays in it; what is over and said meanwhile needs no other word.
    const better = [...stale].map(cases.whole).filter((each) => each !== undefined);
    await say(part, { records: [], cases: better });
  }
};

const learnPast = async (part: Part, told: AlarmCase, offset: number): Promise<void> => {
  const { cases } = part;
  const { alarmId } = told.alarm;
  const past = await readCase(part, alarmId, offset);
  if (past === undefined || cases.lastWord(alarmId) !== offset) return;
  // A copy: it is to be said again, though its versions may be those that are kept.
  cases.learn({ ...withSecondLook(newerCase(past, told)) });
};
