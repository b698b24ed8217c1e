import { caseOf, drawnCaseOf, openAlarmBoard } from "../core/alarm-board.ts";
import type { Act, AlarmCase, Decision, PastCase } from "../domain/adjudication.ts";
import { type LatencyBudgets, latencyBudgetsSchema } from "../core/latency.ts";
import { LanewatchError } from "../domain/errors.ts";
import { type AlarmId, laneId as laneIdOf, type LaneId } from "../domain/ids.ts";
import type { Officer } from "../domain/officers.ts";
import type { Clock, EventLog, LogRecord } from "../ports.ts";
import { laneStateContent } from "../wire/checkpoint.ts";
import { laneShelfCodec, type RequestedAct } from "../wire/command.ts";
import type { CommandRequest, LaneCommandRequest } from "../wire/console.ts";
import type { RecordProblem } from "../records.ts";
import type { Topic } from "../wire/topics.ts";
import { endsOf } from "./backlog.ts";
import type { Audience, ConsoleSite } from "./audience.ts";
import { openAudience } from "./audience.ts";
import { openCommandDesk } from "./command-desk.ts";
import { type Deliveries, openDeliveries } from "./delivery.ts";
import { openFeed } from "./feed.ts";
import { boardReader, deskReader, openIntake } from "./intake.ts";
import type { LaneWatch, Now } from "./lane-data.ts";
import { lookInMs, openLaneWatch } from "./lane-data.ts";
import type { TopicReader } from "./loops.ts";
import { followTopic, repeat, untilFirstEnds } from "./loops.ts";
import { readPast } from "./past.ts";
import { closeCodes } from "./session.ts";
import { openShelves } from "./shelves.ts";

export interface ConsoleSettings {
  readonly site: ConsoleSite;
  /** In the order in which they are shown. Other lanes that are heard of follow, named by their ids. */
  readonly lanes: readonly { readonly laneId: LaneId; readonly name: string }[];
  /** How long an officer may be silent before anybody may take over: `claimLeaseInMs` where it is not said. */
  readonly claimLeaseInMs?: number;
  /** The longest that each stage of an alarm's way may take; the standard ones where it is not said. */
  readonly latencyBudgets?: LatencyBudgets;
}

export interface ConsoleOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly settings: ConsoleSettings;
  /** Drawn anew for each run: tells browsers that sequences of an earlier run mean nothing now. At most 64 characters. */
  readonly stream: string;
  readonly onProblem: (problem: RecordProblem) => void;
  /**
   * A case that the board no longer holds, from the history, and where its last word stands. Rejects with a LanewatchError.
   * It must have read the log to its end once, so that it does not take a superseded word for the last. Without it such an
   * alarm is not found.
   */
  readonly pastCase?: (alarmId: AlarmId) => Promise<PastCase | undefined>;
}

export interface RunningConsole {
  /** The alarm with its course so far, or undefined where the board does not hold it. */
  readonly alarmCase: (alarmId: AlarmId) => AlarmCase | undefined;
  /** The same, and where the board does not hold it, from the history. @throws LanewatchError as `pastCase` */
  readonly anyCase: (alarmId: AlarmId) => Promise<AlarmCase | undefined>;
  /**
   * @throws LanewatchError `not-found` unknown alarm; `decision-late`, `too-busy`, `bad-request`, `log-failed`,
   * `log-closed` as the command desk says. A refusal is a decision, not an error.
   */
  readonly submitCommand: (alarmId: AlarmId, request: CommandRequest, by: Officer) => Promise<Decision>;
  /** A whole act, also one that browsers do not send themselves (`attach`). @throws LanewatchError as `submitCommand`. */
  readonly submitAct: (alarmId: AlarmId, request: ActRequest, by: Officer) => Promise<Decision>;
  /** A word on a lane's faults. @throws LanewatchError as `submitCommand`; `not-found` a lane that is not configured. */
  readonly submitLaneCommand: (laneId: LaneId, request: LaneCommandRequest, by: Officer) => Promise<Decision>;
  /** The stamps of an alarm's way to the officers, as far as they are known; null where nobody said any. */
  readonly stampsOf: Deliveries["stampsOf"];
  /** How long each stage took of the alarms shown since the console started. */
  readonly latency: Deliveries["histograms"];
  /** A browser's socket. `leave` once it is gone. */
  readonly join: Audience["join"];
  readonly health: () => ConsoleHealth;
  /** Resolves when the signal aborted or the log closed; rejects with a LanewatchError when the log failed. */
  readonly ended: Promise<void>;
}

/** A command with everything but who and when. */
export type ActRequest = Omit<CommandRequest, "act"> & { readonly act: Act };

export interface ConsoleHealth {
  readonly stream: string;
  readonly sequence: number;
  readonly sessions: number;
  readonly unreadableRecords: number;
  readonly running: boolean;
}

