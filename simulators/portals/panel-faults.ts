import { COLUMNS, mapFour, sumFour, withColumn, type Four } from "../physics/columns.ts";
import type { IntervalCounts } from "../physics/field.ts";
import { isActive, type Fault } from "./faults.ts";

/**
 * Spoils counts as dead and stuck panels do. A stuck panel keeps the count it had when its fault began, so this holds those counts; the
 * windows lose or gain in proportion.
 */
export function createPanelFaults(
  faults: readonly Fault[],
): (counts: IntervalCounts, timeInMs: number) => IntervalCounts {
  const stuckAt = new Map<Fault, number>();
  return (counts, timeInMs) => {
    let gamma: Four = counts.gamma;
    for (const fault of faults) {
      if (!isActive(fault, timeInMs)) continue;
      if (fault.kind === "dead-panel") gamma = withColumn(gamma, fault.column, 0);
      if (fault.kind === "stuck-counts") {
        const held = stuckAt.get(fault) ?? gamma[fault.column];
        stuckAt.set(fault, held);
        gamma = withColumn(gamma, fault.column, held);
      }
    }
    if (COLUMNS.every((column) => gamma[column] === counts.gamma[column])) return counts;
    const share = sumFour(gamma) / Math.max(1, sumFour(counts.gamma));
    return { ...counts, gamma, windows: mapFour(counts.windows, (count) => Math.round(count * share)) };
  };
}
