import type { Frame } from "../domain/frames.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import type { ByteSource, Chance, Clock, EventLog } from "../ports.ts";
import { encodeFrame } from "../wire/frame.ts";
import type { EdgeProblem } from "./edge-problem.ts";
import { type EdgeProgress, laneRecordings, type LaneRecordings, tellOfSpool } from "./edge-spool.ts";
import { frameLogRecord } from "./frame-records.ts";
import type { FrameSpool } from "./frame-spool.ts";
import { runLaneAgent } from "./lane-agent.ts";
import { flushInMs } from "./log-writer.ts";
import { playsOnce, type SourceSettings } from "./source-settings.ts";
import { type InOrderLimits, type SpoolSender, spoolSender } from "./spool-sender.ts";

export interface EdgeLane {
  readonly laneId: LaneId;
  readonly source: SourceSettings;
  /** Default 1,500. */
  readonly heartbeatInMs?: number;
}

export interface EdgeOptions {
  readonly lanes: readonly EdgeLane[];
  /** How settings become a source: `openSource` of the adapters, or a test's own. */
  readonly openSource: (settings: SourceSettings) => ByteSource;
  readonly log: Pick<EventLog, "append" | "partitionCount">;
  readonly bootId: BootId;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly onProblem: (problem: EdgeProblem) => void;
  /**
   * Between the lanes and a log that may be away: frames go to the spool, and a sender brings them to the log. Without
   * it frames go to the log themselves. The caller opens and closes it.
   */
  readonly spool?: FrameSpool;
  /** When a backlog of the spool is sent in order. Default 1 MiB and 30 s. */
  readonly inOrder?: InOrderLimits;
  /** Told once a second how the spool stands. */
  readonly onProgress?: (progress: EdgeProgress) => void;
}

const defaultInOrder: InOrderLimits = { inOrderBacklogBytes: 1_048_576, inOrderBacklogInMs: 30_000 };
const progressInMs = 1_000;
/** How often lanes that have all ended look whether everything is sent. */
const endCheckInMs = 50;
/** A recording is not read faster than it is sent: 32 MiB of it wait in the spool at the most. */
const losslessBytes = 32 * 1_048_576;

type Append = (frames: readonly Frame[]) => Promise<void>;

const appendOf = (settings: SourceSettings, { log, spool }: EdgeOptions, signal: AbortSignal): Append => {
  if (spool === undefined) {
    return async (frames) => {
      const { partitionCount } = log;
      await log.append(
        frames.map((frame) => frameLogRecord(frame.laneId, encodeFrame(frame), partitionCount)),
      );
    };
  }
  if (!playsOnce(settings)) return (frames) => spool.append(frames);
  return async (frames) => {
    while (spool.figures().liveBytes > losslessBytes && !signal.aborted) await spool.changed();
    await spool.append(frames);
  };
};

const runLane = async (
  lane: EdgeLane,
  options: EdgeOptions & { readonly recordings: LaneRecordings },
  signal: AbortSignal,
): Promise<void> => {
  const { bootId, clock, chance, onProblem } = options;
  const { laneId, source: settings, heartbeatInMs } = lane;
  const recording = options.recordings.of(laneId);
  try {
    const append = appendOf(settings, options, signal);
    const source = options.openSource(settings);
    const heartbeat = heartbeatInMs === undefined ? {} : { heartbeatInMs };
    const onRecording = (record: typeof recording.record): void => {
      recording.record = record;
    };
    const agent = { laneId, source, settings, bootId, clock, chance, append, onProblem, ...heartbeat };
    await runLaneAgent({ ...agent, stamp: recording.stamp, onRecording }, signal);
  } catch (error) {
    onProblem({ kind: "lane-stopped", laneId, error });
  }
};

const runLanes = async (
  options: EdgeOptions & { readonly recordings: LaneRecordings },
  signal: AbortSignal,
): Promise<void> => {
  // One signal a lane: a signal that hundreds of lanes listen to makes Node warn of a leak.
  const stops = options.lanes.map((lane) => ({ lane, stop: new AbortController() }));
  const stopAll = (): void => {
    for (const { stop } of stops) stop.abort();
  };
  if (signal.aborted) stopAll();
  signal.addEventListener("abort", stopAll, { once: true });
  try {
    await Promise.all(stops.map(({ lane, stop }) => runLane(lane, options, stop.signal)));
  } finally {
    signal.removeEventListener("abort", stopAll);
  }
};

const tellProgress = async (
  sender: SpoolSender,
  { spool, onProgress, clock }: EdgeOptions,
  ended: AbortSignal,
): Promise<void> => {
  if (spool === undefined || onProgress === undefined) return;
  while (!ended.aborted) {
    onProgress({ ...spool.figures(), oldestUnsentInMs: sender.oldestUnsentInMs() });
    await clock.sleep(progressInMs, ended);
  }
};

/** The sender outlives the lanes, so that what they said last is sent too, within `flushInMs`. */
const runWithSpool = async (
  spool: FrameSpool,
  options: EdgeOptions & { readonly recordings: LaneRecordings },
  signal: AbortSignal,
): Promise<void> => {
  const { log, bootId, clock, chance, onProblem, recordings, inOrder: limits = defaultInOrder } = options;
  const stopping = new AbortController();
  const sendingEnds = new AbortController();
  const givenUp = new AbortController();
  const ended = new AbortController();
  const stop = (): void => stopping.abort();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });

  const sender = spoolSender({ spool, log, bootId, clock, chance, limits, onProblem });
  const sending = sender.run(sendingEnds.signal, givenUp.signal);
  sending.catch((error: unknown) => {
    onProblem({ kind: "sending-stopped", error });
    stop();
  });
  const telling = tellOfSpool({ spool, recordings, onProblem }, ended.signal);
  const progress = tellProgress(sender, options, ended.signal);
  try {
    await runLanes(options, stopping.signal);
    while (spool.figures().frames > 0 && !stopping.signal.aborted)
      await clock.sleep(endCheckInMs, stopping.signal);
    sendingEnds.abort();
    const flushed = new AbortController();
    const deadline = clock.sleep(flushInMs, flushed.signal).then(() => givenUp.abort());
    try {
      await Promise.race([sending, deadline]);
    } finally {
      flushed.abort();
    }
  } finally {
    signal.removeEventListener("abort", stop);
    ended.abort();
    await Promise.all([telling, progress]);
  }
};

/**
 * The edge role: captures every lane into `lanewatch.frames.v1`, each by its own agent with its own queue, so that no
 * lane's trouble reaches another. Resolves when the signal has aborted and every lane is flushed or given up (with a
 * spool: left in it), or when all lanes have ended by themselves (files). Never rejects for a lane's sake: see
 * `onProblem`.
 * @throws with a spool, what the log rejected with where trying again is of no use (LanewatchError `log-closed`).
 */
export const runEdge = async (options: EdgeOptions, signal: AbortSignal): Promise<void> => {
  const recordings = laneRecordings(options);
  const { spool } = options;
  if (spool === undefined) await runLanes({ ...options, recordings }, signal);
  else await runWithSpool(spool, { ...options, recordings }, signal);
};
