import type { Frame } from "../domain/frames.ts";

/** 4,096 frames ≈ 14 min of one lane that is occupied without pause (5 frames a second). Oldest dropped, counted. */
export const maxWaitingFrames = 4_096;
/**
 * 4 MiB: a portal says about 200 bytes a second, so 4,096 of its frames hold some 150 KB and the limit above is the
 * one that counts. This one bounds a peer that pours large chunks. Oldest dropped, counted.
 */
export const maxWaitingBytes = 4 * 1_048_576;
/** One append: about 10 ms of an embedded log's time, and below a broker's usual limit of 1 MiB a request. */
export const maxBatchFrames = 512;
export const maxBatchBytes = 524_288;

export interface Loss {
  readonly frames: number;
  readonly bytes: number;
}

/**
 * Frames on their way into the log, in order. At most one batch is in flight; what is in flight is not dropped (it may
 * be stored already), so memory holds a batch beyond the limits at the worst.
 *
 * Mutable: a copy for each frame at 4,096 waiting ones would cost more than the rest of the edge.
 */
export interface FrameQueue {
  push(frame: Frame): void;
  /** The oldest frames up to a batch; empty where none wait. They are in flight until `settle` or `putBack`. */
  take(): readonly Frame[];
  /** The batch in flight is stored. */
  settle(): void;
  /** The batch in flight is not stored: back to the head, in order, within the limits. */
  putBack(): void;
  /** Frames waiting, without those in flight, and their payload. */
  waiting(): Loss;
  /** Nothing waits and nothing is in flight. */
  isEmpty(): boolean;
  /** Drops and counts everything, in flight too (which may have been stored all the same). */
  discard(): void;
  /** What was dropped since the last call. */
  takeLoss(): Loss;
}

const payloadBytes = (frame: Frame): number => (frame.body.kind === "bytes" ? frame.body.bytes.length : 0);

const batchLength = (frames: readonly Frame[]): number => {
  let bytes = 0;
  let length = 0;
  for (const frame of frames) {
    bytes += payloadBytes(frame);
    if (length === maxBatchFrames || (length > 0 && bytes > maxBatchBytes)) break;
    length += 1;
  }
  return length;
};

export const frameQueue = (): FrameQueue => {
  let waiting: Frame[] = [];
  let inFlight: Frame[] = [];
  let waitingBytes = 0;
  let lost: Loss = { frames: 0, bytes: 0 };

  const dropOldestWhile = (tooMany: () => boolean): void => {
    while (tooMany()) {
      const oldest = waiting.shift();
      if (oldest === undefined) return;
      const bytes = payloadBytes(oldest);
      waitingBytes -= bytes;
      lost = { frames: lost.frames + 1, bytes: lost.bytes + bytes };
    }
  };
  const isBeyondLimits = (): boolean => waiting.length > maxWaitingFrames || waitingBytes > maxWaitingBytes;

  const putBack = (): void => {
    for (const frame of inFlight) waitingBytes += payloadBytes(frame);
    waiting = [...inFlight, ...waiting];
    inFlight = [];
  };

  return {
    push: (frame) => {
      waiting.push(frame);
      waitingBytes += payloadBytes(frame);
      dropOldestWhile(isBeyondLimits);
    },
    take: () => {
      inFlight = waiting.splice(0, batchLength(waiting));
      for (const frame of inFlight) waitingBytes -= payloadBytes(frame);
      return inFlight;
    },
    settle: () => {
      inFlight = [];
    },
    putBack: () => {
      putBack();
      dropOldestWhile(isBeyondLimits);
    },
    waiting: () => ({ frames: waiting.length, bytes: waitingBytes }),
    isEmpty: () => waiting.length === 0 && inFlight.length === 0,
    discard: () => {
      putBack();
      dropOldestWhile(() => true);
    },
    takeLoss: () => {
      const loss = lost;
      lost = { frames: 0, bytes: 0 };
      return loss;
    },
  };
};
