import { z } from "zod";
import { laneOptions, type LaneSettings, laneSettingsOf } from "../core/lane-settings.ts";
import { type PresetName, presetNames } from "../core/presets.ts";
import { ruleKinds } from "../core/rule-set.ts";
import { type Radiation, type RuleName, ruleNames, rules } from "../domain/rules.ts";
import { problemsOf } from "../problems.ts";
import type { ProblemAt } from "../yaml-document.ts";

const sweepSchema = z.strictObject({
  parameter: z.string().min(1),
  values: z.array(z.number()).min(1).max(100),
});

export const sweptRuleSchema = z.strictObject({
  rule: z.enum(ruleNames as readonly [RuleName, ...RuleName[]]),
  /** For reports; needed where a rule stands twice. */
  label: z.string().trim().min(1).max(60).optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
  sweep: sweepSchema,
});
export type SweptRule = z.infer<typeof sweptRuleSchema>;

export const studiedPresetSchema = z.strictObject({
  preset: z.enum(presetNames),
  /** Judges its gamma, its neutron and its energy rules by themselves as well. */
  apart: z.boolean().default(false),
});
export type StudiedPreset = z.infer<typeof studiedPresetSchema>;

/** A rule with one value of the parameter that is swept. */
export interface RuleSetting {
  readonly kind: "rule";
  readonly rule: RuleName;
  readonly label: string;
  readonly parameter: string;
  readonly value: number;
  readonly settings: unknown;
}

/** The rules of a preset side by side: it alarms where one of them does. */
export interface PresetSetting {
  readonly kind: "preset";
  readonly preset: PresetName;
  readonly label: string;
  readonly judging: Radiation | "everything";
  readonly rules: readonly (readonly [RuleName, unknown])[];
  /** Of the whole preset: a lane with these settings judges, and what it withholds is no alarm. Null for a part of it. */
  readonly lane: LaneSettings | null;
}

/** What is judged in a study. */
export type DetectorSetting = RuleSetting | PresetSetting;

export interface Found<Item> {
  readonly found: readonly Item[];
  readonly problems: readonly ProblemAt[];
}

/** The rule with each value of its sweep, and what is wrong with its settings. `index` is its place in the file. */
export const ruleSettingsOf = (entry: SweptRule, index: number): Found<RuleSetting> => {
  const { rule, settings, sweep } = entry;
  const found: RuleSetting[] = [];
  const problems = new Map<string, ProblemAt>();
  for (const [which, value] of sweep.values.entries()) {
    const parsed = ruleKinds[rule].settings.safeParse({ ...settings, [sweep.parameter]: value });
    if (parsed.success) {
      const label = entry.label ?? rule;
      found.push({ kind: "rule", rule, label, parameter: sweep.parameter, value, settings: parsed.data });
      continue;
    }
    for (const problem of problemsOf(parsed.error)) {
      const isSwept = problem.at[0] === sweep.parameter;
      const isUnknown = isSwept && problem.message === "There is no such option.";
      const under = !isSwept
        ? ["settings", ...problem.at]
        : isUnknown
          ? ["sweep", "parameter"]
          : ["sweep", "values", which];
      const path = `rules[${index}].${isSwept && !isUnknown ? `sweep.values[${which}]` : under.join(".")}`;
      const message = isUnknown ? `${rule} has no setting ${sweep.parameter}.` : problem.message;
      problems.set(path, { at: ["rules", index, ...under], path, message });
    }
  }
  return { found, problems: [...problems.values()] };
};

/** A preset as a lane that names nothing else has it; then, where asked, what it has against each radiation. */
export const presetSettingsOf = ({ preset, apart }: StudiedPreset): readonly PresetSetting[] => {
  const lane = laneSettingsOf(laneOptions.parse({ preset }));
  const all: readonly (readonly [RuleName, unknown])[] = [["gross-count", lane.grossCount], ...lane.rules];
  const whole: PresetSetting = {
    kind: "preset",
    preset,
    label: preset,
    judging: "everything",
    rules: all,
    lane,
  };
  if (!apart) return [whole];
  const parts = (["gamma", "neutron", "energy"] as const).map((judging): PresetSetting => ({
    kind: "preset",
    preset,
    label: `${preset}, ${judging}`,
    judging,
    rules: all.filter(([rule]) => rules[rule].alarmKind === judging),
    lane: null,
  }));
  return [whole, ...parts.filter((part) => part.rules.length > 0)];
};

/** The rules that a detector runs. */
export const rulesOf = (detector: DetectorSetting): readonly (readonly [RuleName, unknown])[] => {
  switch (detector.kind) {
    case "rule":
      return [[detector.rule, detector.settings]];
    case "preset":
      return detector.rules;
  }
};
