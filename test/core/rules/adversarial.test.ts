import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  matchedFilterRule,
  matchedFilterSettings,
  matchedFilterState,
} from "../../../src/core/rules/matched-filter.ts";
import type {
  OccupancyBackground,
  Rule,
  RuleEvidence,
  RuleInput,
  RuleVerdict,
} from "../../../src/core/rules/rule.ts";
import {
  spectralRatiosRule,
  spectralRatiosSettings,
  spectralRatiosState,
} from "../../../src/core/rules/spectral-ratios.ts";
import {
  suppressedGrossCountRule,
  suppressedGrossCountSettings,
  suppressedGrossCountState,
} from "../../../src/core/rules/suppressed-gross-count.ts";
import { twoWindowRule, twoWindowSettings, twoWindowState } from "../../../src/core/rules/two-window.ts";
import {
  windowRatioRule,
  windowRatioSettings,
  windowRatioState,
} from "../../../src/core/rules/window-ratio.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { background } from "./run-rule.ts";

/** A rule whose state's type is forgotten, so that all can be treated alike. */
interface Judge {
  readonly name: string;
  readonly kind: "gamma" | "energy";
  readonly run: (background: OccupancyBackground, records: Iterable<PerPanel>) => Run;
  readonly others: readonly RuleVerdict<RuleEvidence>[];
}

interface Run {
  readonly last: RuleVerdict<RuleEvidence> | null;
  readonly alarms: number;
  readonly stateBytesMax: number;
}

const judge = <S, E extends RuleEvidence>(
  kind: Judge["kind"],
  rule: Rule<S, E>,
  state: z.ZodType<S>,
): Omit<Judge, "name"> => ({
  kind,
  run: (vacant, records) => {
    const held = rule.begin(vacant);
    let last: RuleVerdict<E> | null = null;
    let [alarms, stateBytesMax, interval] = [0, 0, 0];
    for (const counts of records) {
      const verdict = rule.step(held, { kind, interval, counts });
      last = verdict;
      interval += 1;
      checkVerdict(verdict);
      if (verdict?.kind === "decided" && verdict.alarm) alarms += 1;
      if (interval % 1000 === 1 || interval < 60) {
        const json = JSON.stringify(held);
        stateBytesMax = Math.max(stateBytesMax, json.length);
        expect(state.parse(JSON.parse(json))).toEqual(held);
      }
    }
    return { last, alarms, stateBytesMax };
  },
  others: otherKinds(kind).flatMap((input) => {
    const verdict = rule.step(rule.begin(background()), input);
    return verdict === null ? [] : [verdict];
  }),
});

/** The contract: the rule holds exactly when the statistic is above the threshold, and every number is finite. */
const checkVerdict = (verdict: RuleVerdict<RuleEvidence> | null): void => {
  if (verdict?.kind !== "decided") return;
  const { alarm, evidence } = verdict;
  if (alarm !== evidence.statistic > evidence.threshold)
    throw new Error(`not as promised: ${JSON.stringify(verdict)}`);
  for (const value of Object.values(evidence).flat()) {
    if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`not finite: ${String(value)}`);
  }
};

const otherKinds = (kind: Judge["kind"]): readonly RuleInput[] => [
  { kind: kind === "gamma" ? "energy" : "gamma", interval: 0, counts: [9, 9, 9, 9] },
  { kind: "neutron", second: 0, counts: [9, 9, 9, 9] },
];

const judges: readonly Judge[] = [
  {
    name: "window-ratio",
    ...judge("energy", windowRatioRule(windowRatioSettings.parse({})), windowRatioState),
  },
  { name: "two-window", ...judge("energy", twoWindowRule(twoWindowSettings.parse({})), twoWindowState) },
  {
    name: "spectral-ratios",
    ...judge("energy", spectralRatiosRule(spectralRatiosSettings.parse({})), spectralRatiosState),
  },
  {
    name: "suppressed-gross-count",
    ...judge(
      "gamma",
      suppressedGrossCountRule(suppressedGrossCountSettings.parse({})),
      suppressedGrossCountState,
    ),
  },
  {
    name: "matched-filter",
    ...judge("gamma", matchedFilterRule(matchedFilterSettings.parse({})), matchedFilterState),
  },
];

const repeat = (times: number, counts: PerPanel): readonly PerPanel[] =>
  Array.from({ length: times }, () => counts);
const full = 999_999;
/** Longer than any rule's window. */
const long = 60;
const unknown: OccupancyBackground = { gammaCps: null, neutronCps: null, energyCps: null };
const empty: OccupancyBackground = {
  gammaCps: [0, 0, 0, 0],
  neutronCps: [0, 0, 0, 0],
  energyCps: [0, 0, 0, 0],
};

