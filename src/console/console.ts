import { caseOf, drawnCaseOf, openAlarmBoard } from "../core/alarm-board.ts";
import { byAge } from "../core/alarm-queue.ts";
import type { LaneStanding } from "../core/lane-board.ts";
import type { AlarmCase, Decision } from "../domain/adjudication.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { AlarmId, LaneId } from "../domain/ids.ts";
import type { Clock, EventLog, Positions } from "../ports.ts";
import { alarmCaseCodec } from "../wire/alarm.ts";
import type { CommandRequest } from "../wire/console.ts";
import type { RecordProblem } from "../records.ts";
import { partitionsOf } from "../records.ts";
import type { Checkpoint } from "../wire/checkpoint.ts";
import { checkpointCodec, commandCheckpointKey } from "../wire/checkpoint.ts";
import type { WallMs } from "../domain/units.ts";
import type { Topic } from "../wire/topics.ts";
import { endsOf, readBacklog } from "./backlog.ts";
import type { Audience, ConsoleSite } from "./audience.ts";
import { openAudience } from "./audience.ts";
import { openCommandDesk } from "./command-desk.ts";
import { openFeed } from "./feed.ts";
import type { Intake } from "./intake.ts";
import { boardReader, deskReader, openIntake } from "./intake.ts";
import type { TopicReader } from "./loops.ts";
import { followTopic, repeat, untilFirstEnds } from "./loops.ts";
import { closeCodes } from "./session.ts";

export interface ConsoleSettings {
  readonly site: ConsoleSite;
  /** In the order in which they are shown. Other lanes that are heard of follow, named by their ids. */
  readonly lanes: readonly { readonly laneId: LaneId; readonly name: string }[];
}

export interface ConsoleOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly settings: ConsoleSettings;
  /** Drawn anew for each run: tells browsers that sequences of an earlier run mean nothing now. At most 64 characters. */
  readonly stream: string;
  readonly onProblem: (problem: RecordProblem) => void;
}

export interface RunningConsole {
  /** The alarm with its course so far, or undefined where the board does not hold it. */
  readonly alarmCase: (alarmId: AlarmId) => AlarmCase | undefined;
  /**
   * @throws LanewatchError `not-found` unknown alarm; `decision-late`, `too-busy`, `bad-request`, `log-failed`,
   * `log-closed` as the command desk says. A refusal is a decision, not an error.
   */
  readonly submitCommand: (alarmId: AlarmId, request: CommandRequest) => Promise<Decision>;
  /** A browser's socket. `leave` once it is gone. */
  readonly join: Audience["join"];
  readonly health: () => ConsoleHealth;
  /** Resolves when the signal aborted or the log closed; rejects with a LanewatchError when the log failed. */
  readonly ended: Promise<void>;
}

export interface ConsoleHealth {
  readonly stream: string;
  readonly sequence: number;
  readonly sessions: number;
  readonly unreadableRecords: number;
  readonly running: boolean;
}

/** Lanes are shown to browsers at most this often; alarms at once. */
export const laneFlushInMs = 100;
export const pulseInMs = 1000;

/**
 * Records read back per topic and partition at the start, from which lanes' states are folded again; counters count
 * from there, and what stands since longer comes from the core's checkpoints. Some 50 µs a record: three topics of
 * eight full partitions are 48 000 records ≈ 2.5 s.
 */
export const backlogRecords = 2000;

const eventTopics = [
  "lanewatch.events.v1",
  "lanewatch.measurements.v1",
  "lanewatch.quarantine.v1",
] as const satisfies readonly Topic[];

/**
 * The console's own copy of what is going on, kept up from the log, and the officers' way to it. Resolves when the
 * picture is complete up to the present; until then nobody can join.
 * @throws LanewatchError `log-failed`, `log-closed`.
 */
