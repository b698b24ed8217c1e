import { compareOutcomes, type Comparison, noComparison } from "./comparison.ts";
import { noOutcome, type Outcome, stepOutcome } from "./outcome.ts";
import { foldRecording, type Judging } from "./recording.ts";
import type { Recording } from "./replay.ts";
import type { LaneEvent } from "../domain/events.ts";

/** Runs two configurations over the same bytes, one pass, and compares them occupancy by occupancy. */
export const compareRecordings = async (
  recordings: readonly Recording[],
  a: Judging,
  b: Judging,
): Promise<Comparison> => {
  let comparison = noComparison;
  for (const recording of recordings) {
    const [foldA, foldB] = [foldRecording(a), foldRecording(b)];
    const [outcomesA, outcomesB] = [outcomes(), outcomes()];
    // Occupancies depend on the records alone, so both end the same ones in the same chunk.
    const take = (inA: readonly Outcome[], inB: readonly Outcome[]): void => {
      for (const [at, outcome] of inA.entries()) {
        const other = inB[at];
        if (other !== undefined) comparison = compareOutcomes(comparison, outcome, other);
      }
    };
    for await (const chunk of recording.chunks) {
      take(outcomesA(foldA.take(chunk)), outcomesB(foldB.take(chunk)));
    }
    take(outcomesA(foldA.end()), outcomesB(foldB.end()));
  }
  return comparison;
};

const outcomes = (): ((events: readonly LaneEvent[]) => readonly Outcome[]) => {
  let state = noOutcome;
  return (events) => {
    const ended: Outcome[] = [];
    for (const event of events) {
      const [next, outcome] = stepOutcome(state, event);
      state = next;
      if (outcome !== null) ended.push(outcome);
    }
    return ended;
  };
};
