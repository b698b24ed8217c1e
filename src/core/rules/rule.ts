import type { PerPanel } from "../../domain/panels.ts";

/**
 * The contract of an alarm rule. A rule is a fold over one occupancy: `begin` with the background that was known when
 * the vehicle came, `step` for each record. It says something only about the records it is made for, and its decision
 * depends on nothing else: no clock, no other rule, no flag of the portal.
 *
 * A state is plain, bounded, JSON-safe data that belongs to one occupancy. `step` advances it in place, because a copy of
 * every window at every interval costs ten times the decision (`bench/fold.ts`); whoever needs an earlier state copies
 * it with `structuredClone`.
 */
export interface Rule<State, E extends RuleEvidence> {
  /** A fresh state, before the first record. Worked out once an occupancy: thresholds are tabulated here. */
  readonly begin: (background: OccupancyBackground) => State;
  /** Takes one record into `state`. Null: the rule has nothing to say about this record, and `state` is as it was. */
  readonly step: (state: State, input: RuleInput) => RuleVerdict<E> | null;
}

/** What is known of the vacant lane when an occupancy begins; null where the portal has not said it. */
export interface OccupancyBackground {
  /** Gamma counts per second and panel. */
  readonly gammaCps: PerPanel | null;
  /** Neutron counts per second and bank. */
  readonly neutronCps: PerPanel | null;
  /** Counts per second in four energy windows, lowest energy first, all panels summed. */
  readonly energyCps: PerPanel | null;
}

export type RuleInput =
  /** Counts of 200 ms per panel; `interval` from 0. */
  | { readonly kind: "gamma"; readonly interval: number; readonly counts: PerPanel }
  /** Counts of 200 ms in four energy windows, all panels summed; `interval` is the energy record's own, from 0. */
  | { readonly kind: "energy"; readonly interval: number; readonly counts: PerPanel }
  /** Counts of one second per bank; `second` from 0. */
  | { readonly kind: "neutron"; readonly second: number; readonly counts: PerPanel };

/** What a decision rests on. The rule holds exactly when `statistic > threshold`. All numbers are finite. */
export interface RuleEvidence {
  readonly algorithm: string;
  readonly statistic: number;
  readonly threshold: number;
}

export type RuleVerdict<E extends RuleEvidence> =
  | { readonly kind: "decided"; readonly alarm: boolean; readonly evidence: E }
  | { readonly kind: "undecided"; readonly reason: UndecidedReason };

/** Why a rule has not decided. */
export const undecidedReasons = {
  "window-not-full": "its window is not full yet",
  "no-background": "the background it needs was not known when the vehicle came",
  "too-few-counts": "there are too few counts to decide on",
} as const;
export type UndecidedReason = keyof typeof undecidedReasons;

export const windowNotFull = { kind: "undecided", reason: "window-not-full" } as const;
export const noBackground = { kind: "undecided", reason: "no-background" } as const;
export const tooFewCounts = { kind: "undecided", reason: "too-few-counts" } as const;
