import { expect } from "vitest";
import type { z } from "zod";
import type {
  OccupancyBackground,
  Rule,
  RuleEvidence,
  RuleInput,
  RuleVerdict,
} from "../../../src/core/rules/rule.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";

/** What one step of a sound rule is checked for: see `stepSoundly`. */
export interface Examined<S, E extends RuleEvidence> {
  readonly rule: Rule<S, E>;
  readonly stateSchema: z.ZodType<S>;
}

const finiteNumbersOf = (value: object): boolean =>
  Object.values(value).every((each) => typeof each !== "number" || Number.isFinite(each));

/**
 * One step, from a state that has been through JSON and its schema. Decisions hold exactly where the statistic is over
 * the threshold, and every number in them is finite.
 */
export const stepSoundly = <S, E extends RuleEvidence>(
  { rule, stateSchema }: Examined<S, E>,
  state: S,
  input: RuleInput,
): readonly [S, RuleVerdict<E> | null] => {
  const stored: unknown = JSON.parse(JSON.stringify(state));
  const restored = stateSchema.parse(stored);
  expect(restored).toEqual(state);
  const verdict = rule.step(restored, input);
  if (verdict?.kind === "decided") {
    const { statistic, threshold } = verdict.evidence;
    expect(verdict.alarm).toBe(statistic > threshold);
    expect(finiteNumbersOf(verdict.evidence)).toBe(true);
  }
  return [restored, verdict];
};

const dead: PerPanel = [0, 0, 0, 0];
const full: PerPanel = [999_999, 999_999, 999_999, 999_999];
const known = (banks: PerPanel): OccupancyBackground => ({
  gammaCps: banks,
  neutronCps: banks,
  energyCps: banks,
});

/** Backgrounds that are odd, each with what the field would call it. */
export const oddBackgrounds: readonly (readonly [string, OccupancyBackground])[] = [
  ["background 0", known(dead)],
  ["a full background", known(full)],
  ["one live bank", known([0, 0, 3.3, 0])],
  ["a background of next to nothing", known([1e-9, 0, 0, 0])],
  ["a background that no field can hold", known([1e30, 1e30, 0, 0])],
  ["a background below zero", known([-5, 2, 0, 0])],
];

/** Sixty records of the worst kinds, one after the other. */
export const oddCounts: readonly PerPanel[] = Array.from({ length: 60 }, (_, at): PerPanel => {
  if (at < 20) return dead;
  if (at < 40) return full;
  return at % 2 === 0 ? [999_999, 0, 0, 0] : dead;
});

/** Lengths of the state as JSON while `records` go by, taken at every hundredth. */
export const stateLengths = <S, E extends RuleEvidence>(
  rule: Rule<S, E>,
  background: OccupancyBackground,
  records: Iterable<RuleInput>,
): readonly number[] => {
  const lengths: number[] = [];
  const state = rule.begin(background);
  let count = 0;
  for (const input of records) {
    rule.step(state, input);
    if (count % 100 === 0) lengths.push(JSON.stringify(state).length);
    count += 1;
  }
  return lengths;
};
