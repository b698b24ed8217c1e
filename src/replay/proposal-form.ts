import { z } from "zod";
import { type LaneOptions, laneOptions, laneSettingsOf, type LaneSettings } from "../core/lane-settings.ts";
import { presetNames } from "../core/presets.ts";
import { ruleKinds } from "../core/rule-set.ts";
import type { Measures } from "../core/setting-conflicts.ts";
import type { LaneId } from "../domain/ids.ts";
import { ruleNames } from "../domain/rules.ts";
import type {
  ChosenOptions,
  OptionField,
  OptionValues,
  ReplayLaneOptions,
  ReplayOptions,
} from "../wire/replay.ts";
import { replayOptionsSchema } from "../wire/replay.ts";

/** A lane whose occupancies can be replayed, as it is set. */
export interface FormLane {
  readonly laneId: LaneId;
  readonly name: string;
  readonly settings: LaneSettings;
  readonly measures: Measures;
}

/** What the form of a proposal is made of, from the schemas that the configuration is checked with. */
export const replayOptionsOf = (lanes: readonly FormLane[]): ReplayOptions => ({
  rules: ruleNames.map((rule) => ({
    rule,
    fields: fieldsOf(ruleKinds[rule].settings),
    defaults: valuesOf(ruleKinds[rule].settings.parse({})),
  })),
  presets: presetNames.map((preset) => chosenOf(laneSettingsOf(laneOptions.parse({ preset })))),
  lanes: lanes.map(({ laneId, name, settings, measures }) => ({
    laneId,
    name,
    present: chosenOf(settings),
    further: furtherOf(settings),
    ...measures,
  })),
});

const rulesField = replayOptionsSchema.unwrap().shape.presets.unwrap().element.unwrap().shape;

const valuesOf = (settings: unknown): OptionValues => rulesField.grossCount.parse(settings);

const chosenOf = ({ preset, grossCount, rules, withhold }: LaneSettings): ChosenOptions => ({
  preset,
  grossCount: valuesOf(grossCount),
  rules: Object.fromEntries([...rules].map(([rule, settings]) => [rule, valuesOf(settings)])),
  withhold: withhold?.classes ?? [],
});

const furtherNames = [
  "occupancy",
  "health",
  "panels",
  "backgroundShift",
  "throwThrough",
  "clockSkew",
] as const satisfies readonly (keyof LaneOptions & keyof LaneSettings)[];

/** The rest of a lane's options, so that a proposal changes nothing but what its form shows. */
const furtherOf = (settings: LaneSettings): ReplayLaneOptions["further"] => {
  const usual = laneSettingsOf(laneOptions.parse({}));
  return Object.fromEntries(
    furtherNames
      .filter((name) => JSON.stringify(settings[name]) !== JSON.stringify(usual[name]))
      .map((name) => [name, settings[name]]),
  );
};

const numberForm = {
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
};
const fieldForm = z.looseObject({
  ...numberForm,
  type: z.string(),
  items: z.union([z.boolean(), z.looseObject({ ...numberForm, type: z.string() })]).optional(),
  prefixItems: z.array(z.looseObject({ ...numberForm, type: z.string() })).optional(),
});
const objectForm = z.looseObject({ properties: z.record(z.string(), fieldForm) });

/** The options of a schema, by its JSON Schema: numbers, lists of numbers, and groups of panels. */
const fieldsOf = (settings: z.ZodType): readonly OptionField[] => {
  const { properties } = objectForm.parse(z.toJSONSchema(settings, { io: "input" }));
  return Object.entries(properties).map(([name, form]) => {
    const items = form.prefixItems?.[0] ?? (typeof form.items === "object" ? form.items : undefined);
    const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = items ?? form;
    const isList = form.type === "array";
    return {
      name,
      kind: isList
        ? items?.type === "string"
          ? "groups"
          : "numbers"
        : isInteger(form.type)
          ? "integer"
          : "number",
      min: minimum ?? exclusiveMinimum ?? null,
      max: maximum ?? exclusiveMaximum ?? null,
    };
  });
};

const isInteger = (type: string): boolean => type === "integer";
