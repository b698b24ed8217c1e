import { LanewatchError } from "../domain/errors.ts";
import type { Frame } from "../domain/frames.ts";
import type { LaneId } from "../domain/ids.ts";
import type { Chance, Clock } from "../ports.ts";
import { backoffDelayInMs } from "./backoff.ts";
import type { EdgeProblem } from "./edge-problem.ts";
import type { Loss } from "./frame-queue.ts";
import { frameQueue, maxWaitingBytes, maxWaitingFrames } from "./frame-queue.ts";
import { wakeup } from "./wakeup.ts";

/** How long a stopping agent goes on trying to store what waits. */
export const flushInMs = 5_000;
/** From a quarter of the queue on, a source that can wait is made to. */
const pauseAtFrames = maxWaitingFrames / 4;
const pauseAtBytes = maxWaitingBytes / 4;

export interface LogWriterOptions {
  readonly laneId: LaneId;
  readonly clock: Clock;
  readonly chance: Chance;
  /**
   * Stores frames durably and in order, all or none. A rejection with LanewatchError `log-failed` or `spool-failed` is tried again, so
   * frames may be stored twice (readers know a repeat by its sequence); any other rejection ends the writer.
   */
  readonly append: (frames: readonly Frame[]) => Promise<void>;
  readonly onProblem: (problem: EdgeProblem) => void;
}

/** One lane's way into the log: a bounded queue and one append at a time, each with all that waits up to a batch. */
export interface LogWriter {
  write(frame: Frame): void;
  /**
   * Resolves at once while the queue is short. When it is long, a working log is waited for, so that a fast source is
   * slowed down rather than cut. A failing log is waited for only where `lossless` (a file can wait, a portal cannot).
   */
  room(lossless: boolean): Promise<void>;
  /** Resolves when everything is stored: for a source that has ended by itself. */
  empty(): Promise<void>;
  /** From here on `room` and `empty` wait for nothing: the agent is about to stop. */
  hurry(): void;
  /**
   * Stores what waits, for `flushInMs` at the most; the rest is reported as lost.
   * @throws the rejection that ended the writer, where one did.
   */
  finish(): Promise<void>;
  /** Resolves when a rejection has ended the writer, and never where none does. */
  readonly failed: Promise<void>;
}

const isWorthRetrying = (error: unknown): error is LanewatchError =>
  error instanceof LanewatchError && (error.code === "log-failed" || error.code === "spool-failed");

/** What is told of the log: each loss, and its failing and recovering once each. */
interface LogHealth {
  isFailing(): boolean;
  works(): void;
  fails(error: LanewatchError): void;
  lost(cause: "queue-full" | "stopped", loss: Loss): void;
}

const logHealth = ({ laneId, onProblem }: LogWriterOptions): LogHealth => {
  let failing = false;
  return {
    isFailing: () => failing,
    works: () => {
      if (failing) onProblem({ kind: "log-recovered", laneId });
      failing = false;
    },
    fails: (error) => {
      if (!failing) onProblem({ kind: "log-failing", laneId, error });
      failing = true;
    },
    lost: (cause, { frames, bytes }) => {
      if (frames > 0) onProblem({ kind: "frames-lost", laneId, cause, frames, bytes });
    },
  };
};

export const logWriter = (options: LogWriterOptions): LogWriter => {
  const { clock, chance, append } = options;
  const queue = frameQueue();
  const health = logHealth(options);
  const changed = wakeup();
  const stopping = new AbortController();
  const givenUp = new AbortController();
  let hurried = false;

  const appendOnce = async (): Promise<boolean> => {
    try {
      await append(queue.take());
      queue.settle();
      health.works();
      return true;
    } catch (error) {
      queue.putBack();
      if (!isWorthRetrying(error)) throw error;
      health.fails(error);
      return false;
    } finally {
      health.lost("queue-full", queue.takeLoss());
      changed.notify();
    }
  };

  const drain = async (): Promise<void> => {
    let attempt = 0;
    while (true) {
      while (queue.isEmpty() && !stopping.signal.aborted) await changed.next();
      if (queue.isEmpty() || givenUp.signal.aborted) return;
      if (await appendOnce()) {
        attempt = 0;
        continue;
      }
      await clock.sleep(
        backoffDelayInMs(attempt, chance),
        stopping.signal.aborted ? givenUp.signal : stopping.signal,
      );
      attempt = stopping.signal.aborted ? 0 : attempt + 1;
    }
  };
  const drained = drain();
  const failed = new Promise<void>((resolve) => {
    drained.catch(() => resolve());
  });

  const hasRoom = (): boolean => {
    const { frames, bytes } = queue.waiting();
    return frames < pauseAtFrames && bytes < pauseAtBytes;
  };

  return {
    failed,
    write: (frame) => {
      queue.push(frame);
      changed.notify();
    },
    room: async (lossless) => {
      while (!hasRoom() && !hurried && (lossless || !health.isFailing())) await changed.next();
    },
    empty: async () => {
      while (!queue.isEmpty() && !hurried) await changed.next();
    },
    hurry: () => {
      hurried = true;
      changed.notify();
    },
    finish: async () => {
      stopping.abort();
      changed.notify();
      const ended = new AbortController();
      try {
        await Promise.race([drained, clock.sleep(flushInMs, ended.signal)]);
      } finally {
        ended.abort();
        givenUp.abort();
        queue.discard();
        health.lost("stopped", queue.takeLoss());
      }
    },
  };
};