export const runConsole = async (options: ConsoleOptions, signal: AbortSignal): Promise<RunningConsole> => {
  const { log, clock, settings } = options;
  const { board, step } = openAlarmBoard(settings.lanes.map(({ laneId }) => laneId));
  const feed = openFeed(options.stream);
  const laneNames = new Map(settings.lanes.map(({ laneId, name }) => [laneId, name]));
  const audience = openAudience({ board, feed, site: settings.site, laneNames, now: () => clock.wall() });
  const desk = openCommandDesk({ log, clock });
  let unreadableRecords = 0;
  let running = true;
  const intake = openIntake(step, (problem) => {
    unreadableRecords += 1;
    options.onProblem(problem);
  });

  const decisionEnds = await endsOf(log, "lanewatch.decisions.v1");
  const positions = await readPast(log, intake);
  const readers: readonly TopicReader[] = [
    ...[...positions].map(([topic, from]) => ({ topic, from, take: boardReader(intake, audience) })),
    { topic: "lanewatch.decisions.v1", from: decisionEnds, take: deskReader(intake, desk) },
  ];
  const loops = (stop: AbortSignal): readonly Promise<void>[] => [
    ...readers.map((reader) => followTopic(log, reader, stop)),
    repeat({ clock, everyMs: laneFlushInMs, act: audience.flush }, stop),
    repeat({ clock, everyMs: pulseInMs, act: audience.pulse }, stop),
  ];
  const ended = untilFirstEnds(loops, signal).then(
    () => audience.dismiss(closeCodes.goingAway, "the console is closing"),
    (cause: unknown) => {
      audience.dismiss(closeCodes.failed, "the console has failed");
      throw cause;
    },
  );
  const over = ended.finally(() => {
    running = false;
    desk.close();
  });
  over.catch(() => undefined); // For whoever awaits it; a console that nobody awaits has told its browsers.

  return {
    alarmCase: (alarmId) => drawnCaseOf(board, alarmId),
    submitCommand: async (alarmId, request) => {
      const alarm = caseOf(board, alarmId)?.alarm;
      if (alarm === undefined)
        throw new LanewatchError("not-found", `There is no alarm ${alarmId} on the board.`);
      return desk.submit(alarm, request);
    },
    join: audience.join,
    health: () => ({
      stream: feed.stream,
      sequence: feed.sequence(),
      sessions: audience.size(),
      unreadableRecords,
      running,
    }),
    ended: over,
  };
};

/** Cases first, whole and in order of age, so that the alarms in older events are known for what became of them. */
const readPast = async (log: EventLog, intake: Intake): Promise<ReadonlyMap<Topic, Positions>> => {
  const positions = new Map<Topic, Positions>();
  positions.set("lanewatch.alarms.v1", await endsOf(log, "lanewatch.alarms.v1"));
  const cases: AlarmCase[] = [];
  for (const partition of partitionsOf(log)) {
    for (const record of await log.latest("lanewatch.alarms.v1", partition)) {
      const alarmCase = intake.read(record, alarmCaseCodec);
      if (alarmCase !== undefined) cases.push(alarmCase);
    }
  }
  for (const alarmCase of cases.sort((a, b) => byAge(a.alarm, b.alarm)))
    intake.step({ kind: "case", case: alarmCase });
  for (const topic of eventTopics) {
    const next = new Map<number, number>();
    for (const [partition, end] of await endsOf(log, topic)) {
      const span = { topic, partition, end, records: backlogRecords };
      next.set(
        partition,
        await readBacklog(log, span, (page) => page.forEach((record) => intake.toBoard(record))),
      );
    }
    positions.set(topic, next);
  }
  for (const standing of await readStanding(log, intake)) intake.step({ kind: "standing", standing });
  return positions;
};

/** The core writes a lane's checkpoint together with every event of its state, so the latest one knows what stands. */
const readStanding = async (log: EventLog, intake: Intake): Promise<readonly LaneStanding[]> => {
  const standing: LaneStanding[] = [];
  for (const partition of partitionsOf(log)) {
    for (const record of await log.latest("lanewatch.lane-state.v1", partition)) {
      if (record.key === commandCheckpointKey(partition)) continue;
      const checkpoint = intake.read(record, checkpointCodec);
      if (checkpoint !== undefined) standing.push(standingOf(checkpoint, record.appendedAt));
    }
  }
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
