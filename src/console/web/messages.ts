import type { Command, Refusal } from "../../domain/adjudication.ts";
import { refusals } from "../../domain/adjudication.ts";
import type { AlarmKind, Origin, RuleDecision } from "../../domain/alarms.ts";
import { type LoadClass, loadClasses } from "../../domain/load-classes.ts";
import { alarmKinds } from "../../domain/alarms.ts";
import type { DispositionGroup, DispositionId } from "../../domain/dispositions.ts";
import { dispositionGroups, dispositions } from "../../domain/dispositions.ts";
import type { ErrorCode } from "../../domain/errors.ts";
import type { GroupMemberName, Panel } from "../../domain/panels.ts";
import type { AlarmRow } from "../../wire/console.ts";
import type { CommandResult } from "./commands.ts";
import type { Trouble } from "./connection.ts";
import { decisionText, groupNames, windowText } from "./evidence-messages.ts";
import { formatAge, formatNumber, formatRate, formatSigma, thinSpace } from "./format.ts";
import { laneMessages, withheldMessages } from "./lane-messages.ts";
import { lateMessages } from "./late-messages.ts";
import { plural } from "./plural.ts";

/** Every text a person reads on the page, in English. Components hold none; another language is another such object. */

const origins = { core: "Core", portal: "Portal" } as const;

const states = {
  unacknowledged: "Unacknowledged",
  acknowledged: "Acknowledged",
  dispositioned: "Disposed",
} as const satisfies Record<AlarmRow["state"], string>;

const seconds = (value: number): string => `${formatNumber(value, 1)}${thinSpace}s`;
/** What an officer reads about an error with a code; where nothing special can be said, the first sentence. */
const serverTrouble =
  "The server could not do it. Tell the person who looks after the system, and try again.";
const errorTexts: Partial<Record<ErrorCode, string>> = {
  "log-failed": "The server could not store it. Nothing is lost here; try again.",
  "log-closed": "The server is shutting down. Nothing is lost here; try again shortly.",
  "bad-request": "The server did not accept what was entered.",
  "not-found": "The server does not know this alarm.",
  "origin-refused":
    "The server does not take commands from this address. Open the page at the server's own address.",
  "too-large": "The notes are too long.",
};

const refusalAdvice = {
  "unknown-alarm": "",
  "stale-version": " What is shown now is its present state: check it, then decide again.",
  "already-acknowledged": " You can go on with its disposition.",
  "not-acknowledged": "",
  "already-dispositioned": " See its history below.",
} as const satisfies Record<Refusal, string>;

