import {
  compareLedger,
  type ComparedAlarm,
  emittedByte,
  type LedgerComparison,
} from "../../simulators/ledger-comparison.ts";
import type { LedgerEntry } from "../../simulators/ledger.ts";
import type { Frame } from "../../src/domain/frames.ts";
import type { EventLog } from "../../src/ports.ts";
import type { EventRecord } from "../../src/wire/event.ts";
import { framesByBoot, type Logged, type Range, readCases, readEvents, readFrames } from "./log-reading.ts";

/** What came of the ledger's occupancies, in the log and on the console. */
export interface Verdict extends LedgerComparison {
  /** Ids in `lanewatch.events.v1`. */
  readonly alarmIds: ReadonlySet<string>;
  /** Raised again under the same id, which readers drop. */
  readonly repeats: number;
  /** Ids that are not in all three: events, cases, console. */
  readonly disagreements: readonly string[];
  /** From the capture of the deciding frame, by the edge's clock, to the log's having the alarm. */
  readonly worstDelayInMs: number;
  /** Alarms of frames that were sent late. */
  readonly historical: number;
}

export interface VerdictOptions {
  readonly log: EventLog;
  readonly entries: readonly LedgerEntry[];
  readonly onConsole: ReadonlySet<string>;
  /** Whether the edge's clock was right all the time. Otherwise an agent's first connection is the lane's first. */
  readonly isClockTrue?: boolean;
}

type Raised = Logged<EventRecord> & { readonly alarm: ComparedAlarm; readonly isHistorical: boolean };

const raisedOf = (events: readonly Logged<EventRecord>[]): readonly Raised[] =>
  events.flatMap((logged) => {
    const { event } = logged.value;
    if (event.kind !== "alarm-raised") return [];
    const { alarmId, laneId, raisedAt, endedAt, kind, historical } = event.alarm;
    return [
      { ...logged, alarm: { alarmId, laneId, raisedAt, endedAt, kind }, isHistorical: historical === true },
    ];
  });

type Opened = Extract<LedgerEntry, { kind: "connection" }>;

/** The first connection of each lane and boot, as the ledger counts them: the one that was opened when the edge saw it. */
export const firstConnections = (
  entries: readonly LedgerEntry[],
  frames: readonly Logged<Frame>[],
): ReadonlyMap<string, Opened> => {
  const opened = entries.filter(
    (entry): entry is Opened => entry.kind === "connection" && entry.change === "opened",
  );
  const firsts = new Map<string, Opened>();
  for (const { value } of frames) {
    const key = `${value.laneId} ${value.bootId}`;
    if (value.body.kind !== "link-up" || firsts.has(key)) continue;
    const [nearest] = opened
      .filter(({ laneId }) => laneId === value.laneId)
      .toSorted((a, b) => Math.abs(a.at - value.wall) - Math.abs(b.at - value.wall));
    if (nearest !== undefined) firsts.set(key, nearest);
  }
  return firsts;
};

/** The alarm with the place in its lane's stream that its id names. */
const placed = (
  alarm: ComparedAlarm,
  { entries, isClockTrue = true }: VerdictOptions,
  firsts: ReadonlyMap<string, Opened>,
): ComparedAlarm => {
  const [laneId = "", bootId = "", capturedByte = ""] = alarm.alarmId.split("~");
  const firstConnection = isClockTrue ? firsts.get(`${laneId} ${bootId}`)?.connection : 1;
  if (firstConnection === undefined) return alarm;
  const byte = emittedByte(entries, { laneId, firstConnection, capturedByte: Number(capturedByte) });
  return byte === undefined ? alarm : { ...alarm, emittedByte: byte };
};

