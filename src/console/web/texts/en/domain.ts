import type {
  AdjudicationState,
  CommandKind,
  Refusal,
  SecondaryInspection,
} from "../../../../domain/adjudication.ts";
import type { AlarmKind, Origin } from "../../../../domain/alarms.ts";
import type { DispositionField, DispositionGroup, DispositionId } from "../../../../domain/dispositions.ts";
import type { FaultKind } from "../../../../domain/faults.ts";
import type { DropReason } from "../../../../domain/frames.ts";
import type { LoadClass } from "../../../../domain/load-classes.ts";
import type { Role } from "../../../../domain/officers.ts";
import type { GroupMemberName, Panel } from "../../../../domain/panels.ts";
import type { RuleName } from "../../../../domain/rules.ts";

/** What the domain's tables are called, by their ids. */
export const domain = {
  alarmKinds: {
    "gamma-neutron": "Gamma and neutron",
    neutron: "Neutron",
    gamma: "Gamma",
    energy: "Energy",
  },
  origins: { core: "Core", portal: "Portal" },
  states: {
    unacknowledged: "Unacknowledged",
    acknowledged: "Acknowledged",
    "awaiting-approval": "Awaiting approval",
    dispositioned: "Disposed",
  },
  commands: {
    acknowledge: "Acknowledge",
    claim: "Claim",
    renew: "Renew claim",
    release: "Release",
    "take-over": "Take over",
    "request-secondary": "Request secondary inspection",
    "start-secondary": "Start secondary inspection",
    "complete-secondary": "Complete secondary inspection",
    escalate: "Escalate",
    "answer-escalation": "Record the answer",
    dispose: "Dispose",
    revise: "Revise",
    reopen: "Reopen",
    approve: "Approve",
    reject: "Reject",
    withdraw: "Withdraw",
    comment: "Comment",
    attach: "Attach",
  },
  /** As entries of an alarm's history. */
  done: {
    acknowledge: "Acknowledged",
    claim: "Claimed",
    renew: "Claim renewed",
    release: "Released",
    "take-over": "Taken over",
    "request-secondary": "Secondary inspection requested",
    "start-secondary": "Secondary inspection started",
    "complete-secondary": "Secondary inspection completed",
    escalate: "Escalated",
    "answer-escalation": "Specialists answered",
    dispose: "Disposed",
    revise: "Revised",
    reopen: "Reopening asked for",
    approve: "Approved",
    reject: "Rejected",
    withdraw: "Withdrawn",
    comment: "Comment",
    attach: "Attached",
  },
  secondary: {
    none: "No secondary inspection",
    requested: "Secondary inspection requested",
    "under-way": "Secondary inspection under way",
    completed: "Secondary inspection completed",
  },
  proposals: {
    dispose: "Disposition awaits approval",
    revise: "Revision awaits approval",
    reopen: "Reopening awaits approval",
  },
  roles: { officer: "Officer", supervisor: "Supervisor", engineer: "Engineer" },
  dispositions: {
    "contraband-found": "Contraband found",
    "real-other": "Real alarm, other",
    "medical-isotope-found": "Medical isotope found",
    "norm-found": "NORM found",
    "declared-shipment": "Declared shipment",
    "physical-inspection-negative": "Physical inspection negative",
    "riid-background-only": "RIID shows background only",
    "false-other": "False alarm, other",
    "authorized-test-maintenance-training": "Authorized test, maintenance or training",
    "unauthorized-activity": "Unauthorized activity",
    other: "Other",
  },
  dispositionGroups: {
    real: "Real",
    innocent: "Innocent",
    false: "False",
    test: "Test",
    tamper: "Tamper",
    other: "Other",
  },
  dispositionFields: {
    isotopes: "Isotopes",
    vehicleId: "Vehicle",
    containerId: "Container",
    commodity: "Commodity",
    riidResult: "RIID result",
    notes: "Notes",
  },
  refusals: {
    "unknown-alarm": "There is no such alarm.",
    "stale-version":
      "The alarm has changed since it was shown. What is shown now is its present state: check it, then decide again.",
    "not-permitted": "Your role may not do that.",
    "already-acknowledged": "The alarm is already acknowledged. You can go on with its disposition.",
    "already-dispositioned": "The alarm already has a disposition. See its history.",
    "not-dispositioned": "The alarm has no disposition yet.",
    "held-by-other": "Another officer holds the alarm.",
    "not-holder": "Only the officer who holds the alarm may do that: claim it first.",
    "already-holder": "You hold the alarm already.",
    "nobody-holds": "Nobody holds the alarm.",
    "awaiting-approval": "The alarm waits for a second person's decision.",
    "nothing-to-approve": "Nothing waits for a second person's decision.",
    "own-proposal": "A second person has to decide: not the one who proposed it.",
    "not-own-proposal": "Only the one who proposed it may withdraw it.",
    "secondary-state": "The secondary inspection is not at that point.",
    "secondary-open": "The secondary inspection is not completed.",
    "escalation-open": "The question to the specialists is still open.",
    "no-escalation": "There is no open question to the specialists.",
    "incomplete-entry": "The disposition does not say everything that it has to.",
    "history-full": "No more can be recorded on this alarm.",
    "shelf-expired": "The time until which the fault would be shelved is not ahead, or too far ahead.",
    "not-shelved": "The fault is not shelved.",
  },
  faults: {
    tamper: "Tamper",
    "link-down": "Link down",
    silent: "Silent",
    "no-background": "No background",
    "gamma-background-high": "Gamma background high",
    "gamma-background-low": "Gamma background low",
    "neutron-background-high": "Neutron background high",
    "panel-dead": "Panel dead",
    "panel-stuck": "Panel stuck",
    "clock-skew": "Clock skew",
    "occupancy-stuck": "Occupancy stuck",
    "undecodable-bytes": "Undecodable bytes",
  },
  faultMeanings: {
    tamper: "The portal reports that a cabinet is open.",
    "link-down": "No connection to the portal.",
    silent: "Connected, but the portal has said nothing for too long.",
    "no-background": "A vehicle passed before any background was known, so gamma counts could not be judged.",
    "gamma-background-high": "Said by the portal.",
    "gamma-background-low": "Said by the portal.",
    "neutron-background-high": "Said by the portal.",
    "panel-dead": "A gamma panel that has counted before counts nothing.",
    "panel-stuck": "A gamma panel says the same counts again and again.",
    "clock-skew": "The edge's clock and the log's differ; times shown for this lane are off by as much.",
    "occupancy-stuck": "The portal has been occupied for longer than the limit.",
    "undecodable-bytes": "Recent records could not be decoded; the bytes are kept in quarantine.",
  },
  loadClasses: {
    neutron: "Neutron source",
    "cosmic-burst": "Cosmic burst",
    "medical-like": "Medical-like",
    "point-source": "Point source",
    "norm-like": "NORM-like",
    undetermined: "Undetermined",
  },
  loadMeanings: {
    neutron: "More neutrons than the background can explain.",
    "cosmic-burst":
      "Neutrons in a burst within two seconds at a steady rate, as cosmic rays make in much metal.",
    "medical-like":
      "A narrow peak of low energies, as of 99mTc, 201Tl or 131I in a person; 57Co looks the same.",
    "point-source": "A narrow peak that is not of natural radioactivity.",
    "norm-like": "A load with the spectrum of natural radioactivity, or, without energy windows, a long one.",
    undetermined: "The figures do not agree with one kind of load.",
  },
  rules: {
    "gross-count": "Gross count",
    "suppressed-gross-count": "Gross count against the suppressed background",
    cusum: "Cumulative sum",
    "matched-filter": "Matched filter",
    "neutron-poisson": "Neutron counts",
    "neutron-binomial": "Neutron counts against an estimated background",
    "neutron-sprt": "Neutron sequential probability ratio",
    "neutron-sequential": "Neutron seconds in a row",
    "window-ratio": "Energy-window ratio",
    "two-window": "Two energy windows",
    "spectral-ratios": "Spectral comparison ratios",
  },
  dropReasons: {
    "spool-full": "the edge's disk was full",
    "spool-damaged": "the edge's disk was damaged",
    "queue-full": "the edge's memory was full",
  },
  panels: {
    sum: "All panels",
    master: "Master pillar",
    slave: "Slave pillar",
    upper: "Upper panels",
    lower: "Lower panels",
    "master-upper": "Master upper",
    "master-lower": "Master lower",
    "slave-upper": "Slave upper",
    "slave-lower": "Slave lower",
  },
  panelInitials: {
    "master-upper": "MU",
    "master-lower": "ML",
    "slave-upper": "SU",
    "slave-lower": "SL",
  },
} as const satisfies {
  readonly alarmKinds: Record<AlarmKind, string>;
  readonly origins: Record<Origin, string>;
  readonly states: Record<AdjudicationState, string>;
  readonly commands: Record<CommandKind, string>;
  readonly done: Record<CommandKind, string>;
  readonly secondary: Record<SecondaryInspection["state"], string>;
  readonly proposals: Record<"dispose" | "revise" | "reopen", string>;
  readonly roles: Record<Role, string>;
  readonly dispositions: Record<DispositionId, string>;
  readonly dispositionGroups: Record<DispositionGroup, string>;
  readonly dispositionFields: Record<DispositionField, string>;
  readonly refusals: Record<Refusal, string>;
  readonly faults: Record<FaultKind, string>;
  readonly faultMeanings: Record<FaultKind, string>;
  readonly loadClasses: Record<LoadClass, string>;
  readonly loadMeanings: Record<LoadClass, string>;
  readonly rules: Record<RuleName, string>;
  readonly dropReasons: Record<DropReason, string>;
  readonly panels: Record<GroupMemberName | Panel, string>;
  readonly panelInitials: Record<Panel, string>;
};
