import { expect, it } from "vitest";
import {
  type BackgroundState,
  noBackground,
  withEnergyBackground,
  withGammaBackground,
  withNeutronBackground,
} from "../../src/core/background.ts";
import type { BackgroundLevel, NeutronBackground } from "../../src/domain/messages.ts";

const truncated: NeutronBackground = {
  kind: "neutron-background",
  cps: [3, 0, 2, 0],
  precision: "truncated",
  level: "normal",
};
const exact: NeutronBackground = { ...truncated, cps: [3.8, 0, 2.6, 0], precision: "exact" };
const later: NeutronBackground = { ...truncated, cps: [4, 0, 3, 0] };

it.each<BackgroundLevel>(["normal", "high", "low"])("believes a gamma background that is %s", (level) => {
  const before: BackgroundState = {
    gammaCps: [1, 2, 3, 4],
    neutronCps: [1, 0, 0, 0],
    neutronPrecision: "exact",
    energyCps: [443, 583, 289, 270],
  };
  const after = withGammaBackground(before, { kind: "gamma-background", cps: [391, 384, 423, 429], level });
  expect(after).toEqual({ ...before, gammaCps: [391, 384, 423, 429] });
});

it.each<
  [string, readonly NeutronBackground[], BackgroundState["neutronCps"], BackgroundState["neutronPrecision"]]
>([
  ["nothing", [], null, "truncated"],
  ["a truncated one", [truncated], [3, 0, 2, 0], "truncated"],
  ["the later of two truncated ones", [truncated, later], [4, 0, 3, 0], "truncated"],
  ["an exact one over a truncated one", [truncated, exact], [3.8, 0, 2.6, 0], "exact"],
  ["an exact one also where truncated ones follow", [exact, later], [3.8, 0, 2.6, 0], "exact"],
  ["the later of two exact ones", [exact, { ...exact, cps: [4.1, 0, 2.2, 0] }], [4.1, 0, 2.2, 0], "exact"],
])("of neutron backgrounds it keeps %s", (_, messages, neutronCps, neutronPrecision) => {
  expect(messages.reduce(withNeutronBackground, noBackground)).toEqual({
    gammaCps: null,
    neutronCps,
    neutronPrecision,
    energyCps: null,
  });
});

it("keeps the latest energy background, and everything else beside it", () => {
  const before = withNeutronBackground(noBackground, exact);
  const after = [
    [443, 583, 289, 270],
    [440.5, 580, 290.05, 271],
  ] as const;
  const [first, second] = after;
  const known = withEnergyBackground(before, { kind: "energy-window-background", cps: first });
  expect(known).toEqual({ ...before, energyCps: first });
  expect(withEnergyBackground(known, { kind: "energy-window-background", cps: second }).energyCps).toBe(
    second,
  );
});

it("is the same state where a message says less than is known", () => {
  const known = withNeutronBackground(noBackground, exact);
  expect(withNeutronBackground(known, truncated)).toBe(known);
});