export const judge = async (options: VerdictOptions): Promise<Verdict> => {
  const { log, entries, onConsole } = options;
  const raised = raisedOf(await readEvents(log));
  const firsts = firstConnections(entries, await readFrames(log));
  const byId = new Map(raised.toReversed().map((each) => [each.alarm.alarmId, each]));
  const cases = await readCases(log);
  // An alarm that neutrons join becomes gamma-neutron: its last kind counts.
  const alarms = [...byId.values()].map(({ alarm }) => {
    const kind = cases.get(alarm.alarmId)?.alarm.kind ?? alarm.kind;
    return placed({ ...alarm, kind }, options, firsts);
  });
  const all = new Set([...byId.keys(), ...cases.keys(), ...onConsole]);
  const delays = [...byId.values()].map(({ record, value }) => record.appendedAt - value.capturedAt);
  return {
    ...compareLedger(entries, alarms),
    alarmIds: new Set(byId.keys()),
    repeats: raised.length - byId.size,
    disagreements: [...all].filter((id) => !byId.has(id) || !cases.has(id) || !onConsole.has(id)),
    worstDelayInMs: Math.max(0, ...delays),
    historical: [...byId.values()].filter(({ isHistorical }) => isHistorical).length,
  };
};

/** Nothing is missing anywhere. */
export const isWhole = ({ lost, mistaken, disagreements }: Verdict): boolean =>
  lost.length + mistaken.length + disagreements.length === 0;

const placesOf = (judged: LedgerComparison["doubled"] | LedgerComparison["lost"]): readonly string[] =>
  judged.map(
    ({ occupancy, family, alarms }) =>
      `${occupancy.vehicleId} ${family}: ${alarms.map(({ alarmId, kind }) => `${alarmId} ${kind}`).join(", ") || "nothing"}`,
  );

/** What is wrong, in lines that a person can follow; empty where nothing is. */
export const faultsOf = ({
  lost,
  mistaken,
  doubled,
  unexpected,
  disagreements,
}: Verdict): readonly string[] => [
  ...placesOf(lost).map((place) => `lost: ${place}`),
  ...placesOf(mistaken).map((place) => `mistaken: ${place}`),
  ...placesOf(doubled).map((place) => `doubled: ${place}`),
  ...unexpected.map(
    ({ alarmId, emittedByte: at }) => `unexpected: ${alarmId}${at === undefined ? "" : ` at byte ${at}`}`,
  ),
  ...disagreements.map((id) => `not in all of events, cases and console: ${id}`),
];

interface Window {
  readonly laneId: string;
  readonly from: number;
  readonly to: number;
}

/** When each missing range was captured: between the frames around it. */
const windowsOf = (missing: readonly Range[], frames: readonly Logged<Frame>[]): readonly Window[] => {
  const boots = framesByBoot(frames);
  return missing.map(({ laneId, bootId, first, last }) => {
    const boot = boots.get(`${laneId} ${bootId}`) ?? [];
    const before = boot.findLast(({ sequence }) => sequence < first);
    const after = boot.find(({ sequence }) => sequence > last);
    return { laneId, from: before?.wall ?? -Infinity, to: after?.wall ?? Infinity };
  });
};

/** The verdict without the occupancies of which frames are missing: nobody can say what should have come of them. */
export const outsideOf = (
  verdict: Verdict,
  missing: readonly Range[],
  frames: readonly Logged<Frame>[],
): Verdict => {
  const windows = windowsOf(missing, frames);
  const isOutside = (laneId: string, from: number, to: number): boolean =>
    !windows.some((window) => window.laneId === laneId && window.from <= to && from <= window.to);
  const judgedOutside = <T extends LedgerComparison["doubled"][number] | LedgerComparison["lost"][number]>(
    judged: readonly T[],
  ): readonly T[] =>
    judged.filter(({ occupancy }) => {
      const from = occupancy.kind === "occupancy" ? occupancy.from : occupancy.at;
      return isOutside(occupancy.laneId, from, occupancy.kind === "occupancy" ? occupancy.to : from);
    });
  const [lost, mistaken] = [judgedOutside(verdict.lost), judgedOutside(verdict.mistaken)];
  const leftOut = verdict.lost.length - lost.length + verdict.mistaken.length - mistaken.length;
  return {
    ...verdict,
    expected: verdict.expected - leftOut,
    lost,
    mistaken,
    doubled: judgedOutside(verdict.doubled),
    unexpected: verdict.unexpected.filter(({ laneId, raisedAt }) => isOutside(laneId, raisedAt, raisedAt)),
  };
};
