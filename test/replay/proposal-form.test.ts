import { describe, expect, test } from "vitest";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import { laneId } from "../../src/domain/ids.ts";
import { ruleNames } from "../../src/domain/rules.ts";
import { replayOptionsOf } from "../../src/replay/proposal-form.ts";
import { replayOptionsSchema } from "../../src/wire/replay.ts";

const formOf = (options: unknown): ReturnType<typeof replayOptionsOf> =>
  replayOptionsOf([
    {
      laneId: laneId("north-1"),
      name: "North",
      settings: laneSettingsOf(laneOptions.parse(options)),
      measures: { neutron: true, energy: false },
    },
  ]);

describe("the form of a proposal", () => {
  test("has every rule with every option of it, and fits its schema", () => {
    const form = formOf({});
    expect(replayOptionsSchema.parse(form)).toEqual(form);
    expect(form.rules.map(({ rule }) => rule)).toEqual(ruleNames);
    for (const { fields, defaults } of form.rules)
      expect(fields.map(({ name }) => name).sort()).toEqual(Object.keys(defaults).sort());
    const fieldOf = (rule: string, option: string): unknown =>
      form.rules.find((each) => each.rule === rule)?.fields.find(({ name }) => name === option);
    expect(fieldOf("gross-count", "nSigma")).toEqual({ name: "nSigma", kind: "number", min: 1, max: 50 });
    expect(fieldOf("gross-count", "groups")).toMatchObject({ kind: "groups" });
    expect(fieldOf("gross-count", "windowIntervals")).toMatchObject({ kind: "integer", max: 50 });
    expect(fieldOf("matched-filter", "speedsInKph")).toMatchObject({ kind: "numbers", min: 1, max: 60 });
    expect(fieldOf("spectral-ratios", "suppressionDepths")).toMatchObject({ kind: "numbers", max: 0.9 });
    expect(fieldOf("neutron-sprt", "lnB")).toMatchObject({ kind: "number", min: -100, max: 0 });
  });

  test("says a lane's present options so that they give its settings again", () => {
    const written = {
      preset: "norm-discriminating",
      grossCount: { nSigma: 5 },
      rules: { cusum: { limit: 12 }, "two-window": null },
      withhold: null,
      occupancy: { limitInMs: 90_000 },
      throwThrough: { nSigma: 8 },
    };
    const settings = laneSettingsOf(laneOptions.parse(written));
    const [lane] = formOf(written).lanes;
    if (lane === undefined) throw new Error("The lane is missing.");
    const { present, further } = lane;
    expect(Object.keys(further).sort()).toEqual(["occupancy", "throwThrough"]);
    const off = ruleNames.filter((rule) => rule !== "gross-count" && present.rules[rule] === undefined);
    const again = laneOptions.parse({
      ...further,
      preset: present.preset,
      grossCount: present.grossCount,
      rules: { ...present.rules, ...Object.fromEntries(off.map((rule) => [rule, null])) },
      withhold: present.withhold.length === 0 ? null : { classes: present.withhold },
    });
    expect(laneSettingsOf(again)).toEqual(settings);
  });
});
