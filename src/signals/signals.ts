import { LanewatchError } from "../domain/errors.ts";
import type { LaneId } from "../domain/ids.ts";
import type { Clock, EventLog, LogRecord, Positions } from "../ports.ts";
import type { RecordProblem } from "../records.ts";
import { partitionsOf, readRecord, recentCases } from "../records.ts";
import { alarmCaseCodec } from "../wire/alarm.ts";
import { type Checkpoint, checkpointCodec, laneStateContent } from "../wire/checkpoint.ts";
import type { Topic } from "../wire/topics.ts";
import {
  type LaneSignalState,
  type SignalInput,
  type SignalMoment,
  signalStep,
  silentLane,
} from "./lane-signal.ts";
import type { OutletProblem, RetainedMessage, SignalOutlet } from "./outlet.ts";
import { type SignalSettings, topicOf } from "./signal-settings.ts";

export interface SignalOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly settings: SignalSettings;
  /** The lanes of the site: each has a message from the start, `unknown` until the core says something of it. */
  readonly lanes: readonly LaneId[];
  readonly outlet: SignalOutlet;
  readonly onProblem: (problem: RecordProblem) => void;
  readonly onOutletProblem: (problem: OutletProblem) => void;
  readonly onConnected: () => void;
}

/** How often is looked whether a lane has become unknown. */
const lookEveryMs = 1_000;

const followed = ["lanewatch.alarms.v1", "lanewatch.lane-state.v1"] as const satisfies readonly Topic[];

/**
 * Tells lights, barriers and sirens what each lane's state is, from the log and nothing else. Resolves when the signal
 * aborted or the log closed, after `offline` was said. Lanes that are not of the site are passed over.
 * @throws LanewatchError `log-failed`: `offline` was said then, too, because nobody would tell of the next alarm.
 */
export const runSignals = async (options: SignalOptions, signal: AbortSignal): Promise<void> => {
  const { log, clock, settings, outlet } = options;
  const lanes = openLanes(options);
  const stop = new AbortController();
  const stopping = AbortSignal.any([signal, stop.signal]);
  const positions = await readPast(options, lanes);
  lanes.stepAll({ kind: "time", moment: momentOf(clock) });
  beat(options);
  const telling = outlet.run({ ...greetingsOf(settings), ...reportsOf(options) }, stopping);
  const following = [
    ...followed.map((topic) => follow(log, topic, positions.get(topic) ?? new Map(), { lanes, stopping })),
    look(options, lanes, stopping),
  ].map((loop) => loop.finally(() => stop.abort()));
  const outcomes = await Promise.allSettled(following);
  await telling;
  for (const outcome of outcomes) if (outcome.status === "rejected") throw asLanewatchError(outcome.reason);
};

const asLanewatchError = (cause: unknown): LanewatchError =>
  cause instanceof LanewatchError
    ? cause
    : new LanewatchError("internal", "The lanes' signals could not be kept up to date.", cause);

const momentOf = (clock: Clock): SignalMoment => ({ wall: clock.wall(), monotonic: clock.monotonic() });

const reportsOf = ({ onOutletProblem, onConnected }: SignalOptions) => ({
  onProblem: onOutletProblem,
  onConnected,
});

const greetingsOf = ({ site, statusTopic }: SignalSettings) => {
  const status = (payload: "online" | "offline"): RetainedMessage => ({
    topic: topicOf(statusTopic, { site }),
    payload,
  });
  return { will: status("offline"), online: status("online"), offline: status("offline") };
};

/** The time of day and how often it is told: a client that has not heard it for three times as long trusts nothing. */
const beat = ({ outlet, clock, settings }: SignalOptions): void => {
  const { site, heartbeatTopic, heartbeatInMs } = settings;
  const payload = JSON.stringify({ v: 1, at: clock.wall(), everyInMs: heartbeatInMs });
  outlet.keep({ topic: topicOf(heartbeatTopic, { site }), payload });
};

