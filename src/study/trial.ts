import type { Radiation, RuleName } from "../domain/rules.ts";
import type { PerPanel } from "../domain/panels.ts";
import type { RuleSet } from "../core/rule-set.ts";
import type { RuleInput } from "../core/rules/rule.ts";
import type { VehicleProfile } from "./vehicle-profile.ts";

/** A rule's first alarm on a profile. */
export interface TrialAlarm {
  readonly rule: RuleName;
  readonly alarmKind: Radiation;
  /** The record that it first held on: its stream and its number in that stream, from 0. */
  readonly input: RuleInput["kind"];
  readonly at: number;
}

/** The first record of the stream on which any rule of the set holds, or null; stops there. */
export const firstAlarm = (
  set: RuleSet,
  profile: VehicleProfile,
  stream: RuleInput["kind"],
): TrialAlarm | null => {
  const states = set.begin(profile.background);
  for (const [at, counts] of profile[stream].entries()) {
    for (const { rule, alarmKind, verdict } of set.step(states, inputOf(stream, at, counts))) {
      if (verdict.kind === "decided" && verdict.alarm) return { rule, alarmKind, input: stream, at };
    }
  }
  return null;
};

const inputOf = (stream: RuleInput["kind"], at: number, counts: PerPanel): RuleInput => {
  switch (stream) {
    case "gamma":
      return { kind: "gamma", interval: at, counts };
    case "energy":
      return { kind: "energy", interval: at, counts };
    case "neutron":
      return { kind: "neutron", second: at, counts };
  }
};
