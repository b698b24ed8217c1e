import { type GrossCountSettings, type GrossCountState, grossCountRule } from "../core/gross-count.ts";
import type { PassageRecord } from "./vehicle-profile.ts";

/** What one threshold would have done to a recording. */
export interface WhatIfRow {
  readonly nSigma: number;
  readonly occupancies: number;
  /** Occupancies with a gamma alarm: by this threshold, and by the portal's flag. */
  readonly alarmed: number;
  readonly portalAlarmed: number;
  /** Intervals on which both, only the threshold, only the portal's flag held. */
  readonly agree: number;
  readonly onlyCore: number;
  readonly onlyPortal: number;
}

interface Threshold {
  readonly rule: ReturnType<typeof grossCountRule>;
  row: WhatIfRow;
  state: GrossCountState | null;
  hasAlarmed: boolean;
}

/** Judges passages by several thresholds of the gross-count rule at once: one pass over a recording for all of them. */
export const whatIf = (
  nSigmas: readonly number[],
  settings: Omit<GrossCountSettings, "nSigma">,
): {
  readonly take: (records: readonly PassageRecord[]) => void;
  readonly rows: () => readonly WhatIfRow[];
} => {
  const thresholds = nSigmas.map((nSigma): Threshold => ({
    rule: grossCountRule({ ...settings, nSigma }),
    row: { nSigma, occupancies: 0, alarmed: 0, portalAlarmed: 0, agree: 0, onlyCore: 0, onlyPortal: 0 },
    state: null,
    hasAlarmed: false,
  }));
  let portalHasAlarmed = false;
  let interval = 0;
  const take = (record: PassageRecord): void => {
    if (record.kind === "began") {
      portalHasAlarmed = false;
      interval = 0;
      for (const each of thresholds) {
        each.state = each.rule.begin(record.background);
        each.hasAlarmed = false;
        each.row = { ...each.row, occupancies: each.row.occupancies + 1 };
      }
      return;
    }
    if (record.kind !== "gamma") return;
    const isFirstFlag = record.portalFlag && !portalHasAlarmed;
    portalHasAlarmed ||= record.portalFlag;
    for (const each of thresholds) takeInterval(each, { record, interval, isFirstFlag });
    interval += 1;
  };
  return {
    take: (records) => {
      for (const record of records) take(record);
    },
    rows: () => thresholds.map(({ row }) => row),
  };
};

interface JudgedInterval {
  readonly record: Extract<PassageRecord, { kind: "gamma" }>;
  readonly interval: number;
  readonly isFirstFlag: boolean;
}

const takeInterval = (threshold: Threshold, { record, interval, isFirstFlag }: JudgedInterval): void => {
  if (threshold.state === null) return;
  const { counts, portalFlag } = record;
  const verdict = threshold.rule.step(threshold.state, { kind: "gamma", interval, counts });
  const core = verdict?.kind === "decided" && verdict.alarm;
  const { row } = threshold;
  threshold.row = {
    ...row,
    alarmed: row.alarmed + (core && !threshold.hasAlarmed ? 1 : 0),
    portalAlarmed: row.portalAlarmed + (isFirstFlag ? 1 : 0),
    agree: row.agree + (core && portalFlag ? 1 : 0),
    onlyCore: row.onlyCore + (core && !portalFlag ? 1 : 0),
    onlyPortal: row.onlyPortal + (!core && portalFlag ? 1 : 0),
  };
  threshold.hasAlarmed ||= core;
};
