import { z } from "zod";
import { type Radiation, type RuleName, rules } from "../domain/rules.ts";
import { grossCountRule, grossCountSettings, grossCountState } from "./gross-count.ts";
import { cusumRule, cusumSettings, cusumState } from "./rules/cusum.ts";
import { matchedFilterRule, matchedFilterSettings, matchedFilterState } from "./rules/matched-filter.ts";
import {
  neutronBinomialRule,
  neutronBinomialSettings,
  neutronBinomialState,
} from "./rules/neutron-binomial.ts";
import { neutronPoissonRule, neutronPoissonSettings, neutronPoissonState } from "./rules/neutron-poisson.ts";
import {
  neutronSequentialRule,
  neutronSequentialSettings,
  neutronSequentialState,
} from "./rules/neutron-sequential.ts";
import { neutronSprtRule, neutronSprtSettings, neutronSprtState } from "./rules/neutron-sprt.ts";
import type { OccupancyBackground, Rule, RuleEvidence, RuleInput, RuleVerdict } from "./rules/rule.ts";
import { spectralRatiosRule, spectralRatiosSettings, spectralRatiosState } from "./rules/spectral-ratios.ts";
import {
  suppressedGrossCountRule,
  suppressedGrossCountSettings,
  suppressedGrossCountState,
} from "./rules/suppressed-gross-count.ts";
import { twoWindowRule, twoWindowSettings, twoWindowState } from "./rules/two-window.ts";
import { windowRatioRule, windowRatioSettings, windowRatioState } from "./rules/window-ratio.ts";

/** A rule with its types put away, so that rules of all kinds stand in one table. */
export interface RuleKind {
  readonly settings: z.ZodType;
  /** Of the state, for checkpoints. */
  readonly state: z.ZodType;
  readonly bind: (settings: unknown) => Rule<unknown, RuleEvidence>;
}

const define = <Settings, State, E extends RuleEvidence>(entry: {
  readonly settings: z.ZodType<Settings>;
  readonly state: z.ZodType<State>;
  readonly rule: (settings: Settings) => Rule<State, E>;
}): RuleKind => ({
  settings: entry.settings,
  state: entry.state,
  bind: (settings) => {
    const rule = entry.rule(entry.settings.parse(settings));
    // A rule meets only states that it made itself, or that its own schema has read from a checkpoint.
    return { begin: rule.begin, step: rule.step as Rule<unknown, E>["step"] };
  },
});

/** Every rule there is, by its configuration name. The order is that of evidence and reports. */
export const ruleKinds = {
  "gross-count": define({
    settings: grossCountSettings,
    state: grossCountState,
    rule: grossCountRule,
  }),
  "suppressed-gross-count": define({
    settings: suppressedGrossCountSettings,
    state: suppressedGrossCountState,
    rule: suppressedGrossCountRule,
  }),
  cusum: define({ settings: cusumSettings, state: cusumState, rule: cusumRule }),
  "matched-filter": define({
    settings: matchedFilterSettings,
    state: matchedFilterState,
    rule: matchedFilterRule,
  }),
  "neutron-poisson": define({
    settings: neutronPoissonSettings,
    state: neutronPoissonState,
    rule: neutronPoissonRule,
  }),
  "neutron-binomial": define({
    settings: neutronBinomialSettings,
    state: neutronBinomialState,
    rule: neutronBinomialRule,
  }),
  "neutron-sprt": define({
    settings: neutronSprtSettings,
    state: neutronSprtState,
    rule: neutronSprtRule,
  }),
  "neutron-sequential": define({
    settings: neutronSequentialSettings,
    state: neutronSequentialState,
    rule: neutronSequentialRule,
  }),
  "window-ratio": define({
    settings: windowRatioSettings,
    state: windowRatioState,
    rule: windowRatioRule,
  }),
  "two-window": define({
    settings: twoWindowSettings,
    state: twoWindowState,
    rule: twoWindowRule,
  }),
  "spectral-ratios": define({
    settings: spectralRatiosSettings,
    state: spectralRatiosState,
    rule: spectralRatiosRule,
  }),
} as const satisfies Record<RuleName, RuleKind>;

/** The enabled rules with their settings, parsed. */
export type EnabledRules = ReadonlyMap<RuleName, unknown>;

/** A rule's verdict on one record. */
export interface NamedVerdict {
  readonly rule: RuleName;
  readonly alarmKind: Radiation;
  readonly verdict: RuleVerdict<RuleEvidence>;
}

/** A rule and its state in one occupancy. */
export interface RuleState {
  readonly rule: RuleName;
  readonly state: unknown;
}

/** States of the enabled rules, in the order of the set that began them: plain data. */
export type RuleStates = readonly RuleState[];

/** Several rules side by side over one occupancy. None sees another. */
export interface RuleSet {
  readonly begin: (background: OccupancyBackground) => RuleStates;
  /** Takes a record into `states`, which this set has begun, in place (see `Rule`); and says what was decided. */
  readonly step: (states: RuleStates, input: RuleInput) => readonly NamedVerdict[];
}

export const ruleSet = (enabled: EnabledRules): RuleSet => {
  const bound = [...enabled].map(([rule, settings], at) => ({
    rule,
    at,
    alarmKind: rules[rule].alarmKind,
    run: ruleKinds[rule].bind(settings),
  }));
  // A rule judges the records of the radiation that it is named for; the others would only pass them on.
  const judging = {
    gamma: bound.filter(({ alarmKind }) => alarmKind === "gamma"),
    neutron: bound.filter(({ alarmKind }) => alarmKind === "neutron"),
    energy: bound.filter(({ alarmKind }) => alarmKind === "energy"),
  };
  return {
    begin: (background) => bound.map(({ rule, run }) => ({ rule, state: run.begin(background) })),
    step: (states, input) => {
      const verdicts: NamedVerdict[] = [];
      for (const { rule, at, alarmKind, run } of judging[input.kind]) {
        const held = states[at];
        if (held === undefined) continue;
        const verdict = run.step(held.state, input);
        if (verdict !== null) verdicts.push({ rule, alarmKind, verdict });
      }
      return verdicts;
    },
  };
};
