import type { RuleName } from "../domain/rules.ts";

interface Preset {
  readonly summary: string;
  readonly grossCount: object;
  readonly rules: Readonly<Partial<Record<RuleName, object>>>;
  /** Null: every alarm is told. */
  readonly withhold: { readonly classes: readonly string[] } | null;
}

/**
 * Sets of rules, named for what they do. A lane starts from one and may change or switch off each rule. The settings not
 * named here have their defaults. Gross count is always on: it is what charts and thresholds show.
 */
export const presets = {
  /** What deployed portals decide for themselves: gross count, the 3 s window ratio, and the neutron SPRT. */
  "vendor-compatible": {
    summary: "what deployed portals decide for themselves",
    grossCount: {},
    rules: { "window-ratio": {}, "neutron-sprt": {} },
    withhold: null,
  },
  /** Adds rules for shielded, weak and slow sources; more alarms. */
  sensitive: {
    summary: "shielded, weak and slow sources too",
    grossCount: { groups: ["sum", "vertical", "horizontal", "single"] },
    rules: {
      "suppressed-gross-count": {},
      cusum: {},
      "matched-filter": {},
      "neutron-poisson": {},
      "neutron-sprt": {},
      "two-window": {},
      "spectral-ratios": {},
    },
    withhold: null,
  },
  /**
   * Alarms that look like natural radioactivity in their energies are withheld and recorded (see `withholdSettings`): its
   * alarms come when the class is known. For portals with energy windows.
   */
  "norm-discriminating": {
    summary: "sources, without the alarms of natural radioactivity",
    grossCount: {},
    rules: {
      "suppressed-gross-count": {},
      "two-window": {},
      "spectral-ratios": {},
      "neutron-poisson": {},
      "neutron-sprt": {},
    },
    withhold: { classes: ["norm-like"] },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as readonly PresetName[];
