import type { LaneId } from "../domain/ids.ts";

/** What an edge has to say to those who run it. Links that come and go are frames, not problems. */
export type EdgeProblem =
  /** The log does not take frames. They wait, up to the queue's limits. Said once until it recovers. */
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
  | { readonly kind: "lane-stopped"; readonly laneId: LaneId; readonly error: unknown };

/** `warn`: unexpected, nothing lost. `error`: something was lost or a person must act. */
export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly sentence: string;
}

const lossCauses = {
  "queue-full": "the log has not taken frames for too long",
  stopped: "the agent was stopped while the log did not take frames",
} as const;

export const logLineOf = (problem: EdgeProblem): LogLine => {
  const lane = `lane ${problem.laneId}`;
  switch (problem.kind) {
    case "log-failing":
      return {
        level: "warn",
        sentence: `Frames of ${lane} wait, because the log does not take them: ${problem.error.message}`,
      };
    case "log-recovered":
      return { level: "info", sentence: `The log takes frames of ${lane} again.` };
    case "frames-lost":
      return {
        level: "error",
        sentence: `${problem.frames} frames (${problem.bytes} bytes) of ${lane} are lost: ${lossCauses[problem.cause]}.`,
      };
    case "lane-stopped": {
      const text = problem.error instanceof Error ? problem.error.message : String(problem.error);
      return { level: "error", sentence: `The agent of ${lane} has stopped: ${text}` };
    }
  }
};
