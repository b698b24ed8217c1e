import type {
  OccupancyBackground,
  Rule,
  RuleEvidence,
  RuleInput,
  RuleVerdict,
} from "../../../src/core/rules/rule.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";

/** Records of one kind as a rule sees them. */
export const inputs = (
  kind: "gamma" | "energy" | "neutron",
  records: readonly PerPanel[],
): readonly RuleInput[] =>
  records.map((counts, at) =>
    kind === "neutron" ? { kind, second: at, counts } : { kind, interval: at, counts },
  );

/** The verdicts of a rule on an occupancy, one an input. */
export const verdicts = <S, E extends RuleEvidence>(
  rule: Rule<S, E>,
  background: OccupancyBackground,
  records: readonly RuleInput[],
): readonly (RuleVerdict<E> | null)[] => {
  const state = rule.begin(background);
  return records.map((input) => rule.step(state, input));
};

/** The evidence of every decision of an occupancy. */
export const decisions = <S, E extends RuleEvidence>(
  rule: Rule<S, E>,
  background: OccupancyBackground,
  records: readonly RuleInput[],
): readonly E[] =>
  verdicts(rule, background, records).flatMap((verdict) =>
    verdict?.kind === "decided" ? [verdict.evidence] : [],
  );

/** The largest statistic of an occupancy; −∞ where nothing was decided. */
export const peakOf = <S, E extends RuleEvidence>(
  rule: Rule<S, E>,
  background: OccupancyBackground,
  records: readonly RuleInput[],
): number =>
  decisions(rule, background, records).reduce(
    (peak, { statistic }) => Math.max(peak, statistic),
    Number.NEGATIVE_INFINITY,
  );

export const background = (given: Partial<OccupancyBackground> = {}): OccupancyBackground => ({
  gammaCps: [380, 380, 400, 370],
  neutronCps: [3.8, 0, 2.6, 0],
  energyCps: [420, 580, 290, 280],
  ...given,
});
