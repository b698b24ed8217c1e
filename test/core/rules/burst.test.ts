import { describe, expect, it } from "vitest";
import { createChance } from "../../../simulators/chance.ts";
import { burstSettings, fineBinsMax, judgeBurst } from "../../../src/core/rules/burst.ts";
import { say } from "../../slow/say.ts";

const settings = burstSettings.parse({});
const seed = "bursts";

/** Series of 200 ms bins at 6.5 cps, twelve seconds each. */
const bins = 60;
const steady = (chance: ReturnType<typeof createChance>): number[] =>
  Array.from({ length: bins }, () => chance.poisson(1.3));
const shareOf = (
  finding: ReturnType<typeof judgeBurst>["finding"],
  make: (chance: ReturnType<typeof createChance>) => readonly number[],
  trials = 80,
): number => {
  const chance = createChance(seed);
  let found = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    if (judgeBurst(make(chance), settings).finding === finding) found += 1;
  }
  return found / trials;
};

describe(`the burst veto, seed "${seed}"`, () => {
  it("finds a burst of ten neutrons within one bin", () => {
    const share = shareOf("burst", (chance) => {
      const series = steady(chance);
      const at = Math.floor(chance.uniform() * bins);
      return series.map((counts, bin) => (bin === at ? counts + 10 : counts));
    });
    say(`burst of ten neutrons called a burst: ${share}`);
    expect(share).toBeGreaterThan(0.6);
  });

  it("is silent at a steady rate", () => {
    expect(shareOf("burst", steady)).toBeLessThanOrEqual(0.01);
    expect(shareOf("steady", steady)).toBeGreaterThan(0.98);
  });

  it("never calls a passing source a burst that is strong enough for an alarm", () => {
    const passing = (chance: ReturnType<typeof createChance>): readonly number[] =>
      Array.from({ length: bins }, (_, bin) => chance.poisson(1.3 + 12 / (1 + ((bin - 30) / 6) ** 2) ** 1.5));
    expect(shareOf("varying", passing)).toBe(1);
  });

  it("calls a burst that shows in 2 s bins too varying: it errs on the side of the source", () => {
    const series = steady(createChance(seed));
    series[30] = 100;
    expect(judgeBurst(series, settings)).toMatchObject({ finding: "varying" });
  });

  it("gives its figures", () => {
    const series: number[] = Array.from({ length: 30 }, (_, bin) => (bin % 2 === 0 ? 2 : 1));
    series[4] = 12;
    const { finding, fine, coarse } = judgeBurst(series, settings);
    expect(finding).toBe("burst");
    expect(fine).toMatchObject({ bins: 30, counts: 55, limitFrom: "exact" });
    expect(coarse).toMatchObject({ bins: 3, counts: 55 });
    expect(fine?.index).toBeGreaterThan(fine?.limit ?? Infinity);
    expect(coarse?.index).toBeLessThan(coarse?.limit ?? 0);
  });
});

describe("odd series", () => {
  it.each<[string, readonly number[]]>([
    ["nothing", []],
    ["less than 6 s", Array<number>(29).fill(3)],
    ["no counts", Array<number>(100).fill(0)],
    ["four counts in one bin", [4, ...Array<number>(99).fill(0)]],
  ])("of %s are too few counts to say", (_, series) => {
    expect(judgeBurst(series, settings).finding).toBe("too-few-counts");
  });

  it.each<[string, string, readonly number[]]>([
    ["full banks", "steady", Array<number>(100).fill(999_999)],
    ["one full bin", "varying", [...Array<number>(60).fill(1), 999_999, ...Array<number>(39).fill(1)]],
  ])("of %s are %s", (_, finding, series) => {
    const advice = judgeBurst(series, settings);
    expect(advice.finding).toBe(finding);
    expect(Number.isFinite(advice.fine?.index) && Number.isFinite(advice.fine?.limit)).toBe(true);
  });

  it("of a day are judged by their end", () => {
    const day = [...Array<number>(424_000).fill(50), ...Array<number>(8_200).fill(1)];
    expect(judgeBurst(day, settings)).toMatchObject({ fine: { bins: 8_190, counts: 8_190 } });
    expect(fineBinsMax).toBe(8_192);
  });

  it.each([{ fineBinInMs: 300 }, { fineBinInMs: 0 }, { fineBinInMs: 2000 }, { alpha: 0 }, { bin: 1 }])(
    "refuses the settings %j",
    (given) => expect(burstSettings.safeParse(given).success).toBe(false),
  );
});
