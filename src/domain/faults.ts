/** What can be wrong with a portal or its link. A fault never clears, hides or delays an alarm. */
export const faults = {
  tamper: { label: "Tamper", severity: "high", meaning: "The portal reports that a cabinet is open." },
  "link-down": { label: "Link down", severity: "high", meaning: "No connection to the portal." },
  silent: {
    label: "Silent",
    severity: "high",
    meaning: "Connected, but the portal has said nothing for too long.",
  },
  "no-background": {
    label: "No background",
    severity: "high",
    meaning: "A vehicle passed before any background was known, so gamma counts could not be judged.",
  },
  "gamma-background-high": {
    label: "Gamma background high",
    severity: "medium",
    meaning: "Said by the portal.",
  },
  "gamma-background-low": {
    label: "Gamma background low",
    severity: "medium",
    meaning: "Said by the portal.",
  },
  "neutron-background-high": {
    label: "Neutron background high",
    severity: "medium",
    meaning: "Said by the portal.",
  },
  "panel-dead": {
    label: "Panel dead",
    severity: "high",
    meaning: "A gamma panel that has counted before counts nothing.",
  },
  "panel-stuck": {
    label: "Panel stuck",
    severity: "high",
    meaning: "A gamma panel says the same counts again and again.",
  },
  "clock-skew": {
    label: "Clock skew",
    severity: "medium",
    meaning: "The edge's clock and the log's differ; times shown for this lane are off by as much.",
  },
  "occupancy-stuck": {
    label: "Occupancy stuck",
    severity: "medium",
    meaning: "The portal has been occupied for longer than the limit.",
  },
  "undecodable-bytes": {
    label: "Undecodable bytes",
    severity: "medium",
    meaning: "Recent records could not be decoded; the bytes are kept in quarantine.",
  },
} as const satisfies Record<string, { label: string; severity: "high" | "medium"; meaning: string }>;

export type FaultKind = keyof typeof faults;