type Outcome = "alarm" | "no alarm" | "no-background" | "too-few-counts" | "window-not-full";
type ByRule = readonly [
  windowRatio: Outcome,
  twoWindow: Outcome,
  spectralRatios: Outcome,
  suppressed: Outcome,
  matchedFilter: Outcome,
];

const outcomeOf = ({ last }: Run): string => {
  if (last === null) return "nothing";
  if (last.kind === "undecided") return last.reason;
  return last.alarm ? "alarm" : "no alarm";
};

describe("what the rules make of absurd input", () => {
  it.each<[string, OccupancyBackground, readonly PerPanel[], ByRule]>([
    [
      "the first record",
      background(),
      repeat(1, [80, 80, 80, 80]),
      ["window-not-full", "window-not-full", "window-not-full", "window-not-full", "window-not-full"],
    ],
    [
      "counts of 0, all panels dead",
      background(),
      repeat(long, [0, 0, 0, 0]),
      ["too-few-counts", "too-few-counts", "no alarm", "no alarm", "window-not-full"],
    ],
    [
      "counts of 999999",
      background(),
      repeat(long, [full, full, full, full]),
      ["no alarm", "no alarm", "alarm", "alarm", "no alarm"],
    ],
    [
      "999999 in the first column alone",
      background(),
      repeat(long, [full, 0, 0, 0]),
      ["too-few-counts", "alarm", "alarm", "alarm", "no alarm"],
    ],
    [
      "999999 in the last column alone",
      background(),
      repeat(long, [0, 0, 0, full]),
      ["no alarm", "no alarm", "alarm", "alarm", "no alarm"],
    ],
    [
      "a background of 0",
      empty,
      repeat(long, [80, 80, 80, 80]),
      ["no-background", "no-background", "no-background", "no-background", "no-background"],
    ],
    [
      "a background of 0 and counts of 0",
      empty,
      repeat(long, [0, 0, 0, 0]),
      ["no-background", "no-background", "no-background", "no-background", "no-background"],
    ],
    [
      "no background",
      unknown,
      repeat(long, [80, 80, 80, 80]),
      ["no-background", "no-background", "no-background", "no-background", "no-background"],
    ],
    [
      "a background without high energies or the slave pillar",
      { ...background(), gammaCps: [380, 380, 0, 0], energyCps: [420, 580, 0, 0] },
      repeat(long, [76, 76, 0, 0]),
      ["no-background", "no-background", "no-background", "no alarm", "no alarm"],
    ],
    [
      "a background of a few counts",
      { ...background(), gammaCps: [0.1, 0, 0, 0], energyCps: [0.1, 0.1, 0.1, 0.1] },
      repeat(long, [1, 1, 1, 1]),
      ["too-few-counts", "no alarm", "too-few-counts", "alarm", "no alarm"],
    ],
  ])("%s", (_, vacant, records, expected) => {
    expect(judges.map(({ run }) => outcomeOf(run(vacant, records)))).toEqual(expected);
  });

  it("is nothing about records of another kind", () => {
    for (const { others } of judges) expect(others).toEqual([]);
  });

  it.each(judges)("$name keeps its state bounded over an occupancy of 24 h", ({ run }) => {
    function* day(): Generator<PerPanel> {
      for (let at = 0; at < 24 * 3600 * 5; at += 1) {
        const counts = (at * 2_654_435_761) % 1_000_000;
        yield at % 1000 < 500 ? [76, 116, 58, 56] : [counts, full - counts, counts, full];
      }
    }
    const { stateBytesMax, last } = run(background(), day());
    expect(last).toMatchObject({ kind: "decided" });
    // Five rules together under 16 KiB of a lane's 64.
    expect(stateBytesMax).toBeLessThan(2048);
  });

  it.each(judges)("$name never breaks its promise on any counts", ({ run }) => {
    const counts = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(0, 999_999));
    const cps = fc.oneof(fc.double({ min: 0, max: 2000, noNaN: true }), fc.constantFrom(0, 999_999));
    const four = (each: fc.Arbitrary<number>): fc.Arbitrary<PerPanel> => fc.tuple(each, each, each, each);
    fc.assert(
      fc.property(four(cps), fc.array(four(counts), { minLength: 1, maxLength: 60 }), (vacant, records) => {
        run({ gammaCps: vacant, neutronCps: vacant, energyCps: vacant }, records);
      }),
      { seed: 20160601, numRuns: 100 },
    );
  });
});
