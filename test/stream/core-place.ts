import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import type { AlarmCase, Command, Decision } from "../../src/domain/adjudication.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { type AlarmId, type LaneId, laneId } from "../../src/domain/ids.ts";
import type { EventLog, LogRecord, NewRecord } from "../../src/ports.ts";
import type { RecordProblem } from "../../src/records.ts";
import { caseRecord } from "../../src/stream/core-records.ts";
import { allPartitions, runCore } from "../../src/stream/core.ts";
import type { JudgedLane } from "../../src/stream/lane-worker.ts";
import { alarmCaseCodec } from "../../src/wire/alarm.ts";
import { type Checkpoint, checkpointCodec, laneStateContent } from "../../src/wire/checkpoint.ts";
import { commandCodec, decisionCodec } from "../../src/wire/command.ts";
import { type EventRecord, eventRecordCodec } from "../../src/wire/event.ts";
import { encodeFrame } from "../../src/wire/frame.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import type { Topic } from "../../src/wire/topics.ts";
import { type ManualClock, manualClock } from "../manual-clock.ts";

export const partitionCount = 3;

export const judged = (lane: string, given: unknown = {}): JudgedLane => ({
  laneId: laneId(lane),
  codec: rapiscanLine.codec({}),
  settings: laneSettingsOf(laneOptions.parse(given)),
});

/** How an append goes wrong: nothing of it is stored, or all of it is and the answer is lost. */
export type Breakage = "before-storing" | "after-storing";

/** A log, a core on it that can be stopped, broken and started again, and what stands in the log. */
export interface CorePlace {
  readonly log: EventLog;
  readonly clock: ManualClock;
  readonly problems: readonly RecordProblem[];
  /** Starts a core. It is the only one, so stop or break the one before; but where it knows that it may not be. */
  readonly start: (lanes?: readonly JudgedLane[], isShared?: boolean) => Running;
  /** Puts cases into the log as a core would. */
  readonly tellCases: (cases: readonly AlarmCase[]) => Promise<void>;
  readonly tellFrames: (frames: readonly Frame[]) => Promise<void>;
  readonly ask: (commands: readonly Command[]) => Promise<void>;
  /** Puts bytes into a topic as they are. */
  readonly put: (topic: Topic, lane: LaneId, value: Uint8Array) => Promise<void>;
  readonly events: () => Promise<readonly EventRecord[]>;
  readonly cases: () => Promise<ReadonlyMap<AlarmId, AlarmCase>>;
  /** Every case that was ever stored, in order. */
  readonly caseHistory: () => readonly AlarmCase[];
  readonly decisions: () => Promise<readonly Decision[]>;
  readonly checkpoints: () => Promise<readonly Checkpoint[]>;
  /** Frames that cores have been given, repeats after a restart included. */
  readonly framesRead: () => number;
}

export interface Running {
  /** Resolves when all frames and commands in the log are dealt with; rejects when the core has ended with an error. */
  readonly caughtUp: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** The append after so many more goes wrong. */
  readonly breakAfter: (appends: number, how: Breakage) => void;
  /** How the core ended. */
  readonly ended: Promise<LanewatchError | undefined>;
}

const judgedTopics = ["lanewatch.frames.v1", "lanewatch.commands.v1"] as const;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const partitions = [...Array(partitionCount).keys()];

