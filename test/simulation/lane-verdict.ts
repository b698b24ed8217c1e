import { compareLedger, type ComparedAlarm } from "../../simulators/ledger-comparison.ts";
import type { LedgerEntry } from "../../simulators/ledger.ts";
import { occupancySettings } from "../../src/core/occupancy.ts";
import type { Alarm } from "../../src/domain/alarms.ts";
import type { Frame } from "../../src/domain/frames.ts";
import type { Portal } from "./portals.ts";

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Stretches of what a portal has said that the log does not have. */
const unloggedSpans = (portal: Portal, frames: readonly Frame[], emittedBytes: number): readonly Span[] => {
  const spans = frames
    .flatMap(({ bootId, byteOffset, body }): readonly Span[] => {
      if (body.kind !== "bytes") return [];
      // A chunk may hold bytes of several emissions, of one connection.
      const from = portal.emittedByteOf(bootId, byteOffset);
      const last = portal.emittedByteOf(bootId, byteOffset + body.bytes.length - 1);
      return from === undefined || last === undefined ? [] : [{ from, to: last + 1 }];
    })
    .toSorted((a, b) => a.from - b.from);
  const missing: Span[] = [];
  let reached = 0;
  for (const { from, to } of spans) {
    if (from > reached) missing.push({ from: reached, to: from });
    reached = Math.max(reached, to);
  }
  if (reached < emittedBytes) missing.push({ from: reached, to: emittedBytes });
  return missing;
};

type Occupancy = Extract<LedgerEntry, { kind: "occupancy" | "occupancy-began" }>;

const spanOf = (entry: Occupancy): Span => ({
  from: entry.fromByte,
  to: entry.kind === "occupancy" ? entry.toByte : Infinity,
});

/** Records that go on after a longer pause are another occupancy's. */
const { resumeWithinInMs } = occupancySettings.parse({});

/**
 * Whether between the two alarms there are frames, one after the other, so far apart that the edge cannot have run: it
 * says a heartbeat where a portal is quiet.
 */
const isStillWithin = (frames: readonly Frame[], alarms: readonly ComparedAlarm[]): boolean => {
  const starts = alarms.map(({ alarmId }) => alarmId.split("~"));
  const bytes = starts.map(([, , byte]) => Number(byte));
  const [from, to] = [Math.min(...bytes), Math.max(...bytes)];
  const within = frames
    .filter(({ bootId, byteOffset }) => starts.every(([, boot]) => boot === bootId) && byteOffset <= to)
    .toSorted((a, b) => a.sequence - b.sequence);
  return within.some(({ byteOffset, sequence, monotonic }, at) => {
    const before = within[at - 1];
    return (
      before !== undefined &&
      byteOffset > from &&
      before.sequence === sequence - 1 &&
      monotonic - before.monotonic > resumeWithinInMs
    );
  });
};

interface AlarmVerdict {
  readonly violations: readonly string[];
  readonly found: number;
}

/** Alarms of one lane against what its portal did, where the log has all of it. */
export const judgeLane = (
  portal: Portal,
  frames: readonly Frame[],
  alarms: readonly Alarm[],
): AlarmVerdict => {
  const emittedBytes = Math.max(
    0,
    ...portal.entries.map((entry) => (entry.kind === "occupancy" ? entry.toByte : 0)),
  );
  const missing = unloggedSpans(portal, frames, emittedBytes);
  const isWhole = (entry: Occupancy): boolean => {
    const { from, to } = spanOf(entry);
    return !missing.some((span) => span.from <= to && from <= span.to);
  };
  const occupancies = portal.entries.filter(
    (entry): entry is Occupancy => entry.kind === "occupancy" || entry.kind === "occupancy-began",
  );
  const placeOf = (alarm: Alarm): ComparedAlarm => {
    const [, boot = "", byte = ""] = alarm.alarmId.split("~");
    const { alarmId, laneId: lane, raisedAt, endedAt, kind, occupancyId } = alarm;
    const emittedByte = portal.emittedByteOf(boot, Number(byte));
    const compared = { alarmId, laneId: lane, raisedAt, endedAt, kind, occupancyId };
    return emittedByte === undefined ? compared : { ...compared, emittedByte };
  };
  // A vehicle that stood there when the edge was cut off may have two alarms, of which the first says so.
  const last = alarms.filter(({ continuedBy }) => !alarms.some(({ alarmId }) => alarmId === continuedBy));
  const compared = compareLedger(portal.entries, last.map(placeOf), { graceInMs: 0 });
  const isOutside = ({ emittedByte }: ComparedAlarm): boolean => {
    if (emittedByte === undefined) return true;
    const near = occupancies.filter((entry) => {
      const { from, to } = spanOf(entry);
      return from <= emittedByte && emittedByte < to;
    });
    const isMissing = missing.some((span) => span.from <= emittedByte && emittedByte <= span.to);
    return !isMissing && near.every(isWhole);
  };
  const namesOf = (ids: readonly ComparedAlarm[]): string =>
    ids.map(({ alarmId, kind, emittedByte }) => `${alarmId} ${kind} at ${emittedByte ?? "?"}`).join(", ");
  return {
    found: compared.found,
    violations: [
      ...compared.lost
        .filter(({ occupancy }) => isWhole(occupancy))
        .map(({ occupancy, wanted }) => `lost: ${occupancy.vehicleId} ${wanted.expected}`),
      ...compared.mistaken
        .filter(({ occupancy }) => isWhole(occupancy))
        .map(
          ({ occupancy, wanted, alarms: got }) =>
            `mistaken: ${occupancy.vehicleId} ${wanted.expected} is ${namesOf(got)}`,
        ),
      ...compared.doubled
        .filter(({ occupancy, interrupted }) => isWhole(occupancy) && !interrupted)
        .map(({ occupancy, alarms: got }) => {
          const how = isStillWithin(frames, got) ? "doubled while the edge stood still" : "doubled";
          return `${how}: ${occupancy.vehicleId} ${namesOf(got)}`;
        }),
      ...compared.unexpected.filter(isOutside).map((alarm) => `unexpected: ${namesOf([alarm])}`),
    ],
  };
};