interface Lanes {
  readonly take: (records: readonly LogRecord[], isPast: boolean) => void;
  readonly stepAll: (input: SignalInput) => void;
}

const openLanes = (options: SignalOptions): Lanes => {
  const { clock, settings, outlet, onProblem } = options;
  const step = signalStep(settings);
  const states = new Map<LaneId, LaneSignalState>(options.lanes.map((lane) => [lane, silentLane(lane)]));
  const stepLane = (lane: LaneId, input: SignalInput): void => {
    const state = states.get(lane);
    if (state === undefined) return;
    const [next, signals] = step(state, input);
    states.set(lane, next);
    const topic = topicOf(settings.topic, { site: settings.site, lane });
    for (const each of signals) outlet.keep({ topic, payload: JSON.stringify(each) });
  };
  const takeRecord = (record: LogRecord, isPast: boolean): void => {
    const moment = momentOf(clock);
    if (record.topic === "lanewatch.alarms.v1") {
      const told = readRecord(record, (value) => alarmCaseCodec.decode(value), onProblem);
      if (told !== undefined) stepLane(told.alarm.laneId, { kind: "case", case: told, moment });
      return;
    }
    if (laneStateContent(record.key) !== "checkpoint") return;
    const told = readRecord(record, (value) => checkpointCodec.decode(value), onProblem);
    if (told === undefined) return;
    // What was written before this program began is as old as the log says; with a wall clock in doubt it is too old.
    const age = moment.wall - record.appendedAt;
    const ageInMs = isPast ? (age >= 0 ? age : Number.MAX_SAFE_INTEGER) : 0;
    stepLane(told.laneId, { kind: "standing", standing: standingOf(told), ageInMs, moment });
  };
  return {
    take: (records, isPast) => {
      for (const record of records) takeRecord(record, isPast);
    },
    stepAll: (input) => {
      for (const lane of states.keys()) stepLane(lane, input);
    },
  };
};

const standingOf = ({
  frameOffset,
  state,
}: Checkpoint): Extract<SignalInput, { kind: "standing" }>["standing"] => ({
  frameOffset,
  occupied: state.lane.occupancy !== null,
  faults: [...state.lane.health.standing],
});

/** What stands now; the places to go on from are taken before, so that nothing falls between. Of the cases, the recent ones. */
const readPast = async (
  { log, clock }: SignalOptions,
  lanes: Lanes,
): Promise<ReadonlyMap<Topic, Positions>> => {
  const positions = new Map<Topic, Positions>();
  for (const topic of followed) {
    const ends = new Map<number, number>();
    for (const partition of partitionsOf(log)) ends.set(partition, await log.end(topic, partition));
    positions.set(topic, ends);
  }
  for (const partition of partitionsOf(log)) {
    const laneState = await log.latest("lanewatch.lane-state.v1", partition);
    const cases = await log.latest("lanewatch.alarms.v1", partition, recentCases(laneState, clock.wall()));
    lanes.take(cases, true);
    lanes.take(laneState, true);
  }
  return positions;
};

const follow = async (
  log: EventLog,
  topic: Topic,
  from: Positions,
  { lanes, stopping }: { readonly lanes: Lanes; readonly stopping: AbortSignal },
): Promise<void> => {
  for await (const batch of log.follow(topic, from, stopping)) lanes.take(batch, false);
};

/** Looks at the time, and tells it. */
const look = async (options: SignalOptions, lanes: Lanes, stopping: AbortSignal): Promise<void> => {
  const { clock, settings } = options;
  let beatAtMs = clock.monotonic();
  for (;;) {
    await clock.sleep(lookEveryMs, stopping);
    if (stopping.aborted) return;
    const moment = momentOf(clock);
    lanes.stepAll({ kind: "time", moment });
    if (moment.monotonic - beatAtMs < settings.heartbeatInMs) continue;
    beatAtMs = clock.monotonic();
    beat(options);
  }
};
