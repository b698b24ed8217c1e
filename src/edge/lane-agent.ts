import type { Frame, FrameBody } from "../domain/frames.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import type { MonotonicMs } from "../domain/units.ts";
import type { ByteSource, Chance, Clock } from "../ports.ts";
import { attemptAfter, backoffDelayInMs } from "./backoff.ts";
import type { EdgeProblem } from "./edge-problem.ts";
import { type FrameStamp, frameStamp } from "./frame-stamp.ts";
import { linkStep, unknownLink } from "./link.ts";
import type { LogWriter } from "./log-writer.ts";
import { logWriter } from "./log-writer.ts";
import type { SourceSettings } from "./source-settings.ts";
import { playsOnce } from "./source-settings.ts";

export const defaultHeartbeatInMs = 1_500;

export interface LaneAgentOptions {
  readonly laneId: LaneId;
  readonly source: ByteSource;
  /** The settings `source` was opened with. */
  readonly settings: SourceSettings;
  readonly bootId: BootId;
  readonly clock: Clock;
  readonly chance: Chance;
  /** A heartbeat frame is due when no other frame was captured for so long, connected or not. */
  readonly heartbeatInMs?: number;
  /** Where somebody else makes frames of this lane too; its own by default. */
  readonly stamp?: FrameStamp;
  /** Told how to record a frame of this lane from outside, and null when that is over. */
  readonly onRecording?: (record: ((body: FrameBody) => void) | null) => void;
  readonly append: (frames: readonly Frame[]) => Promise<void>;
  readonly onProblem: (problem: EdgeProblem) => void;
}

/** Numbers and stamps what the lane says, and hands it to the writer. */
interface Recorder {
  record(body: FrameBody): void;
  /** When the last frame was stamped. */
  lastFrameAt(): MonotonicMs;
}

const recorderOf = (options: LaneAgentOptions, writer: LogWriter): Recorder => {
  const stamp = options.stamp ?? frameStamp(options);
  let lastFrameAt = options.clock.monotonic();
  return {
    record: (body) => {
      const frame = stamp(body);
      writer.write(frame);
      lastFrameAt = frame.monotonic;
    },
    lastFrameAt: () => lastFrameAt,
  };
};

interface Running {
  readonly options: LaneAgentOptions;
  readonly recorder: Recorder;
  readonly writer: LogWriter;
}

const keepBeating = async ({ options, recorder }: Running, signal: AbortSignal): Promise<void> => {
  const { clock, heartbeatInMs = defaultHeartbeatInMs } = options;
  while (!signal.aborted) {
    const restInMs = recorder.lastFrameAt() + heartbeatInMs - clock.monotonic();
    if (restInMs <= 0) recorder.record({ kind: "heartbeat" });
    else await clock.sleep(restInMs, signal);
  }
};

/** Connects, records, and connects again until the signal aborts or a source that plays once has ended. */
const supervise = async ({ options, recorder, writer }: Running, signal: AbortSignal): Promise<void> => {
  const { source, settings, clock, chance } = options;
  const once = playsOnce(settings);
  const isStopped = (): boolean => signal.aborted;
  let link = unknownLink;
  let attempt = 0;
  while (!isStopped()) {
    let openedAt: MonotonicMs | null = null;
    for await (const event of source.connect(signal)) {
      if (event.kind === "bytes") {
        recorder.record(event);
        await writer.room(once);
        continue;
      }
      if (event.kind === "opened") openedAt = clock.monotonic();
      else if (isStopped() && link.state !== "up") break;
      const [next, body] = linkStep(link, event);
      link = next;
      if (body !== null) recorder.record(body);
    }
    if (once) {
      await writer.empty();
      return;
    }
    attempt = attemptAfter(attempt, openedAt === null ? null : clock.monotonic() - openedAt);
    await clock.sleep(backoffDelayInMs(attempt, chance), signal);
    attempt += 1;
  }
};

/**
 * Captures one lane: supervises its source, turns everything it says into numbered frames, and appends them, for as
 * long as the process lives. Two bounds: what the log does not take waits in a queue (see frame-queue.ts) whose oldest
 * frames are dropped, and a stopping agent flushes for `flushInMs` at the most; either way the loss is a problem
 * reported and a hole in `sequence`.
 *
 * Resolves when the signal aborts, or a source that plays once has ended, and everything is stored or given up.
 * @throws what `append` rejected with, where trying again is of no use (LanewatchError `log-closed`).
 */
export const runLaneAgent = async (options: LaneAgentOptions, signal: AbortSignal): Promise<void> => {
  const writer = logWriter(options);
  const running: Running = { options, writer, recorder: recorderOf(options, writer) };
  const reading = new AbortController();
  const stopReading = (): void => {
    writer.hurry();
    reading.abort();
  };
  if (signal.aborted) stopReading();
  signal.addEventListener("abort", stopReading, { once: true });
  void writer.failed.then(stopReading);

  const beating = new AbortController();
  const heartbeats = keepBeating(running, beating.signal);
  options.onRecording?.((body) => running.recorder.record(body));
  try {
    await supervise(running, reading.signal);
  } finally {
    signal.removeEventListener("abort", stopReading);
    beating.abort();
    await heartbeats;
    options.onRecording?.(null);
    await writer.finish();
  }
};
