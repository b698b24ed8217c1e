import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { Frame } from "../../src/domain/frames.ts";
import type { EventLog, NewRecord } from "../../src/ports.ts";
import { decodeFrame } from "../../src/wire/frame.ts";

export interface CutLog {
  readonly log: Pick<EventLog, "append" | "partitionCount">;
  /** Every append rejects while it is cut. */
  cut(): void;
  mend(): void;
  /** Stores what is appended, and rejects all the same: the answer is lost. */
  loseAnswers(isLosing: boolean): void;
  /** Each append takes so long. */
  slowDown(byInMs: number): void;
  /** Everything stored, in the order in which it came; one array an append. */
  readonly appends: readonly (readonly Frame[])[];
  frames(): readonly Frame[];
  attempts(): number;
}

/** The log in memory behind a line that can be cut. */
export const cutLog = (partitionCount = 4): CutLog => {
  const inner = openMemoryLog({ clock: systemClock, partitionCount });
  const appends: (readonly Frame[])[] = [];
  let isCut = false;
  let isLosing = false;
  let delayInMs = 0;
  let attempts = 0;
  let underWay = 0;
  const append = async (records: readonly NewRecord[]): Promise<readonly number[]> => {
    attempts += 1;
    underWay += 1;
    if (underWay > 1) throw new Error("two appends at once");
    try {
      if (delayInMs > 0) await new Promise((resolve) => setTimeout(resolve, delayInMs));
      if (isCut) throw new LanewatchError("log-failed", "The log cannot be reached.");
      const offsets = await inner.append(records);
      appends.push(records.map(({ value }) => decodeFrame(value)));
      if (isLosing) throw new LanewatchError("log-failed", "The answer was lost.");
      return offsets;
    } finally {
      underWay -= 1;
    }
  };
  return {
    log: { partitionCount, append },
    cut: () => {
      isCut = true;
    },
    mend: () => {
      isCut = false;
    },
    loseAnswers: (isLost) => {
      isLosing = isLost;
    },
    slowDown: (byInMs) => {
      delayInMs = byInMs;
    },
    appends,
    frames: () => appends.flat(),
    attempts: () => attempts,
  };
};
