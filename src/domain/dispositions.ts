/**
 * Outcomes of an adjudication. Codes are those of deployed central alarm stations, kept for exchange; labels, groups
 * and lists everywhere derive from this table.
 */
export const dispositions = {
  "contraband-found": { code: 1, group: "real", label: "Contraband found" },
  "real-other": { code: 2, group: "real", label: "Real alarm, other" },
  "medical-isotope-found": { code: 3, group: "innocent", label: "Medical isotope found" },
  "norm-found": { code: 4, group: "innocent", label: "NORM found" },
  "declared-shipment": { code: 5, group: "innocent", label: "Declared shipment" },
  "physical-inspection-negative": { code: 6, group: "false", label: "Physical inspection negative" },
  "riid-background-only": { code: 7, group: "false", label: "RIID shows background only" },
  "false-other": { code: 8, group: "false", label: "False alarm, other" },
  "authorized-test-maintenance-training": {
    code: 9,
    group: "test",
    label: "Authorized test, maintenance or training",
  },
  "unauthorized-activity": { code: 10, group: "tamper", label: "Unauthorized activity" },
  other: { code: 11, group: "other", label: "Other" },
} as const;

export type DispositionId = keyof typeof dispositions;
export type DispositionGroup = (typeof dispositions)[DispositionId]["group"];

export const dispositionIds = Object.keys(dispositions) as readonly DispositionId[];

export const dispositionGroups = {
  real: "Real",
  innocent: "Innocent",
  false: "False",
  test: "Test",
  tamper: "Tamper",
  other: "Other",
} as const satisfies Record<DispositionGroup, string>;
