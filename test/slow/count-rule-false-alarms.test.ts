import { describe, expect, it } from "vitest";
import { type Chance, createChance } from "../../simulators/chance.ts";
import { cusumRule, cusumSettings } from "../../src/core/rules/cusum.ts";
import { neutronBinomialRule, neutronBinomialSettings } from "../../src/core/rules/neutron-binomial.ts";
import { neutronPoissonRule, neutronPoissonSettings } from "../../src/core/rules/neutron-poisson.ts";
import { neutronSequentialRule, neutronSequentialSettings } from "../../src/core/rules/neutron-sequential.ts";
import { neutronSprtRule, neutronSprtSettings } from "../../src/core/rules/neutron-sprt.ts";
import type { OccupancyBackground, Rule, RuleEvidence, RuleInput } from "../../src/core/rules/rule.ts";
import { say } from "./say.ts";

/** Whether an occupancy without a source gives an alarm. */
type Trial = (chance: Chance) => boolean;

const alarms = <S, E extends RuleEvidence>(
  rule: Rule<S, E>,
  background: OccupancyBackground,
  records: Iterable<RuleInput>,
): boolean => {
  const state = rule.begin(background);
  for (const record of records) {
    const verdict = rule.step(state, record);
    if (verdict?.kind === "decided" && verdict.alarm) return true;
  }
  return false;
};

/** Twelve seconds at a background that the portal has estimated in 120 s. */
const neutronTrial =
  <S, E extends RuleEvidence>(rule: Rule<S, E>, cps: number): Trial =>
  (chance) => {
    function* seconds(): Generator<RuleInput> {
      for (let second = 0; second < 12; second += 1)
        yield { kind: "neutron", second, counts: [chance.poisson(cps), 0, 0, 0] };
    }
    const estimate = chance.poisson(120 * cps) / 120;
    return alarms(rule, { gammaCps: null, neutronCps: [estimate, 0, 0, 0], energyCps: null }, seconds());
  };

/** Sixty intervals at 1 535 cps that the portal has estimated in 20 s, without a shielding vehicle. */
const gammaTrial =
  <S, E extends RuleEvidence>(rule: Rule<S, E>): Trial =>
  (chance) => {
    function* intervals(): Generator<RuleInput> {
      for (let interval = 0; interval < 60; interval += 1)
        yield { kind: "gamma", interval, counts: [chance.poisson(307), 0, 0, 0] };
    }
    const estimate = chance.poisson(20 * 1535) / 20;
    return alarms(rule, { gammaCps: [estimate, 0, 0, 0], neutronCps: null, energyCps: null }, intervals());
  };

const rules: readonly (readonly [string, Trial])[] = [
  ...[0.5, 2, 6.5].flatMap((cps): readonly (readonly [string, Trial])[] => [
    [
      `neutron-poisson at ${cps} cps`,
      neutronTrial(neutronPoissonRule(neutronPoissonSettings.parse({})), cps),
    ],
    [
      `neutron-binomial at ${cps} cps`,
      neutronTrial(neutronBinomialRule(neutronBinomialSettings.parse({})), cps),
    ],
    [`neutron-sprt at ${cps} cps`, neutronTrial(neutronSprtRule(neutronSprtSettings.parse({})), cps)],
    [
      `neutron-sequential at ${cps} cps`,
      neutronTrial(neutronSequentialRule(neutronSequentialSettings.parse({})), cps),
    ],
  ]),
  ["cusum at 1 535 cps", gammaTrial(cusumRule(cusumSettings.parse({})))],
];

/** Nuisance alarms an occupancy that the defaults promise to stay under. */
const promised = 2e-3;

const expectFew = (trials: number, seed: string): void => {
  for (const [name, trial] of rules) {
    const chance = createChance(`${seed}, ${name}`);
    let found = 0;
    for (let at = 0; at < trials; at += 1) if (trial(chance)) found += 1;
    say(`${name}: ${found} false alarms in ${trials} occupancies, seed "${seed}"`);
    expect(found).toBeLessThan(promised * trials + 3 * Math.sqrt(promised * trials));
  }
};

describe("false alarms of the rules at their defaults", () => {
  it("are less than 2 in 1 000 occupancies, in 5 000 each", () => expectFew(5_000, "defaults"));
});

describe.skipIf(process.env["LANEWATCH_SLOW"] !== "1")("the same at length", () => {
  it(
    "are less than 2 in 1 000 occupancies, in 200 000 each",
    () => expectFew(200_000, "defaults at length"),
    600_000,
  );
});