/** An officer's page renews a claim every third of it. */
export const claimLeaseInMs = 90_000;

const withLease = (act: RequestedAct, leaseInMs: number): Act => {
  switch (act.kind) {
    case "claim":
    case "take-over":
    case "renew":
      return { kind: act.kind, leaseInMs };
    case "acknowledge":
    case "release":
    case "request-secondary":
    case "start-secondary":
    case "complete-secondary":
    case "escalate":
    case "answer-escalation":
    case "dispose":
    case "revise":
    case "reopen":
    case "approve":
    case "reject":
    case "withdraw":
    case "comment":
      return act;
  }
};

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
  const shelves = openShelves();
  const deliveries = openDeliveries(settings.latencyBudgets ?? latencyBudgetsSchema.parse({}));
  const audience = openAudience({
    board,
    feed,
    site: settings.site,
    laneNames,
    now: () => clock.wall(),
    dataOf: watch.dataOf,
    shelvedOf: (laneId) => shelves.of(laneId, clock.wall()),
    slowOf: (laneId) => deliveries.breachOf(laneId, clock.wall()),
    deliveries,
  });
  const desk = openCommandDesk({ log, clock });
  let unreadableRecords = 0;
  let running = true;
  const intake = openIntake(step, (problem) => {
    unreadableRecords += 1;
    options.onProblem(problem);
  });

  const shelve = (record: LogRecord): void => {
    if (laneStateContent(record.key) !== "shelf") return;
    const shelf = intake.read(record, laneShelfCodec);
    if (shelf !== undefined && shelves.take(shelf)) audience.noteData([shelf.laneId]);
  };
  const decisionEnds = await endsOf(log, "lanewatch.decisions.v1");
  const positions = await readPast({ log, clock, intake, watch, shelve });
  const toBoard = boardReader(intake, audience);
  const hear =
    (told: LaneWatch["frame"]): TopicReader["take"] =>
    (batch) =>
      audience.noteData(lanesOf(batch).filter((id) => told(id, now())));
  const readers: readonly TopicReader[] = [
    ...[...positions].map(([topic, from]) => ({
      topic,
      from,
      take: takeOf(topic, { toBoard, frames: hear(watch.frame), words: hear(watch.word), shelve }),
    })),
    { topic: "lanewatch.decisions.v1", from: decisionEnds, take: deskReader(intake, desk) },
  ];
  const look = (): void => {
    audience.noteData(watch.look(now()));
    audience.noteData([...shelves.expired(clock.wall()), ...deliveries.expired(clock.wall())]);
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

  const submitAct: RunningConsole["submitAct"] = async (alarmId, request, by) => {
    const shown = caseOf(board, alarmId);
    const past = shown === undefined ? await options.pastCase?.(alarmId) : undefined;
    const alarm = (shown ?? past?.alarmCase)?.alarm;
    if (alarm === undefined) throw new LanewatchError("not-found", `There is no alarm ${alarmId}.`);
    const place = past === undefined ? {} : { caseOffset: past.offset };
    return desk.submit({ ...request, ...place, alarmId, laneId: alarm.laneId, by, at: clock.wall() });
  };

  return {
    alarmCase: (alarmId) => drawnCaseOf(board, alarmId),
    anyCase: async (alarmId) => drawnCaseOf(board, alarmId) ?? (await options.pastCase?.(alarmId))?.alarmCase,
    stampsOf: deliveries.stampsOf,
    latency: deliveries.histograms,
    submitLaneCommand: async (laneId, request, by) => {
      if (!laneNames.has(laneId)) throw new LanewatchError("not-found", `There is no lane ${laneId}.`);
      return desk.submit({ ...request, laneId, by, at: clock.wall() });
    },
    submitAct,
    submitCommand: (alarmId, request, by) => {
      const act = withLease(request.act, settings.claimLeaseInMs ?? claimLeaseInMs);
      return submitAct(alarmId, { ...request, act }, by);
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
  {
    toBoard,
    frames,
    words,
    shelve,
  }: {
    readonly toBoard: Take;
    readonly frames: Take;
    readonly words: Take;
    readonly shelve: (record: LogRecord) => void;
  },
): Take => {
  switch (topic) {
    case "lanewatch.frames.v1":
      return frames;
    case "lanewatch.lane-state.v1":
      return (batch) => {
        words(batch);
        batch.forEach(shelve);
      };
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
    case "lanewatch.attachments.v1":
      return toBoard;
  }
};

/** Each lane of a batch once. Keys of lane topics are lanes; the core's own keys begin with what no lane's id does. */
const lanesOf = (batch: readonly LogRecord[]): readonly LaneId[] =>
  Array.from(new Set(batch.map(({ key }) => key)), laneIdOf);
