import { z } from "zod";
import { type RuleName, ruleNames } from "../domain/rules.ts";
import { grossCountChanges, type GrossCountSettings, grossCountSettings } from "./gross-count.ts";
import { backgroundShiftSettings, type BackgroundShiftSettings } from "./background-shift.ts";
import { type ClockSkewSettings, clockSkewSettings } from "./clock-skew.ts";
import { occupancySettings, type OccupancySettings } from "./occupancy.ts";
import { panelSettings, type PanelSettings } from "./panel-health.ts";
import { type HealthSettings, healthSettings } from "./portal-health.ts";
import { type PresetName, presetNames, presets } from "./presets.ts";
import { type EnabledRules, ruleKinds } from "./rule-set.ts";
import { type ThrowThroughSettings, throwThroughSettings } from "./throw-through.ts";
import { type WithholdSettings, withholdSettings } from "./withholding.ts";

type LaneRuleName = Exclude<RuleName, "gross-count">;
const laneRuleNames = ruleNames.filter((rule): rule is LaneRuleName => rule !== "gross-count");

/** Rules beside gross count: settings switch a rule on, `null` switches off one that the preset has. */
const ruleChoices = z.strictObject(
  Object.fromEntries(laneRuleNames.map((rule) => [rule, ruleKinds[rule].settings.nullable().optional()])),
);

/** How a lane is judged, as it is written. Everything has a default: `{}` is a lane as portals are commonly set. */
export const laneOptions = z.strictObject({
  /** Where the lane starts from; see `presets`. */
  preset: z.enum(presetNames).default("vendor-compatible"),
  /** Changes to the preset's gross count. */
  grossCount: grossCountChanges.optional(),
  rules: ruleChoices.optional(),
  occupancy: occupancySettings.prefault({}),
  health: healthSettings.prefault({}),
  panels: panelSettings.prefault({}),
  backgroundShift: backgroundShiftSettings.prefault({}),
  /** Alarms while no vehicle is there; `null` for none. Portals call it `backgroundSigma`, and are delivered without. */
  throwThrough: throwThroughSettings.nullable().default(null),
  /** Classes of alarm that nobody is told of, in place of the preset's; `null` for none. */
  withhold: withholdSettings.nullable().optional(),
  clockSkew: clockSkewSettings.prefault({}),
});
export type LaneOptions = z.infer<typeof laneOptions>;

/** How a lane is judged, worked out. */
export interface LaneSettings {
  readonly preset: PresetName;
  readonly grossCount: GrossCountSettings;
  readonly rules: EnabledRules;
  readonly occupancy: OccupancySettings;
  readonly health: HealthSettings;
  readonly panels: PanelSettings;
  readonly backgroundShift: BackgroundShiftSettings;
  readonly throwThrough: ThrowThroughSettings | null;
  readonly withhold: WithholdSettings | null;
  readonly clockSkew: ClockSkewSettings;
}

/** Lays the lane's own choices over its preset. */
export const laneSettingsOf = (options: LaneOptions): LaneSettings => {
  const { grossCount: _, rules: __, ...others } = options;
  const { preset } = options;
  const start = presets[preset];
  const grossCount = grossCountSettings.parse({ ...start.grossCount, ...options.grossCount });
  const enabled = new Map<RuleName, unknown>();
  const ofPreset: Readonly<Partial<Record<RuleName, unknown>>> = start.rules;
  for (const rule of laneRuleNames) {
    const own = options.rules?.[rule];
    const chosen = own === undefined ? ofPreset[rule] : own;
    if (chosen !== undefined && chosen !== null) enabled.set(rule, ruleKinds[rule].settings.parse(chosen));
  }
  const withhold = options.withhold === undefined ? start.withhold : options.withhold;
  return {
    ...others,
    grossCount,
    rules: enabled,
    withhold: withhold === null ? null : withholdSettings.parse(withhold),
  };
};
