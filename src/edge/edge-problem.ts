import type { LaneId } from "../domain/ids.ts";
import type { SpoolProblem } from "./frame-spool.ts";

/** What an edge has to say to those who run it. Links that come and go are frames, not problems. */
export type EdgeProblem =
  /** The log (or the spool) does not take frames. They wait, up to the queue's limits. Said once until it recovers. */
  | { readonly kind: "log-failing"; readonly laneId: LaneId; readonly error: Error }
  | { readonly kind: "log-recovered"; readonly laneId: LaneId }
  /** Frames that never reach the log: the queue was full, or the agent had to end with a log that fails. */
  | {
      readonly kind: "frames-lost";
      readonly laneId: LaneId;
      readonly cause: "queue-full" | "stopped";
      readonly frames: number;
      readonly bytes: number;
    }
  /** The lane is no longer read, for a reason that trying again does not mend. Other lanes go on. */
  | { readonly kind: "lane-stopped"; readonly laneId: LaneId; readonly error: unknown }
  | SpoolProblem
  /** The log does not take frames of any lane. They wait in the spool. Said once until it recovers. */
  | { readonly kind: "sending-failing"; readonly error: Error }
  /** `unsentFrames`: what waited; sent in order, or behind what is live from here on. */
  | {
      readonly kind: "sending-recovered";
      readonly unsentFrames: number;
      readonly order: "in-order" | "live-first";
    }
  /** The backlog is through. */
  | { readonly kind: "backlog-sent"; readonly frames: number }
  /** Nothing is sent any more, for a reason that trying again does not mend. The agent ends. */
  | { readonly kind: "sending-stopped"; readonly error: unknown };

/** `warn`: unexpected, nothing lost. `error`: something was lost or a person must act. */
export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly sentence: string;
}

const lossCauses = {
  "queue-full": "they could not be stored for too long",
  stopped: "the agent was stopped while they could not be stored",
} as const;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const lanesText = (count: number): string => (count === 1 ? "1 lane" : `${count} lanes`);

const recoveredLine = (problem: Extract<SpoolProblem, { kind: "spool-recovered" }>): LogLine => {
  const { frames, bytes, tornBytes } = problem;
  const torn = tornBytes === 0 ? "" : `; ${tornBytes} bytes at its end were of an unfinished write`;
  return {
    level: "info",
    sentence: `An earlier run left ${frames} frames (${bytes} bytes) in the spool, which are sent now${torn}.`,
  };
};

/** Losses of a spool are warnings where no frame is known to be lost by them. */
const damagedLine = (problem: Extract<SpoolProblem, { kind: "spool-damaged" }>): LogLine => {
  const { damagedBytes, frames, lanes } = problem;
  const cost =
    frames === 0 ? "no frame is known to be lost" : `${frames} frames of ${lanesText(lanes)} are lost`;
  return {
    level: frames === 0 ? "warn" : "error",
    sentence: `${damagedBytes} bytes of the spool are damaged: ${cost}.`,
  };
};

const orders = { "in-order": "in order", "live-first": "behind what is live" } as const;

export const logLineOf = (problem: EdgeProblem): LogLine => {
  const lane = "laneId" in problem ? `lane ${problem.laneId}` : "";
  switch (problem.kind) {
    case "log-failing":
      return {
        level: "warn",
        sentence: `Frames of ${lane} wait, because they cannot be stored: ${problem.error.message}`,
      };
    case "log-recovered":
      return { level: "info", sentence: `Frames of ${lane} are stored again.` };
    case "frames-lost":
      return {
        level: "error",
        sentence: `${problem.frames} frames (${problem.bytes} bytes) of ${lane} are lost: ${lossCauses[problem.cause]}.`,
      };
    case "lane-stopped":
      return { level: "error", sentence: `The agent of ${lane} has stopped: ${textOf(problem.error)}` };
    case "spool-recovered":
      return recoveredLine(problem);
    case "spool-dropped":
      return {
        level: "error",
        sentence: `The spool is full: the oldest ${problem.frames} frames (${problem.bytes} bytes) of ${lanesText(problem.lanes)} are lost.`,
      };
    case "spool-damaged":
      return damagedLine(problem);
    case "sending-failing":
      return {
        level: "warn",
        sentence: `Frames wait in the spool, because the log does not take them: ${problem.error.message}`,
      };
    case "sending-recovered":
      return {
        level: "info",
        sentence: `The log takes frames again; ${problem.unsentFrames} that waited are sent ${orders[problem.order]}.`,
      };
    case "backlog-sent":
      return { level: "info", sentence: `The backlog is sent: ${problem.frames} frames, marked historical.` };
    case "sending-stopped":
      return { level: "error", sentence: `The edge stops, for it cannot send: ${textOf(problem.error)}` };
  }
};
