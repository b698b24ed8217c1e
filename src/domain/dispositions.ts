/** What a disposition can be asked to say besides its code. */
export const dispositionFields = {
  isotopes: { label: "Isotopes", lengthMax: 10 },
  vehicleId: { label: "Vehicle", lengthMax: 40 },
  containerId: { label: "Container", lengthMax: 40 },
  commodity: { label: "Commodity", lengthMax: 200 },
  riidResult: { label: "RIID result", lengthMax: 1000 },
  notes: { label: "Notes", lengthMax: 4000 },
} as const;
export type DispositionField = keyof typeof dispositionFields;

/**
 * Outcomes of an adjudication. Codes are those of deployed central alarm stations, kept for exchange; labels, groups,
 * rules and lists everywhere derive from this table. `required`: what must be said with it. `secondPerson`: it stands
 * only when a supervisor who is somebody else has approved it.
 */
export const dispositions = {
  "contraband-found": {
    code: 1,
    group: "real",
    label: "Contraband found",
    required: ["isotopes", "vehicleId", "riidResult", "notes"],
    secondPerson: true,
  },
  "real-other": {
    code: 2,
    group: "real",
    label: "Real alarm, other",
    required: ["vehicleId", "riidResult", "notes"],
    secondPerson: true,
  },
  "medical-isotope-found": {
    code: 3,
    group: "innocent",
    label: "Medical isotope found",
    required: ["isotopes"],
    secondPerson: false,
  },
  "norm-found": {
    code: 4,
    group: "innocent",
    label: "NORM found",
    required: ["commodity"],
    secondPerson: false,
  },
  "declared-shipment": {
    code: 5,
    group: "innocent",
    label: "Declared shipment",
    required: ["isotopes", "commodity"],
    secondPerson: false,
  },
  "physical-inspection-negative": {
    code: 6,
    group: "false",
    label: "Physical inspection negative",
    required: ["notes"],
    secondPerson: false,
  },
  "riid-background-only": {
    code: 7,
    group: "false",
    label: "RIID shows background only",
    required: ["riidResult"],
    secondPerson: false,
  },
  "false-other": {
    code: 8,
    group: "false",
    label: "False alarm, other",
    required: ["notes"],
    secondPerson: false,
  },
  "authorized-test-maintenance-training": {
    code: 9,
    group: "test",
    label: "Authorized test, maintenance or training",
    required: ["notes"],
    secondPerson: false,
  },
  "unauthorized-activity": {
    code: 10,
    group: "tamper",
    label: "Unauthorized activity",
    required: ["notes"],
    secondPerson: true,
  },
  other: { code: 11, group: "other", label: "Other", required: ["notes"], secondPerson: false },
} as const satisfies Record<
  string,
  {
    code: number;
    group: string;
    label: string;
    required: readonly DispositionField[];
    secondPerson: boolean;
  }
>;

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

/** What an officer enters with a disposition; empty where nothing was entered. */
export interface DispositionEntry {
  readonly disposition: DispositionId;
  /** Names such as `137Cs`, at most ten. */
  readonly isotopes: readonly string[];
  readonly vehicleId: string;
  readonly containerId: string;
  readonly commodity: string;
  readonly riidResult: string;
  readonly notes: string;
}

/** What this entry still has to say. */
export const missingFields = (entry: DispositionEntry): readonly DispositionField[] =>
  dispositions[entry.disposition].required.filter((field) => entry[field].length === 0);
