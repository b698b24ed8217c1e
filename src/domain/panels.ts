/**
 * The four gamma and four neutron columns of a vehicle portal: columns 1–2 belong to the master pillar, 3–4 to the
 * slave pillar. Which of each pair is the upper panel is a matter of installation; here the first is called upper.
 * Banks that are not installed report constant zeros.
 */
export type PerPanel<T extends number = number> = readonly [T, T, T, T];

export const panels = ["master-upper", "master-lower", "slave-upper", "slave-lower"] as const;
export type Panel = (typeof panels)[number];

/** Groups of panels that a rule sums over before it decides. Index = column of the record. */
export const detectorGroups = {
  sum: { label: "all panels", members: [{ name: "sum", columns: [0, 1, 2, 3] }] },
  vertical: {
    label: "each pillar",
    members: [
      { name: "master", columns: [0, 1] },
      { name: "slave", columns: [2, 3] },
    ],
  },
  horizontal: {
    label: "each height",
    members: [
      { name: "upper", columns: [0, 2] },
      { name: "lower", columns: [1, 3] },
    ],
  },
  single: {
    label: "each panel",
    members: [
      { name: "master-upper", columns: [0] },
      { name: "master-lower", columns: [1] },
      { name: "slave-upper", columns: [2] },
      { name: "slave-lower", columns: [3] },
    ],
  },
} as const;

export type DetectorGroup = keyof typeof detectorGroups;
export const detectorGroupNames = [
  "sum",
  "vertical",
  "horizontal",
  "single",
] as const satisfies readonly DetectorGroup[];
export type GroupMemberName = (typeof detectorGroups)[DetectorGroup]["members"][number]["name"];

export const groupMemberNames = [
  "sum",
  "master",
  "slave",
  "upper",
  "lower",
  ...panels,
] as const satisfies readonly GroupMemberName[];

export const totalOf = (values: PerPanel): number => values[0] + values[1] + values[2] + values[3];
