import type { AlarmKind } from "../../domain/alarms.ts";
import { alarmKinds } from "../../domain/alarms.ts";
import type { FaultKind } from "../../domain/faults.ts";
import { faults } from "../../domain/faults.ts";
import type { DropReason } from "../../domain/frames.ts";
import { type LoadClass, loadClasses } from "../../domain/load-classes.ts";
import type { Panel } from "../../domain/panels.ts";
import type { LaneView } from "../../wire/console.ts";
import { groupNames } from "./evidence-messages.ts";
import { formatAge, formatNumber, formatRate, formatSigma } from "./format.ts";
import type { LaneCondition } from "./lane-condition.ts";
import { plural } from "./plural.ts";

/** How lanes read: a part of `messages.ts`, where all other texts are. */
const panelInitials = {
  "master-upper": "MU",
  "master-lower": "ML",
  "slave-upper": "SU",
  "slave-lower": "SL",
} as const;

const conditionText = (condition: LaneCondition): string => {
  switch (condition.kind) {
    case "no-data":
      return `No data for ${formatAge(condition.ageInMs)}`;
    case "not-judged":
      return `Not judged for ${formatAge(condition.ageInMs)}`;
    case "never-heard":
      return "Never heard";
    case "link-down":
      return "Link down";
    case "not-heard":
      return `Not heard for ${formatAge(condition.ageInMs)}`;
    case "occupied":
      return "Occupied";
    case "vacant":
      return "Vacant";
  }
};

const linksWere = {
  unknown: "link unknown",
  up: "link was up",
  down: "link was down",
} as const satisfies Record<LaneView["link"], string>;

const dropped = {
  "spool-full": "the edge's disk was full",
  "spool-damaged": "the edge's disk was damaged",
  "queue-full": "the edge's memory was full",
} as const satisfies Record<DropReason, string>;

const links = { unknown: "link unknown", up: "link up", down: "link down" } as const;

export const laneMessages = {
  heading: "Lanes",
  count: (total: number, troubled: number): string =>
    troubled === 0
      ? plural(total, "lane", "lanes")
      : `${plural(total, "lane", "lanes")}, ${troubled} with trouble`,
  none: "No lanes are configured.",
  unknown: "Nothing is known about the lanes yet.",
  condition: conditionText,
  /** While the connection is lost nothing is said about the present. */
  conditionWas: (condition: LaneCondition): string =>
    condition.kind === "occupied" || condition.kind === "vacant"
      ? `Was ${conditionText(condition).toLowerCase()}`
      : conditionText(condition),
  gamma: "Gamma",
  neutron: "Neutron",
  cps: "cps",
  background: (cps: number | null): string =>
    cps === null ? "no background" : `background ${formatRate(cps)}`,
  unmeasured: "–",
  z: (z: number): string => `z ${formatSigma(z)}`,
  panelInitials,
  panel: (panel: Panel, cps: number, backgroundCps: number | null): string =>
    `${groupNames[panel]} ${formatRate(cps)} cps` +
    (backgroundCps === null ? "" : `, background ${formatRate(backgroundCps)}`),
  heard: (ageInMs: number | null): string =>
    ageInMs === null ? "never heard" : ageInMs < 1000 ? "heard now" : `heard ${formatAge(ageInMs)} ago`,
  link: (link: LaneView["link"]): string => links[link],
  linkWas: (link: LaneView["link"]): string => linksWere[link],
  fault: (kind: FaultKind): string => faults[kind].label,
  faultMeaning: (kind: FaultKind): string => faults[kind].meaning,
  faultSince: (ageInMs: number): string => `for ${formatAge(ageInMs)}`,
  faultHigh: "Fault",
  faultMedium: "Warning",
  framesLost: (count: number): string => `${plural(count, "frame", "frames")} missing now`,
  framesRecovered: (count: number): string => `${plural(count, "frame", "frames")} came late`,
  framesDropped: (count: number, reason: DropReason): string =>
    `${plural(count, "frame", "frames")} gone for good: ${dropped[reason]}`,
  undecodable: (count: number): string => `${formatNumber(count)} undecodable`,
  unknownTags: (tags: readonly string[]): string => `unknown tags: ${tags.join(", ")}`,
  occupancies: (count: number): string => plural(count, "passage", "passages"),
  alarm: (kind: AlarmKind, count: number): string =>
    count > 1 ? `${count} open alarms` : `${alarmKinds[kind].label} alarm`,
} as const;

export const withheldMessages = {
  count: (count: number): string => `${plural(count, "alarm", "alarms")} withheld by this lane's settings`,
  loading: "Loading…",
  what: (kind: AlarmKind, load: LoadClass): string => `${alarmKinds[kind].label}, ${loadClasses[load].label}`,
  older: (count: number): string =>
    `${formatNumber(count)} older ${count === 1 ? "one is" : "ones are"} in the log.`,
} as const;