export const messages = {
  product: "lanewatch",
  title: (site: string | null, unacknowledged: number): string =>
    `${unacknowledged > 0 ? `(${unacknowledged}) ` : ""}${site === null ? "" : `${site} · `}lanewatch`,
  titleLost: "Connection lost · lanewatch",

  header: {
    live: "Live",
    connecting: "Connecting",
    lost: "Not live",
    siteTime: "Site time",
    unacknowledged: (count: number): string => plural(count, "unacknowledged alarm", "unacknowledged alarms"),
  },

  banner: {
    label: "Connection",
    lost: (ageInMs: number): string =>
      `Connection to the server lost: what you see is ${formatAge(ageInMs)} old`,
    lostDetail: "New alarms do not show here. The page keeps trying to connect.",
    unreachable: "The server cannot be reached: nothing is shown",
    unreachableDetail: "The page keeps trying to connect.",
    trouble: (trouble: Trouble): string =>
      trouble === "unreadable"
        ? "The server speaks in a way this page does not understand: reload the page."
        : "",
  },

  announce: {
    arrived: (kind: AlarmKind, lane: string): string => `New alarm: ${alarmKinds[kind].label}, ${lane}.`,
    arrivedMany: (count: number): string => `${plural(count, "new alarm", "new alarms")}.`,
    lost: "Connection to the server lost. What you see is old.",
    restored: "Connection to the server restored.",
  },

  lanes: laneMessages,
  withheld: withheldMessages,

  queue: {
    heading: "Alarms",
    unacknowledged: "To acknowledge",
    acknowledged: "Acknowledged",
    dispositioned: "Recently disposed",
    none: "No open alarms",
    noneDetail: "An alarm appears here while the vehicle is still in the portal.",
    unseen: (lanes: number): string =>
      `Of ${plural(lanes, "lane", "lanes")} nothing is known now: an alarm there would not show here.`,
    notKnown: "Whether there are alarms is not known",
    notKnownDetail: "The connection to the server is lost.",
    waiting: "Waiting for the server",
    waitingDetail: "Alarms appear here as soon as it answers.",
    kind: (kind: AlarmKind): string => alarmKinds[kind].label,
    age: formatAge,
    z: formatSigma,
    noZ: "no z",
    origin: (origin: Origin): string => `${origins[origin]} alarm`,
    active: (current: boolean): string => (current ? "In the portal" : "Was in the portal"),
    vacant: "No vehicle in the lane",
    late: lateMessages.badge,
    lateHow: lateMessages.short,
    state: (state: AlarmRow["state"]): string => states[state],
    by: (officer: string): string => `by ${officer}`,
    flagged: (intervals: number): string => plural(intervals, "interval", "intervals"),
  },

  detail: {
    heading: (kind: AlarmKind, lane: string): string => `${alarmKinds[kind].label} alarm, ${lane}`,
    close: "Close",
    loading: "Loading the alarm…",
    unknown: "The server does not know this alarm.",
    unknownDetail: "It may be older than what the server keeps, or the address may be wrong.",
    raised: "Raised",
    ended: "Vehicle left",
    vacantLabel: "Background",
    vacantStill: (current: boolean): string => (current ? "still over the threshold" : "not known"),
    vacantBelow: (time: string): string => `below the threshold since ${time}`,
    came: "Alarm came",
    late: lateMessages.sentence,
    vacantNotice:
      "No vehicle was in the lane: the portal's own background rose over the threshold, as when a source is carried or thrown through.",
    stillIn: (current: boolean): string => (current ? "still in the portal" : "not known"),
    age: "Age",
    speed: "Speed",
    speedKph: (kph: number): string => `${formatNumber(kph, 1)}${thinSpace}km/h`,
    occupancyNumber: "Portal's number",
    origins: "Decided by",
    originsOf: (held: readonly Origin[]): string => held.map((origin) => origins[origin]).join(" and "),
    evidenceHeading: "Evidence",
    adviceLabel: "Looks",
    loadClass: (load: LoadClass): string => loadClasses[load].label,
    evidence: decisionText,
    evidenceWhen: (rule: RuleDecision["rule"], flaggedIntervals: number, firstInSeconds: number): string =>
      (rule.startsWith("neutron")
        ? plural(flaggedIntervals, "second", "seconds")
        : plural(flaggedIntervals, "interval", "intervals")) + `, first at ${seconds(firstInSeconds)}`,
    evidenceVacant: (records: number): string => plural(records, "background record", "background records"),
    historyHeading: "History",
    historyCame: "The alarm arrived late",
    historyVacantEnded: "The background was back below the threshold",
    historyRaised: (origin: Origin): string => `Raised by the ${origins[origin].toLowerCase()}`,
    historyEnded: "The vehicle left the portal",
    history: (command: Command): string =>
      command.kind === "acknowledge"
        ? "Acknowledged"
        : `Disposed: ${dispositions[command.disposition].label}`,
    historyVehicle: (vehicleId: string): string => `Vehicle ${vehicleId}`,
  },

  chart: {
    heading: "Gamma counts",
    neutronHeading: "Neutron counts a second",
    caption: (windowInSeconds: number): string =>
      `${windowText(windowInSeconds)} sums; time in s since the occupancy began`,
    group: "Sum over",
    groupName: (member: GroupMemberName): string => groupNames[member],
    background: "Background",
    threshold: "Threshold",
    level: (name: string, value: number): string => `${name} ${formatNumber(value)}`,
    stripCore: "core",
    stripPortal: "portal",
    raised: "raised",
    panel: (panel: Panel): string => groupNames[panel],
    legend: "Lines shown",
    cursor: "Point in time",
    readAt: seconds,
    readSum: (sum: number | null): string =>
      sum === null ? "window not full" : `${formatNumber(sum)} counts`,
    readZ: formatSigma,
    readFlags: (core: boolean, portal: boolean): string =>
      core && portal ? "core and portal" : core ? "core" : portal ? "portal" : "no flag",
    readHint: "Point at the chart, or use the arrow keys on it.",
    vacantHeading: "Background against its threshold",
    vacantCaption: (windowInSeconds: number): string =>
      `counts in ${windowText(windowInSeconds)}, the portal's own average`,
    vacantSum: "Sum over",
    vacantMeasured: "Measured at the peak",
    notMeasured: "–",
    noCourse: "No course of counts is known for this alarm.",
    noThreshold: "The core judged nothing here: no background was known.",
    dropped: (intervals: number): string =>
      `${plural(intervals, "later interval was", "later intervals were")} judged but not kept.`,
    label: (group: string): string => `Course of the gamma counts, ${group}`,
    neutronLabel: (total: number, inSeconds: number, backgroundCps: number | null): string =>
      `Neutron counts each second: ${formatNumber(total)} in ${formatNumber(inSeconds)} s` +
      (backgroundCps === null ? "" : `, background ${formatRate(backgroundCps)} a second`),
    neutronSummary: (total: number, backgroundCps: number | null): string =>
      `${formatNumber(total)} in all` +
      (backgroundCps === null ? "" : `, background ${formatRate(backgroundCps)} a second`),
  },

  form: {
    heading: "Decide",
    officer: "Officer (no sign-in yet)",
    officerHint: "There is no sign-in yet: the name is taken on trust, and remembered in this browser.",
    officerMissing: "Enter your name first.",
    acknowledge: "Acknowledge",
    acknowledging: "Acknowledging…",
    disposition: "Disposition",
    dispositionChoose: "Choose…",
    dispositionMissing: "Choose a disposition first.",
    dispositionGroup: (group: DispositionGroup): string => dispositionGroups[group],
    dispositionLabel: (id: DispositionId): string => `${dispositions[id].code}  ${dispositions[id].label}`,
    dispositionName: (id: DispositionId): string => dispositions[id].label,
    vehicle: "Vehicle id",
    notes: "Notes",
    dispose: "Dispose",
    disposing: "Disposing…",
    retry: "Try again",
    pending: "Sent; waiting for the server's decision.",
    settled: (id: DispositionId, officer: string): string => `${dispositions[id].label}, by ${officer}`,
    result: (result: CommandResult): string => {
      switch (result.kind) {
        case "accepted":
          return "Done.";
        case "refused":
          return result.refusal === null
            ? "Refused, for a reason this page does not know. Reload the page."
            : `Refused: ${refusals[result.refusal]}${refusalAdvice[result.refusal]}`;
        case "unanswered":
          return (
            "No answer from the server, so it is not known whether this was carried out. " +
            "Trying again is safe: it cannot happen twice."
          );
        case "failed":
          return [
            result.code === null
              ? "The server refused it in a way this page does not understand."
              : (errorTexts[result.code] ?? serverTrouble),
            ...result.problems,
          ].join(" ");
      }
    },
    staleNotice:
      "The connection is lost, so the alarm may have changed. A command that no longer fits is refused.",
  },
} as const;
