import { describe, expect, it } from "vitest";
import { cusumRule, cusumSettings, cusumState } from "../../../src/core/rules/cusum.ts";
import {
  neutronBinomialRule,
  neutronBinomialSettings,
  neutronBinomialState,
} from "../../../src/core/rules/neutron-binomial.ts";
import {
  neutronPoissonRule,
  neutronPoissonSettings,
  neutronPoissonState,
} from "../../../src/core/rules/neutron-poisson.ts";
import {
  neutronSequentialRule,
  neutronSequentialSettings,
  neutronSequentialState,
} from "../../../src/core/rules/neutron-sequential.ts";
import {
  neutronSprtRule,
  neutronSprtSettings,
  neutronSprtState,
} from "../../../src/core/rules/neutron-sprt.ts";
import type { RuleEvidence, RuleInput } from "../../../src/core/rules/rule.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { createChance } from "../../../simulators/chance.ts";
import { type Examined, oddBackgrounds, oddCounts, stateLengths, stepSoundly } from "./rule-soundness.ts";
import { background, inputs } from "./run-rule.ts";

const unknown = { gammaCps: null, neutronCps: null, energyCps: null };
const seed = "a day";

/** The same checks over every rule of this kind; what each decides is in its own test. */
const soundness = <S, E extends RuleEvidence>(
  name: string,
  kind: "gamma" | "neutron",
  { examined, firstDecision }: { readonly examined: Examined<S, E>; readonly firstDecision: number },
): void => {
  const { rule } = examined;
  const recordsPerDay = kind === "gamma" ? 432_000 : 86_400;

  describe(name, () => {
    it.each(oddBackgrounds)("decides soundly on odd counts with %s", (_, odd) => {
      let state = rule.begin(odd);
      const kinds: string[] = [];
      for (const input of inputs(kind, oddCounts)) {
        const [next, verdict] = stepSoundly(examined, state, input);
        state = next;
        if (verdict !== null) kinds.push(verdict.kind);
      }
      expect(kinds.indexOf("decided")).toBe(firstDecision);
      expect(kinds.lastIndexOf("undecided")).toBe(firstDecision - 1);
      expect(kinds).toHaveLength(60);
    });

    it("alarms on full banks, and not on dead ones, at background 0", () => {
      const alarmsOn = (counts: PerPanel): readonly boolean[] => {
        let state = rule.begin({ gammaCps: [0, 0, 0, 0], neutronCps: [0, 0, 0, 0], energyCps: null });
        return inputs(kind, Array<PerPanel>(10).fill(counts)).map((input) => {
          const [next, verdict] = stepSoundly(examined, state, input);
          state = next;
          return verdict?.kind === "decided" && verdict.alarm;
        });
      };
      expect(alarmsOn([999_999, 999_999, 999_999, 999_999])).toContain(true);
      expect(alarmsOn([0, 0, 0, 0])).not.toContain(true);
    });

    it("says why it does not decide without a background", () => {
      let state = rule.begin(unknown);
      for (const input of inputs(kind, oddCounts)) {
        const [next, verdict] = stepSoundly(examined, state, input);
        expect(verdict).toEqual({ kind: "undecided", reason: "no-background" });
        state = next;
      }
    });

    it("has nothing to say about other records, and is not changed by them", () => {
      const state = rule.begin(background());
      const kinds = (["gamma", "energy", "neutron"] as const).filter((other) => other !== kind);
      for (const input of kinds.flatMap((other) => inputs(other, oddCounts))) {
        expect(rule.step(state, input)).toBeNull();
      }
      expect(state).toEqual(rule.begin(background()));
    });

    it(`has a small state through a day in one occupancy, seed "${seed}"`, () => {
      const chance = createChance(seed);
      const worst = { one: [999_999, 999_999, 999_999, 999_999] as PerPanel, none: [0, 0, 0, 0] as PerPanel };
      function* day(): Generator<RuleInput> {
        for (let at = 0; at < recordsPerDay; at += 1) {
          const calm: PerPanel = [chance.poisson(80), 0, 0, 0];
          const counts = at < 10_000 ? calm : chance.happens(0.9) ? worst.one : worst.none;
          yield kind === "gamma" ? { kind, interval: at, counts } : { kind, second: at, counts };
        }
      }
      const lengths = stateLengths(rule, background(), day());
      expect(lengths).toHaveLength(recordsPerDay / 100);
      expect(Math.max(...lengths)).toBeLessThan(256);
    });
  });
};

soundness("cusum", "gamma", {
  examined: { rule: cusumRule(cusumSettings.parse({})), stateSchema: cusumState },
  firstDecision: 0,
});
soundness("neutron-poisson", "neutron", {
  examined: { rule: neutronPoissonRule(neutronPoissonSettings.parse({})), stateSchema: neutronPoissonState },
  firstDecision: 1,
});
soundness("neutron-poisson over ten seconds", "neutron", {
  examined: {
    rule: neutronPoissonRule(neutronPoissonSettings.parse({ windowSeconds: 10 })),
    stateSchema: neutronPoissonState,
  },
  firstDecision: 9,
});
soundness("neutron-binomial", "neutron", {
  examined: {
    rule: neutronBinomialRule(neutronBinomialSettings.parse({})),
    stateSchema: neutronBinomialState,
  },
  firstDecision: 1,
});
soundness("neutron-sprt", "neutron", {
  examined: { rule: neutronSprtRule(neutronSprtSettings.parse({})), stateSchema: neutronSprtState },
  firstDecision: 0,
});
soundness("neutron-sequential", "neutron", {
  examined: {
    rule: neutronSequentialRule(neutronSequentialSettings.parse({})),
    stateSchema: neutronSequentialState,
  },
  firstDecision: 0,
});
