import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rapiscanLine } from "../../../drivers/rapiscan-line/driver.ts";
import { neutronSprtRule, neutronSprtSettings, sprtStep } from "../../../src/core/rules/neutron-sprt.ts";
import { type PerPanel, totalOf } from "../../../src/domain/panels.ts";
import { decodeWhole } from "../../drivers/decoding.ts";
import { say } from "../../slow/say.ts";

/** Recordings of a real portal with its own test's figures, kept beside the repository and never copied into it. */
const folder = join(import.meta.dirname, "..", "..", "..", "..", "shared", "data", "rapiscan");
const recordings = ["S2-C0-NONE-part1.csv", "S2-C3-NORM2-part1.csv"] as const;
const settings = neutronSprtSettings.parse({});
const rule = neutronSprtRule(settings);

/** The portal says its increment (NC) just before the background (NB1) that it comes from. */
interface Increment {
  readonly offset: number;
  readonly slope: number;
  readonly background: PerPanel;
}
/** One second of an occupancy: the portal's running value (NZ), what the rule makes of the counts, or one missing. */
interface Second {
  readonly portal: number;
  readonly own: number;
}
interface Compared {
  readonly increments: readonly Increment[];
  readonly seconds: readonly Second[];
  /** NZ records that are not directly before the NS record of the same second. */
  readonly outOfOrder: number;
  readonly bounds: ReadonlySet<string>;
}

const compare = (name: string): Compared => {
  const increments: Increment[] = [];
  const seconds: Second[] = [];
  const bounds = new Set<string>();
  let outOfOrder = 0;
  let said: readonly number[] = [];
  let background: PerPanel | null = null;
  let state: ReturnType<typeof rule.begin> | null = null;
  let portal: number | null = null;
  for (const { message } of decodeWhole(rapiscanLine.codec({}), readFileSync(join(folder, name)))) {
    if (message.kind === "portal-statistic") {
      const [first = Number.NaN] = message.values;
      if (message.statistic === "neutron-sprt-increment") said = message.values;
      if (message.statistic === "neutron-sprt-bounds") bounds.add(message.values.join());
      if (message.statistic === "neutron-sprt-value") {
        if (portal !== null) outOfOrder += 1;
        portal = first;
      }
    } else if (message.kind === "neutron-background" && message.precision === "exact") {
      background = message.cps;
      const [offset, slope] = said;
      if (offset !== undefined && slope !== undefined) increments.push({ offset, slope, background });
      said = [];
    } else if (message.kind === "neutron-interval") {
      state ??= rule.begin({ neutronCps: background, gammaCps: null, energyCps: null });
      const verdict = rule.step(state, { kind: "neutron", second: 0, counts: message.counts });
      if (portal === null || verdict?.kind !== "decided") outOfOrder += 1;
      else seconds.push({ portal, own: verdict.evidence.statistic });
      portal = null;
    } else if (message.kind === "occupancy-closed") {
      state = null;
    }
  }
  return { increments, seconds, outOfOrder, bounds };
};

if (!existsSync(folder))
  it.skip(`the recordings are not at ${folder}: their tests are skipped`, () => undefined);

describe.runIf(existsSync(folder)).each(recordings)("the portal's own test in %s", (name) => {
  const compared = existsSync(folder) ? compare(name) : undefined;
  const { increments = [], seconds = [], outOfOrder, bounds } = compared ?? {};
  const isNc = ({ offset, slope, background }: Increment): boolean => {
    const step = sprtStep(totalOf(background), settings);
    return Math.abs(step.offset - offset) < 1e-5 && Math.abs(step.slope - slope) < 1e-6;
  };

  it("has the bounds that are the defaults", () => {
    expect([...(bounds ?? [])]).toEqual([`${settings.lnA},${settings.lnB}`]);
  });

  it("has increments that follow from its background, every one", () => {
    const other = increments.filter((increment) => !isNc(increment));
    say(`${name}: NC from NB1 in ${increments.length - other.length} of ${increments.length} records`);
    expect(increments.length).toBeGreaterThan(270);
    expect(other).toEqual([]);
  });

  it("says its value before the counts of the same second", () => expect(outOfOrder).toBe(0));

  it("has running values that the rule reproduces, every one", () => {
    const worst = Math.max(...seconds.map(({ portal, own }) => Math.abs(portal - own)));
    say(`${name}: ${seconds.length} NZ values, largest difference ${worst.toFixed(6)}`);
    expect(seconds.length).toBeGreaterThan(130);
    expect(worst).toBeLessThan(0.002);
  });
});
