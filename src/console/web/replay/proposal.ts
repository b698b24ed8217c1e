import type { RuleName } from "../../../domain/rules.ts";
import { ruleNames } from "../../../domain/rules.ts";
import type { ChosenOptions, OptionValue, OptionValues, ReplayOptions } from "../../../wire/replay.ts";

/** What a proposal is, and how it stands in a configuration. Pure. */

export type WrittenOptions = Readonly<Record<string, unknown>>;

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The options of `values` that differ from `usual`. */
const changesOf = (values: OptionValues, usual: OptionValues): OptionValues =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => !isSame(value, usual[name])));

const isEmpty = (record: object): boolean => Object.keys(record).length === 0;

/** The lane's options as they are written in the configuration: what differs from the preset and its defaults. */
export const writtenOf = (
  chosen: ChosenOptions,
  { presets, rules }: Pick<ReplayOptions, "presets" | "rules">,
  further: WrittenOptions = {},
): WrittenOptions => {
  const preset = presets.find((each) => each.preset === chosen.preset);
  const grossCount = changesOf(chosen.grossCount, preset?.grossCount ?? {});
  const written: Record<string, unknown> = {};
  for (const rule of ruleNames) {
    if (rule === "gross-count") continue;
    const change = ruleChange(chosen.rules[rule], preset?.rules[rule], defaultsOf(rules, rule));
    if (change !== undefined) written[rule] = change;
  }
  const isWithheldAsUsual = isSame([...chosen.withhold].sort(), [...(preset?.withhold ?? [])].sort());
  const withhold = chosen.withhold.length === 0 ? null : { classes: chosen.withhold };
  return {
    preset: chosen.preset,
    ...(isEmpty(grossCount) ? {} : { grossCount }),
    ...(isEmpty(written) ? {} : { rules: written }),
    ...(isWithheldAsUsual ? {} : { withhold }),
    ...further,
  };
};

const defaultsOf = (rules: ReplayOptions["rules"], rule: RuleName): OptionValues =>
  rules.find((each) => each.rule === rule)?.defaults ?? {};

/** Null switches off what the preset has; undefined: as the preset has it. */
const ruleChange = (
  own: OptionValues | undefined,
  ofPreset: OptionValues | undefined,
  defaults: OptionValues,
): OptionValues | null | undefined => {
  if (isSame(own, ofPreset)) return undefined;
  return own === undefined ? null : changesOf(own, defaults);
};

/** Plain scalars, lists and maps as YAML 1.2; lists, and maps of nothing, in one line. */
export const yamlOf = (options: WrittenOptions, indent = ""): string =>
  Object.entries(options)
    .map(([name, value]) =>
      isMap(value) && !isEmpty(value)
        ? `${indent}${name}:\n${yamlOf(value, `${indent}  `)}`
        : `${indent}${name}: ${JSON.stringify(value).replaceAll(",", ", ").replaceAll('"', "")}\n`,
    )
    .join("");

const isMap = (value: unknown): value is WrittenOptions =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** With a rule switched on, with its defaults, or off. */
export const withRule = (
  chosen: ChosenOptions,
  rule: RuleName,
  values: OptionValues | null,
): ChosenOptions => {
  const { [rule]: _, ...others } = chosen.rules;
  return { ...chosen, rules: values === null ? others : { ...others, [rule]: values } };
};

/** With one option of a rule changed; gross count has its own place. */
export const withOption = (
  chosen: ChosenOptions,
  rule: RuleName,
  option: { readonly name: string; readonly value: OptionValue },
): ChosenOptions => {
  const change = { [option.name]: option.value };
  if (rule === "gross-count") return { ...chosen, grossCount: { ...chosen.grossCount, ...change } };
  return withRule(chosen, rule, { ...chosen.rules[rule], ...change });
};

/** What is typed for an option, or null where it is none: a number, or numbers between commas or spaces. */
export const typedValue = (kind: "number" | "integer" | "numbers", typed: string): OptionValue | null => {
  const words = typed.split(/[\s,;]+/).filter((word) => word !== "");
  const numbers = words.map(Number);
  if (numbers.length === 0 || !numbers.every(Number.isFinite)) return null;
  const [first] = numbers;
  if (kind === "numbers") return numbers;
  if (first === undefined || numbers.length > 1 || (kind === "integer" && !Number.isInteger(first)))
    return null;
  return first;
};
