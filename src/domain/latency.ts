import type { WallMs } from "./units.ts";

/**
 * When the frame that raised an alarm was captured, stored and judged: wall clocks of the edge, of the log and of the
 * core. As it was first said; a core that judges the frame again does not change it.
 */
export interface DecisionStamps {
  readonly capturedAt: WallMs;
  /** Null where the log's time is not known. */
  readonly loggedAt: WallMs | null;
  readonly decidedAt: WallMs;
}
