import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  typedValue,
  withOption,
  withRule,
  writtenOf,
  yamlOf,
} from "../../../../src/console/web/replay/proposal.ts";
import { laneOptions, laneSettingsOf } from "../../../../src/core/lane-settings.ts";
import { laneId } from "../../../../src/domain/ids.ts";
import { replayOptionsOf } from "../../../../src/replay/proposal-form.ts";
import type { ChosenOptions, ReplayLaneOptions } from "../../../../src/wire/replay.ts";

const measures = { neutron: true, energy: true };
const optionsFor = (written: unknown): ReturnType<typeof replayOptionsOf> =>
  replayOptionsOf([
    {
      laneId: laneId("north"),
      name: "North",
      settings: laneSettingsOf(laneOptions.parse(written)),
      measures,
    },
  ]);
const options = optionsFor({});
const laneOf = (written: unknown): ReplayLaneOptions => {
  const [lane] = optionsFor(written).lanes;
  if (lane === undefined) throw new Error("The lane is missing.");
  return lane;
};
const presetOf = (name: string): ChosenOptions => {
  const preset = options.presets.find((each) => each.preset === name);
  if (preset === undefined) throw new Error(`There is no preset ${name}.`);
  return preset;
};

describe("a proposal as it is written", () => {
  test.each([
    [{ preset: "vendor-compatible" }],
    [{ preset: "sensitive", grossCount: { nSigma: 6 }, rules: { cusum: { limit: 12 }, "two-window": null } }],
    [{ preset: "norm-discriminating", withhold: null }],
    [{ preset: "vendor-compatible", withhold: { classes: ["medical-like"] }, throwThrough: { nSigma: 7 } }],
    [
      {
        preset: "vendor-compatible",
        rules: { "matched-filter": { speedsInKph: [5, 9] } },
        occupancy: { limitInMs: 60_000 },
      },
    ],
  ])("gives the lane's settings again: %j", (given) => {
    const { present, further } = laneOf(given);
    const written = writtenOf(present, options, further);
    expect(laneSettingsOf(laneOptions.parse(written))).toEqual(laneSettingsOf(laneOptions.parse(given)));
    const yaml: unknown = parse(yamlOf(written));
    expect(yaml).toEqual(written);
  });

  test("says only what differs from the preset", () => {
    expect(writtenOf(presetOf("sensitive"), options)).toEqual({ preset: "sensitive" });
    const changed = withOption(presetOf("sensitive"), "gross-count", { name: "nSigma", value: 5 });
    expect(writtenOf(changed, options)).toEqual({ preset: "sensitive", grossCount: { nSigma: 5 } });
  });

  test("switches a rule of the preset off with null, and another on with what differs from its defaults", () => {
    const off = withRule(presetOf("vendor-compatible"), "window-ratio", null);
    const defaults = options.rules.find(({ rule }) => rule === "cusum")?.defaults ?? {};
    const on = withOption(withRule(off, "cusum", defaults), "cusum", { name: "limit", value: 14 });
    expect(writtenOf(on, options)).toEqual({
      preset: "vendor-compatible",
      rules: { cusum: { limit: 14 }, "window-ratio": null },
    });
  });

  test("is blocks of YAML with lists in one line", () => {
    expect(yamlOf({ preset: "sensitive", rules: { cusum: {}, "two-window": { lowWindows: [1, 2] } } })).toBe(
      "preset: sensitive\nrules:\n  cusum: {}\n  two-window:\n    lowWindows: [1, 2]\n",
    );
  });
});

test.each([
  ["number", "4.5", 4.5],
  ["number", "1e-4", 1e-4],
  ["number", "", null],
  ["number", "4 5", null],
  ["number", "four", null],
  ["integer", "4", 4],
  ["integer", "4.5", null],
  ["numbers", "5, 8 13", [5, 8, 13]],
  ["numbers", "5, x", null],
] as const)("what is typed for a %s: %j", (kind, typed, value) => {
  expect(typedValue(kind, typed)).toEqual(value);
});
