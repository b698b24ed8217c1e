import { decideShelf, emptyShelf } from "../core/lane-shelf.ts";
import type { LaneCommand } from "../domain/adjudication.ts";
import type { AlarmId } from "../domain/ids.ts";
import type { NewRecord } from "../ports.ts";
import { readRecord } from "../records.ts";
import { commandCodec } from "../wire/command.ts";
import { pastCase } from "./case-words.ts";
import { commandCheckpointRecord, decisionRecord, shelfRecord } from "./core-records.ts";
import { type Part, say } from "./part.ts";

/** Commands → decisions, in the log's order. */
export const followCommands = async (part: Part, signal: AbortSignal): Promise<void> => {
  const { log, onProblem, partition, cases } = part;
  const from = new Map([[partition, part.commandOffset + 1]]);
  for await (const batch of log.follow("lanewatch.commands.v1", from, signal)) {
    const records: NewRecord[] = [];
    const changed = new Set<AlarmId>();
    let decided = -1;
    for (const record of batch) {
      decided = record.offset;
      const command = readRecord(record, commandCodec.decode, onProblem);
      if (command === undefined) continue;
      if (!("alarmId" in command)) {
        for (const said of takeLaneCommand(part, command)) records.push(said);
        continue;
      }
      if (!cases.knows(command.alarmId)) await untilFramesAreJudged(part, signal);
      const past = await pastCase(part, command);
      if (signal.aborted) return;
      const answer = cases.takeCommand(command, past);
      records.push(decisionRecord(answer.decision, partition));
      if (answer.changed !== undefined) changed.add(command.alarmId);
    }
    if (decided >= 0) records.push(commandCheckpointRecord(decided, partition));
    // As they are now: frames may have said more of an alarm since its command was decided.
    const news = [...changed].map(cases.whole).filter((each) => each !== undefined);
    await say(part, { records, cases: news });
  }
};

const takeLaneCommand = ({ shelves, partition }: Part, command: LaneCommand): readonly NewRecord[] => {
  const { laneId } = command;
  const before = shelves.get(laneId) ?? emptyShelf(laneId);
  const [shelf, decision] = decideShelf(before, command);
  shelves.set(laneId, shelf);
  const said = decisionRecord(decision, partition);
  return shelf === before ? [said] : [said, shelfRecord(shelf, partition)];
};

/** How long a command about an unknown alarm waits for the frames that may raise it. */
const commandWaitInMs = 5_000;

/**
 * An officer has seen the alarm, so that it was decided once: a core that has just been given the partition may only
 * not have read that far again.
 */
const untilFramesAreJudged = async (
  { log, clock, partition, frames }: Part,
  signal: AbortSignal,
): Promise<void> => {
  const last = (await log.end("lanewatch.frames.v1", partition)) - 1;
  const given = new AbortController();
  const timeout = clock.sleep(commandWaitInMs, AbortSignal.any([signal, given.signal]));
  let isOver = false;
  void timeout.then(() => {
    isOver = true;
    frames.wake();
  });
  const isJudged = (): boolean => frames.judgedTo >= last || isOver;
  while (!isJudged()) {
    await new Promise<void>((resolve) => {
      frames.wake = resolve;
    });
  }
  given.abort();
};
