import { byAge } from "../core/alarm-queue.ts";
import type { LaneStanding } from "../core/lane-standing.ts";
import type { AlarmCase } from "../domain/adjudication.ts";
import { laneId } from "../domain/ids.ts";
import type { WallMs } from "../domain/units.ts";
import type { Clock, EventLog, LogRecord, Positions } from "../ports.ts";
import { partitionsOf, recentCases } from "../records.ts";
import { alarmCaseCodec } from "../wire/alarm.ts";
import type { Checkpoint } from "../wire/checkpoint.ts";
import { checkpointCodec, laneStateContent } from "../wire/checkpoint.ts";
import type { Topic } from "../wire/topics.ts";
import { endsOf, readBacklog } from "./backlog.ts";
import type { Intake } from "./intake.ts";
import type { LaneWatch, Now } from "./lane-data.ts";

/**
 * Records read back per topic and partition at the start, from which lanes' states are folded again; counters count
 * from there, and what stands since longer comes from the core's checkpoints. Some 50 µs a record: three topics of
 * eight full partitions are 48 000 records ≈ 2.5 s.
 */
export const backlogRecords = 2000;

/**
 * Frames looked at per partition at the start, for when each lane was heard last: 175 lanes that say five a second fill
 * them in 2.3 s. Of a lane that is not among them the core's last word tells, until its next frame.
 */
export const backlogFrames = 2000;

export interface PastOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly intake: Intake;
  readonly watch: LaneWatch;
  /** A lane's shelved faults. */
  readonly shelve: (record: LogRecord) => void;
}

const eventTopics = [
  "lanewatch.events.v1",
  "lanewatch.measurements.v1",
  "lanewatch.quarantine.v1",
] as const satisfies readonly Topic[];

/**
 * What the log holds before the console follows it, and where each topic is to be followed from. Cases first, in order of age,
 * so that the alarms in older events are known for what became of them: all that are open, and those that changed within the
 * last days (`recentCases`); the history has the others. What stands in the lanes is read before the events, and so is never
 * newer than their end (`withStanding`). Frames last, of which only the lane and the time count.
 * @throws LanewatchError `log-failed`, `log-closed`.
 */
export const readPast = async (options: PastOptions): Promise<ReadonlyMap<Topic, Positions>> => {
  const { log, clock, intake, watch } = options;
  const now = (): Now => ({ monotonic: clock.monotonic(), wall: clock.wall() });
  const heard = (record: LogRecord): void => watch.oldWord(laneId(record.key), record.appendedAt, now());
  const positions = new Map<Topic, Positions>();
  positions.set("lanewatch.alarms.v1", await endsOf(log, "lanewatch.alarms.v1"));
  positions.set("lanewatch.lane-state.v1", await endsOf(log, "lanewatch.lane-state.v1"));
  const standing = await readCases(options, heard);
  for (const topic of eventTopics) {
    const next = new Map<number, number>();
    for (const [partition, end] of await endsOf(log, topic)) {
      const span = { topic, partition, end, records: backlogRecords };
      const take = (record: LogRecord): void => {
        heard(record);
        intake.toBoard(record);
      };
      next.set(partition, await readBacklog(log, span, (page) => page.forEach(take)));
    }
    positions.set(topic, next);
  }
  for (const each of standing) intake.step({ kind: "standing", standing: each });
  const frameEnds = await endsOf(log, "lanewatch.frames.v1");
  for (const [partition, end] of frameEnds) {
    const span = { topic: "lanewatch.frames.v1", partition, end, records: backlogFrames } as const;
    await readBacklog(log, span, (page) => {
      for (const { key, appendedAt } of page) watch.oldFrame(laneId(key), appendedAt, now());
    });
  }
  positions.set("lanewatch.frames.v1", frameEnds);
  watch.look(now());
  return positions;
};

/** The cases, and what stands in the lanes by the core's state, of which the newest tells how far back to read. */
const readCases = async (
  { log, clock, intake, shelve }: PastOptions,
  heard: (record: LogRecord) => void,
): Promise<readonly LaneStanding[]> => {
  const standing: LaneStanding[] = [];
  const cases: { readonly alarmCase: AlarmCase; readonly toldAt: WallMs }[] = [];
  for (const partition of partitionsOf(log)) {
    const laneState = await log.latest("lanewatch.lane-state.v1", partition);
    const since = recentCases(laneState, clock.wall());
    for (const record of await log.latest("lanewatch.alarms.v1", partition, since)) {
      const alarmCase = intake.read(record, alarmCaseCodec);
      if (alarmCase !== undefined) cases.push({ alarmCase, toldAt: record.appendedAt });
    }
    for (const record of laneState) {
      const content = laneStateContent(record.key);
      if (content === "shelf") shelve(record);
      if (content !== "checkpoint") continue;
      heard(record);
      // The core writes a lane's checkpoint together with every event of its state, so the latest one knows what stands.
      const checkpoint = intake.read(record, checkpointCodec);
      if (checkpoint !== undefined) standing.push(standingOf(checkpoint, record.appendedAt));
    }
  }
  for (const { alarmCase, toldAt } of cases.sort((a, b) => byAge(a.alarmCase.alarm, b.alarmCase.alarm)))
    intake.step({ kind: "case", case: alarmCase, toldAt });
  return standing;
};

const standingOf = ({ laneId, state }: Checkpoint, writtenAt: WallMs): LaneStanding => ({
  laneId,
  at: state.stream?.wall ?? writtenAt,
  link: state.lane.health.link,
  faults: state.lane.health.standing,
  gammaBackgroundCps: state.lane.background.gammaCps,
  neutronBackgroundCps: state.lane.background.neutronCps,
  unknownTags: state.lane.unknownTags,
});
