import type { Profile } from "../domain/alarms.ts";
import { panels, totalOf } from "../domain/panels.ts";
import type { PerPanel } from "../domain/panels.ts";
import type { EvidenceSubject } from "./subject.ts";
import { isoTime } from "./times.ts";

interface Column {
  readonly name: string;
  /** What stands in it, with its unit. */
  readonly meaning: string;
  /** Empty where there is nothing to say. */
  readonly cell: (profile: Profile, interval: number) => string;
}

const ofPanel = (counts: PerPanel | undefined, column: number): string => String(counts?.[column] ?? "");

/** Both kinds of record end together, and the opening burst has more energy records than gamma ones. */
const energyAt = ({ energy, gamma }: Profile, interval: number): PerPanel | undefined =>
  energy[interval + Math.max(0, energy.length - gamma.length)];

const windowTotal = ({ gamma, windowIntervals }: Profile, interval: number): string => {
  if (interval + 1 < windowIntervals || interval >= gamma.length) return "";
  const window = gamma.slice(interval + 1 - windowIntervals, interval + 1);
  return String(window.reduce((total, counts) => total + totalOf(counts), 0));
};

const sumLimit = ({ limits }: Profile, name: "background" | "threshold"): string =>
  String(limits.find(({ group }) => group === "sum")?.[name] ?? "");

const flag = (intervals: readonly number[], interval: number): string =>
  intervals.includes(interval) ? "1" : "0";

const secondOf = ({ neutron }: Profile, interval: number): PerPanel | undefined =>
  interval % 5 === 0 ? neutron[interval / 5] : undefined;

const columns: readonly Column[] = [
  { name: "interval", meaning: "number of the 200 ms interval, from 0", cell: (_, at) => String(at) },
  {
    name: "time_utc",
    meaning: "beginning of the interval, ISO 8601, UTC",
    cell: ({ startedAt }, at) => isoTime(startedAt + at * 200),
  },
  { name: "time_s", meaning: "seconds since the occupancy began", cell: (_, at) => (at / 5).toFixed(1) },
  ...panels.map((panel, column) => ({
    name: `gamma_${panel.replace("-", "_")}_counts`,
    meaning: "gamma counts of the panel in the interval",
    cell: ({ gamma }: Profile, at: number) => ofPanel(gamma[at], column),
  })),
  {
    name: "gamma_sum_counts",
    meaning: "gamma counts of the four panels in the interval",
    cell: ({ gamma }, at) => {
      const counts = gamma[at];
      return counts === undefined ? "" : String(totalOf(counts));
    },
  },
  {
    name: "window_sum_counts",
    meaning: "gamma counts of the four panels in the window that ends with the interval",
    cell: windowTotal,
  },
  {
    name: "window_background_counts",
    meaning: "counts that the background gives in such a window",
    cell: (profile) => sumLimit(profile, "background"),
  },
  {
    name: "window_threshold_counts",
    meaning: "the gross-count rule holds for more counts than this",
    cell: (profile) => sumLimit(profile, "threshold"),
  },
  {
    name: "core_alarm",
    meaning: "1 where the gross-count rule held, of any group of panels",
    cell: ({ coreIntervals }, at) => flag(coreIntervals, at),
  },
  {
    name: "portal_alarm",
    meaning: "1 where the portal raised its own gamma flag",
    cell: ({ portalIntervals }, at) => flag(portalIntervals, at),
  },
  ...panels.map((panel, column) => ({
    name: `neutron_${panel.replace("-", "_")}_counts`,
    meaning: "neutron counts of the bank in the second that begins with the interval",
    cell: (profile: Profile, at: number) => ofPanel(secondOf(profile, at), column),
  })),
  ...[1, 2, 3, 4].map((window) => ({
    name: `energy_window_${window}_counts`,
    meaning: "counts of the four panels in the energy window (1: lowest energy) in the interval",
    cell: (profile: Profile, at: number) => ofPanel(energyAt(profile, at), window - 1),
  })),
];

const rate = (cps: PerPanel | null): string => (cps === null ? "not known" : `${cps.join(" ")} counts/s`);

const line = (text: string): string => `# ${text.replace(/[\s\p{Cc}]+/gu, " ").trim()}`;

/**
 * The passage as comma-separated values (RFC 4180, UTF-8): lines that begin with `#` say what it is and what each column
 * means, with units; then the names of the columns; then one row an interval. No cell is text that a person entered.
 */
export const profileCsv = (subject: EvidenceSubject): string => {
  const { profile, place, laneId, occupancyId } = subject;
  const rows = Math.max(profile.gamma.length, profile.neutron.length * 5 - 4);
  const head = [
    `Site ${place.siteName}, lane ${place.laneName} (${laneId}), occupancy ${occupancyId}`,
    ...subject.alarms.map(({ alarm }) => `Alarm ${alarm.alarmId}, version ${alarm.version}, ${alarm.state}`),
    `Gamma background: ${rate(profile.gammaBackgroundCps)}`,
    `Neutron background: ${rate(profile.neutronBackgroundCps)}`,
    `Energy-window background: ${rate(profile.energyBackgroundCps)}`,
    `Window: ${profile.windowIntervals} intervals. Later intervals that were not kept: ${profile.droppedIntervals}`,
    ...columns.map(({ name, meaning }) => `${name}: ${meaning}`),
  ];
  const table = Array.from({ length: Math.max(0, rows) }, (_, at) =>
    columns.map(({ cell }) => cell(profile, at)).join(","),
  );
  const lines = [...head.map(line), columns.map(({ name }) => name).join(","), ...table];
  return `${lines.join("\r\n")}\r\n`;
};
