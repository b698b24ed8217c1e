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
  },
  /** Gross count less eager, and the energy rules that natural radioactivity does not trip. */
  "norm-discriminating": {
    summary: "sources that natural radioactivity does not look like",
    grossCount: { nSigma: 6, groups: ["sum"] },
    rules: { "two-window": {}, "spectral-ratios": {}, "neutron-poisson": {}, "neutron-sprt": {} },
  },
} as const;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as readonly PresetName[];
