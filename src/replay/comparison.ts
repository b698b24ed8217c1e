import { type RuleName, ruleNames, rules } from "../domain/rules.ts";
import { type Outcome, type RuleOutcome } from "./outcome.ts";
import { type Column, grouped, textTable } from "../text-table.ts";

/** Two configurations over the same recordings, occupancy by occupancy. */
export interface Comparison {
  readonly occupancies: number;
  /** Occupancies with an alarm of ours under each. */
  readonly alarmedA: number;
  readonly alarmedB: number;
  /** Gamma intervals at which some rule of ours holds under both, only A, only B. */
  readonly both: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly changes: readonly Change[];
  readonly changedOccupancies: number;
}

/** An occupancy that the two judge differently. */
export interface Change {
  readonly occupancy: number;
  readonly a: Outcome;
  readonly b: Outcome;
}

/** Changed occupancies beyond these are counted, not listed. */
export const maxChangesListed = 100;

export const noComparison: Comparison = {
  occupancies: 0,
  alarmedA: 0,
  alarmedB: 0,
  both: 0,
  onlyA: 0,
  onlyB: 0,
  changes: [],
  changedOccupancies: 0,
};

export const compareOutcomes = (before: Comparison, a: Outcome, b: Outcome): Comparison => {
  let [both, onlyA, onlyB] = [before.both, before.onlyA, before.onlyB];
  for (let interval = 0; interval < Math.max(a.held.length, b.held.length); interval += 1) {
    const inA = a.held[interval] === true;
    const inB = b.held[interval] === true;
    if (inA && inB) both += 1;
    else if (inA) onlyA += 1;
    else if (inB) onlyB += 1;
  }
  const changed = alarmsText(a) !== alarmsText(b) || a.held.join() !== b.held.join();
  const listed = changed && before.changes.length < maxChangesListed;
  return {
    occupancies: before.occupancies + 1,
    alarmedA: before.alarmedA + (a.alarms.length > 0 ? 1 : 0),
    alarmedB: before.alarmedB + (b.alarms.length > 0 ? 1 : 0),
    both,
    onlyA,
    onlyB,
    changes: listed ? [...before.changes, { occupancy: before.occupancies, a, b }] : before.changes,
    changedOccupancies: before.changedOccupancies + (changed ? 1 : 0),
  };
};

/** `gamma, energy`, with what the settings withheld behind it: `(withheld: gamma)`. */
const alarmsText = ({ alarms, withheld }: Outcome): string => {
  const hidden = withheld.length === 0 ? [] : [`(withheld: ${withheld.join(", ")})`];
  return [alarms.join(", "), ...hidden].filter((text) => text !== "").join(" ") || "–";
};

const columns: readonly Column[] = [
  { title: "occupancy", align: "right" },
  { title: "portal's no.", align: "right" },
  { title: "alarms A", align: "left" },
  { title: "alarms B", align: "left" },
  { title: "why", align: "left" },
];

/** What changed and why, for people. */
export const comparisonLines = (
  comparison: Comparison,
  names: { readonly a: string; readonly b: string },
): readonly string[] => {
  const { occupancies, alarmedA, alarmedB, both, onlyA, onlyB, changes, changedOccupancies } = comparison;
  const rows = changes.map(({ occupancy, a, b }) => [
    String(occupancy),
    a.occupancyNumber === null ? "–" : String(a.occupancyNumber),
    alarmsText(a),
    alarmsText(b),
    reasons(a, b).join("; ") || "–",
  ]);
  return [
    `A: ${names.a}`,
    `B: ${names.b}`,
    "",
    `occupancies with alarms: A ${grouped(alarmedA)}, B ${grouped(alarmedB)}, of ${grouped(occupancies)}`,
    `intervals at which a rule holds: both ${grouped(both)}, only A ${grouped(onlyA)}, only B ${grouped(onlyB)}`,
    `occupancies judged differently: ${grouped(changedOccupancies)}`,
    "",
    ...(rows.length === 0 ? [] : textTable(columns, rows)),
    ...(changedOccupancies > changes.length
      ? [`… and ${grouped(changedOccupancies - changes.length)} more.`]
      : []),
    "",
  ];
};

/** The rules that held differently, with where they held first. */
const reasons = (a: Outcome, b: Outcome): readonly string[] =>
  ruleNames.flatMap((rule) => {
    const [inA, inB] = [a.rules[rule], b.rules[rule]];
    if (inA === undefined && inB === undefined) return [];
    if (inA !== undefined && inB === undefined) return [`only A: ${held(rule, inA)}`];
    if (inA === undefined && inB !== undefined) return [`only B: ${held(rule, inB)}`];
    return inA?.times === inB?.times
      ? []
      : [`${rules[rule].label}: A ${inA?.times ?? 0}×, B ${inB?.times ?? 0}×`];
  });

const held = (rule: RuleName, { times, first }: RuleOutcome): string =>
  `${rules[rule].label} ${times}×, first at interval ${first.interval} (${figure(first.statistic)} > ${figure(first.threshold)})`;

const figure = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(2));
