import { LanewatchError } from "../domain/errors.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import type { MonotonicMs } from "../domain/units.ts";
import type { Chance, Clock, EventLog, NewRecord } from "../ports.ts";
import { backoffDelayInMs } from "./backoff.ts";
import type { EdgeProblem } from "./edge-problem.ts";
import { asHistorical, frameLogRecord } from "./frame-records.ts";
import { maxBatchFrames } from "./frame-queue.ts";
import type { FrameSpool, SpoolBatch, SpooledFrame, SpoolStream } from "./frame-spool.ts";
import type { SpoolSettings } from "./spool-settings.ts";
import { wakeup } from "./wakeup.ts";

/** One sender an agent: it may ask a log that fails more often than many lanes may. */
const longestPauseInMs = 2_000;

export type InOrderLimits = Pick<SpoolSettings, "inOrderBacklogBytes" | "inOrderBacklogInMs">;

export interface SpoolSenderOptions {
  readonly spool: FrameSpool;
  readonly log: Pick<EventLog, "append" | "partitionCount">;
  /** The agent's own: frames of other boots have no age. */
  readonly bootId: BootId;
  readonly clock: Clock;
  readonly chance: Chance;
  /** A backlog within both is sent in order; a larger one behind what is live, marked historical but for a boot's first. */
  readonly limits: InOrderLimits;
  readonly onProblem: (problem: EdgeProblem) => void;
}

export interface SpoolSender {
  /**
   * Sends for as long as the process lives, one append at a time; before each batch of the backlog everything that
   * was live by then. When the signal aborts it goes on until nothing is left, an append fails, or `givenUp` aborts; what is
   * left then is sent by the next run.
   * @throws what `append` rejected with, where trying again is of no use (LanewatchError `log-closed`).
   */
  run(signal: AbortSignal, givenUp: AbortSignal): Promise<void>;
  /** How long the oldest unsent frame has waited; for one of an earlier run, since this one began. 0 where none waits. */
  oldestUnsentInMs(): number;
}

interface Sending {
  readonly options: SpoolSenderOptions;
  readonly startedAt: MonotonicMs;
  /** The first frame of the last batch of each stream, until the stream is empty. */
  readonly oldest: Map<SpoolStream, SpooledFrame>;
  /** Appends that failed in a row. */
  failures: number;
  /** An append has failed, and the live stream has not caught up since. */
  wasCutOff: boolean;
  backlogFramesSent: number;
  /** Lanes of which the log has acknowledged a frame of this boot: as many as the agent has. */
  readonly begun: Set<LaneId>;
  /** What was live has gone, so a batch of the backlog may, although more has come since. */
  isBacklogsTurn: boolean;
}

const isWorthRetrying = (error: unknown): error is LanewatchError =>
  error instanceof LanewatchError && (error.code === "log-failed" || error.code === "spool-failed");

const ageOf = ({ options, startedAt }: Sending, { bootId, monotonic }: SpooledFrame): number =>
  Math.max(0, options.clock.monotonic() - (bootId === options.bootId ? monotonic : startedAt));

const take = async (sending: Sending, stream: SpoolStream): Promise<SpoolBatch | null> => {
  const batch = await sending.options.spool.next(stream);
  const [first] = batch?.frames ?? [];
  if (first === undefined) sending.oldest.delete(stream);
  else sending.oldest.set(stream, first);
  return batch;
};

/** A log that takes frames more slowly than they come is behind by age alone: a burst is not an outage. */
const isTooFarBehind = (sending: Sending, batch: SpoolBatch): boolean => {
  const { spool, limits, bootId } = sending.options;
  if (sending.wasCutOff && spool.figures().liveBytes > limits.inOrderBacklogBytes) return true;
  const [first] = batch.frames;
  return first?.bootId === bootId && ageOf(sending, first) > limits.inOrderBacklogInMs;
};

const takeLive = async (sending: Sending): Promise<SpoolBatch | null> => {
  const batch = await take(sending, "live");
  if (batch === null || !isTooFarBehind(sending, batch)) return batch;
  batch.putBack();
  await sending.options.spool.divert();
  sending.wasCutOff = false;
  return take(sending, "live");
};

const tellWorking = ({ options, failures }: Sending): void => {
  if (failures === 0) return;
  const { frames, backlogFrames } = options.spool.figures();
  const order = backlogFrames > 0 ? "live-first" : "in-order";
  options.onProblem({ kind: "sending-recovered", unsentFrames: frames, order });
};

const isOwn = ({ options }: Sending, { bootId }: SpooledFrame): boolean => bootId === options.bootId;

