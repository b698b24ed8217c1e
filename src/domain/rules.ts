/**
 * The core's alarm rules by their configuration names, one table. `alarmKind` is the alarm that a rule raises. The order
 * is that of evidence and reports.
 */
export const rules = {
  "gross-count": { alarmKind: "gamma", label: "Gross count" },
  "suppressed-gross-count": { alarmKind: "gamma", label: "Gross count against the suppressed background" },
  cusum: { alarmKind: "gamma", label: "Cumulative sum" },
  "matched-filter": { alarmKind: "gamma", label: "Matched filter" },
  "neutron-poisson": { alarmKind: "neutron", label: "Neutron counts" },
  "neutron-binomial": { alarmKind: "neutron", label: "Neutron counts against an estimated background" },
  "neutron-sprt": { alarmKind: "neutron", label: "Neutron sequential probability ratio" },
  "neutron-sequential": { alarmKind: "neutron", label: "Neutron seconds in a row" },
  "window-ratio": { alarmKind: "energy", label: "Energy-window ratio" },
  "two-window": { alarmKind: "energy", label: "Two energy windows" },
  "spectral-ratios": { alarmKind: "energy", label: "Spectral comparison ratios" },
} as const satisfies Record<string, { alarmKind: "gamma" | "neutron" | "energy"; label: string }>;

export type RuleName = keyof typeof rules;
export const ruleNames = Object.keys(rules) as readonly RuleName[];

/** What an alarm or a verdict can be about; a gamma-neutron alarm is a gamma alarm that neutrons have joined. */
export type Radiation = (typeof rules)[RuleName]["alarmKind"];

/** What any rule's decision rests on. The rule holds exactly when `statistic > threshold`. */
export interface RuleFigures {
  readonly statistic: number;
  readonly threshold: number;
  /** Further figures under the names that the rule's own evidence gives them, with their units in its docstring. */
  readonly figures: Readonly<Record<string, number | readonly number[]>>;
}

/** What a rule said about one record. */
export type RuleVerdictRecord =
  | {
      readonly rule: RuleName;
      readonly alarm: boolean;
      readonly statistic: number;
      readonly threshold: number;
    }
  | { readonly rule: RuleName; readonly undecided: string };
