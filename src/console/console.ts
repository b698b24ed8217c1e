import { caseOf, drawnCaseOf, openAlarmBoard } from "../core/alarm-board.ts";
import type { AlarmCase, Decision } from "../domain/adjudication.ts";
import { LanewatchError } from "../domain/errors.ts";
import { type AlarmId, laneId as laneIdOf, type LaneId } from "../domain/ids.ts";
import type { Clock, EventLog, LogRecord } from "../ports.ts";
import type { CommandRequest } from "../wire/console.ts";
import type { RecordProblem } from "../records.ts";
import type { Topic } from "../wire/topics.ts";
import { endsOf } from "./backlog.ts";
import type { Audience, ConsoleSite } from "./audience.ts";
import { openAudience } from "./audience.ts";
import { openCommandDesk } from "./command-desk.ts";
import { openFeed } from "./feed.ts";
import { boardReader, deskReader, openIntake } from "./intake.ts";
import type { LaneWatch, Now } from "./lane-data.ts";
import { lookInMs, openLaneWatch } from "./lane-data.ts";
import type { TopicReader } from "./loops.ts";
import { followTopic, repeat, untilFirstEnds } from "./loops.ts";
import { readPast } from "./past.ts";
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
export const laneFlushInMs = lookInMs;
export const pulseInMs = 1000;

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
  const watch = openLaneWatch();
  const now = (): Now => ({ monotonic: clock.monotonic(), wall: clock.wall() });
  const audience = openAudience({
    board,
    feed,
    site: settings.site,
    laneNames,
    now: () => clock.wall(),
    dataOf: watch.dataOf,
  });
  const desk = openCommandDesk({ log, clock });
  let unreadableRecords = 0;
  let running = true;
  const intake = openIntake(step, (problem) => {
    unreadableRecords += 1;
    options.onProblem(problem);
  });

  const decisionEnds = await endsOf(log, "lanewatch.decisions.v1");
  const positions = await readPast({ log, clock, intake, watch });
  const toBoard = boardReader(intake, audience);
  const hear =
    (told: LaneWatch["frame"]): TopicReader["take"] =>
    (batch) =>
      audience.noteData(lanesOf(batch).filter((id) => told(id, now())));
  const readers: readonly TopicReader[] = [
    ...[...positions].map(([topic, from]) => ({
      topic,
      from,
      take: takeOf(topic, { toBoard, frames: hear(watch.frame), words: hear(watch.word) }),
    })),
    { topic: "lanewatch.decisions.v1", from: decisionEnds, take: deskReader(intake, desk) },
  ];
  const look = (): void => {
    audience.noteData(watch.look(now()));
    audience.flush();
  };
  const loops = (stop: AbortSignal): readonly Promise<void>[] => [
    ...readers.map((reader) => followTopic(log, reader, stop)),
    repeat({ clock, everyMs: lookInMs, act: look }, stop),
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

type Take = TopicReader["take"];

/** What becomes of a topic's records: the board's, a sign that the core judges a lane, a sign that its edge is there. */
const takeOf = (
  topic: Topic,
  { toBoard, frames, words }: { readonly toBoard: Take; readonly frames: Take; readonly words: Take },
): Take => {
  switch (topic) {
    case "lanewatch.frames.v1":
      return frames;
    case "lanewatch.lane-state.v1":
      return words;
    case "lanewatch.events.v1":
    case "lanewatch.measurements.v1":
    case "lanewatch.quarantine.v1":
      return (batch) => {
        words(batch);
        toBoard(batch);
      };
    case "lanewatch.alarms.v1":
    case "lanewatch.commands.v1":
    case "lanewatch.decisions.v1":
      return toBoard;
  }
};

/** Each lane of a batch once. Keys of lane topics are lanes; the core's own keys begin with what no lane's id does. */
const lanesOf = (batch: readonly LogRecord[]): readonly LaneId[] =>
  Array.from(new Set(batch.map(({ key }) => key)), laneIdOf);