/**
 * Backlog is marked historical, but for the first frame that the log gets of a lane's boot: nothing later was sent of that,
 * and the lane goes on with it. Otherwise what an edge spools that starts while it is cut off would be late before the
 * boot had begun.
 */
const recordsOf = (sending: Sending, batch: SpoolBatch, stream: SpoolStream): readonly NewRecord[] => {
  const { partitionCount } = sending.options.log;
  const begun = new Set(sending.begun);
  return batch.frames.map((frame) => {
    const { laneId, value } = frame;
    const isFirst = isOwn(sending, frame) && !begun.has(laneId);
    if (isFirst) begun.add(laneId);
    return frameLogRecord(laneId, stream === "live" || isFirst ? value : asHistorical(value), partitionCount);
  });
};

/** True where the log has the batch. */
const send = async (sending: Sending, batch: SpoolBatch, stream: SpoolStream): Promise<boolean> => {
  const { log, onProblem } = sending.options;
  const records = recordsOf(sending, batch, stream);
  try {
    await log.append(records);
  } catch (error) {
    batch.putBack();
    if (!isWorthRetrying(error)) throw error;
    if (sending.failures === 0) onProblem({ kind: "sending-failing", error });
    sending.failures += 1;
    sending.wasCutOff = true;
    return false;
  }
  tellWorking(sending);
  sending.failures = 0;
  for (const frame of batch.frames) if (isOwn(sending, frame)) sending.begun.add(frame.laneId);
  await batch.stored();
  if (stream === "backlog") sending.backlogFramesSent += batch.frames.length;
  const { frames, backlogFrames } = sending.options.spool.figures();
  const hasCaughtUp = frames - backlogFrames < maxBatchFrames;
  sending.isBacklogsTurn = stream === "live" && hasCaughtUp;
  if (hasCaughtUp) sending.wasCutOff = false;
  return true;
};

const tellBacklogSent = (sending: Sending): void => {
  const { backlogFramesSent: frames, options } = sending;
  if (frames > 0) options.onProblem({ kind: "backlog-sent", frames });
  sending.backlogFramesSent = 0;
};

/** Live and backlog take turns while each live batch takes all that was live; else live has every turn. */
const takeEither = async (sending: Sending): Promise<readonly [SpoolStream, SpoolBatch | null]> => {
  const first = sending.isBacklogsTurn ? await take(sending, "backlog") : null;
  if (first !== null) return ["backlog", first];
  const live = await takeLive(sending);
  return live === null ? ["backlog", await take(sending, "backlog")] : ["live", live];
};

/** One batch: what came of it. */
const sendNext = async (sending: Sending): Promise<"sent" | "failed" | "nothing-left"> => {
  let batch: SpoolBatch | null;
  let stream: SpoolStream;
  try {
    [stream, batch] = await takeEither(sending);
  } catch (error) {
    if (!isWorthRetrying(error)) throw error;
    if (sending.failures === 0) sending.options.onProblem({ kind: "sending-failing", error });
    sending.failures += 1;
    return "failed";
  }
  if (batch === null) {
    tellBacklogSent(sending);
    return "nothing-left";
  }
  return (await send(sending, batch, stream)) ? "sent" : "failed";
};

const startInOrder = async ({ options }: Sending): Promise<void> => {
  const { spool, limits } = options;
  const { bytes, spanInMs } = spool.leftover;
  if (bytes > limits.inOrderBacklogBytes || (spanInMs ?? 0) > limits.inOrderBacklogInMs) await spool.divert();
};

export const spoolSender = (options: SpoolSenderOptions): SpoolSender => {
  const { spool, clock, chance } = options;
  const sending: Sending = {
    options,
    startedAt: clock.monotonic(),
    oldest: new Map(),
    failures: 0,
    wasCutOff: false,
    backlogFramesSent: 0,
    begun: new Set(),
    isBacklogsTurn: false,
  };
  return {
    oldestUnsentInMs: () =>
      Math.max(0, ...Array.from(sending.oldest.values(), (frame) => ageOf(sending, frame))),
    run: async (signal, givenUp) => {
      const wake = wakeup();
      signal.addEventListener("abort", wake.notify, { once: true });
      await startInOrder(sending);
      while (!givenUp.aborted) {
        const changed = wake.next();
        void spool.changed().then(wake.notify);
        const outcome = await sendNext(sending);
        if (outcome === "sent") continue;
        if (signal.aborted) return;
        if (outcome === "nothing-left") {
          await changed;
        } else {
          const pauseInMs = backoffDelayInMs(sending.failures, chance);
          await clock.sleep(Math.min(pauseInMs, longestPauseInMs), signal);
        }
      }
    },
  };
};