export const openCorePlace = (defaultLanes: readonly JudgedLane[] = [judged("north-1")]): CorePlace => {
  const clock = manualClock();
  const log = openMemoryLog({ clock, partitionCount });
  const problems: RecordProblem[] = [];
  const caseHistory: AlarmCase[] = [];
  let framesRead = 0;

  const all = async (topic: Topic): Promise<readonly LogRecord[]> => {
    const found: LogRecord[] = [];
    for (const partition of partitions)
      found.push(...(await log.read(topic, partition, { offset: 0, limit: 1e6 })));
    return found;
  };
  const latest = async (topic: Topic): Promise<readonly LogRecord[]> =>
    (await Promise.all(partitions.map((partition) => log.latest(topic, partition)))).flat();

  const start = (lanes: readonly JudgedLane[] = defaultLanes, isShared = false): Running => {
    const stopping = new AbortController();
    let untilBroken: number | undefined;
    let breakage: Breakage = "before-storing";
    /** Per topic and partition, the offset after the last record that the core is done with, from where it began. */
    const done = new Map<string, number>();
    const watched: EventLog = {
      ...log,
      append: async (records: readonly NewRecord[]) => {
        const isBroken = untilBroken === 0;
        if (untilBroken !== undefined) untilBroken -= 1;
        const failure = new LanewatchError("log-failed", "The log does not take any more.");
        if (isBroken && breakage === "before-storing") throw failure;
        const offsets = await log.append(records);
        for (const { topic, value } of records) {
          if (topic === "lanewatch.alarms.v1") caseHistory.push(alarmCaseCodec.decode(value));
        }
        if (isBroken) throw failure;
        return offsets;
      },
      follow: async function* (topic, from, signal) {
        for (const [partition, offset] of from) done.set(`${topic}/${partition}`, offset);
        for await (const batch of log.follow(topic, from, signal)) {
          if (topic === "lanewatch.frames.v1") framesRead += batch.length;
          yield batch;
          for (const { partition, offset } of batch) done.set(`${topic}/${partition}`, offset + 1);
        }
      },
    };
    let hasEnded = false;
    const ended = runCore(
      {
        log: watched,
        share: allPartitions(log.partitionCount),
        isShared,
        clock,
        lanes,
        onProblem: (problem) => problems.push(problem),
      },
      stopping.signal,
    )
      .then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof LanewatchError) return error;
          throw error;
        },
      )
      .finally(() => {
        hasEnded = true;
      });
    const isCaughtUp = async (): Promise<boolean> => {
      for (const topic of isShared ? [...judgedTopics, "lanewatch.alarms.v1" as const] : judgedTopics) {
        for (const partition of partitions) {
          const stream = `${topic}/${partition}`;
          const end = await log.end(topic, partition);
          if ((done.get(stream) ?? -1) < end) return false;
        }
      }
      return true;
    };
    return {
      ended,
      caughtUp: async () => {
        while (!(await isCaughtUp())) {
          if (hasEnded) throw new Error("the core has ended", { cause: await ended });
          await turn();
        }
      },
      stop: async () => {
        stopping.abort();
        await ended;
      },
      breakAfter: (appends, how) => {
        untilBroken = appends;
        breakage = how;
      },
    };
  };

  return {
    log,
    clock,
    problems,
    start,
    tellCases: async (cases) => {
      caseHistory.push(...cases);
      await log.append(cases.map((each) => caseRecord(each, partitionOf(each.alarm.laneId, partitionCount))));
    },
    tellFrames: async (frames) => {
      await log.append(
        frames.map((frame) => ({
          topic: "lanewatch.frames.v1",
          partition: partitionOf(frame.laneId, partitionCount),
          key: frame.laneId,
          value: encodeFrame(frame),
        })),
      );
    },
    ask: async (commands) => {
      await log.append(
        commands.map((command) => ({
          topic: "lanewatch.commands.v1",
          partition: partitionOf(command.laneId, partitionCount),
          key: command.laneId,
          value: commandCodec.encode(command),
        })),
      );
    },
    put: async (topic, lane, value) => {
      await log.append([{ topic, partition: partitionOf(lane, partitionCount), key: lane, value }]);
    },
    events: async () => (await all("lanewatch.events.v1")).map(({ value }) => eventRecordCodec.decode(value)),
    cases: async () =>
      new Map(
        (await latest("lanewatch.alarms.v1")).map(({ value }) => {
          const alarmCase = alarmCaseCodec.decode(value);
          return [alarmCase.alarm.alarmId, alarmCase];
        }),
      ),
    caseHistory: () => caseHistory,
    decisions: async () =>
      (await all("lanewatch.decisions.v1")).map(({ value }) => decisionCodec.decode(value)),
    checkpoints: async () =>
      (await latest("lanewatch.lane-state.v1")).flatMap(({ key, value }) =>
        laneStateContent(key) === "checkpoint" ? [checkpointCodec.decode(value)] : [],
      ),
    framesRead: () => framesRead,
  };
};

/** Events by their id: what a reader that drops repeats sees. */
export const newsOf = (records: readonly EventRecord[]): ReadonlyMap<string, LaneEvent> => {
  const news = new Map<string, LaneEvent>();
  for (const { eventId, event } of records) if (!news.has(eventId)) news.set(eventId, event);
  return news;
};
