import { z } from "zod";

/**
 * What simulated portals truly did, as lines of JSON: the oracle that a fault suite compares with the alarms that came of it. Times are wall-clock
 * milliseconds of the simulating machine; bytes are counted over everything a lane has said since the simulation began, heard or not.
 */
export const LEDGER_VERSION = 1;

const atMs = z.number();
const count = z.number().int().min(0);
const laneId = z.string().min(1);
/** `lane#number`, vehicles of a lane numbered from 1. */
const vehicleId = z.string().min(1);

export const ALARM_KINDS = ["gamma", "neutron", "gamma-neutron", "energy"] as const;
export type LedgerAlarmKind = (typeof ALARM_KINDS)[number];
const alarmKind = z.enum(ALARM_KINDS);

/** A pass makes at most one alarm of each family: gammas and neutrons are one. */
export const ALARM_FAMILIES = ["radiation", "energy"] as const;
export type AlarmFamily = (typeof ALARM_FAMILIES)[number];

export function familyOf(kind: LedgerAlarmKind): AlarmFamily {
  return kind === "energy" ? "energy" : "radiation";
}

const expectedAlarmSchema = z.strictObject({
  family: z.enum(ALARM_FAMILIES),
  /** `either`: an alarm may come or not, and of any kind of its family; but never two. */
  expected: z.union([alarmKind, z.literal("either")]),
  /** Kinds that are as good as the expected one. */
  orElse: z.array(alarmKind).readonly(),
  /**
   * `portal-flag`: the portal itself flagged it, and everything it said was sent to somebody. `load-unflagged`: a load that the portal did not
   * flag, but another rule may. `near-flag`: chance brought the portal's neutron test halfway to its bound. `cut-off`: the portal flagged it or it
   * has a load, but not all that the portal said was sent, or some of it was spoiled.
   */
  because: z.enum(["portal-flag", "load-unflagged", "near-flag", "cut-off"]),
});
export type ExpectedAlarm = z.infer<typeof expectedAlarmSchema>;

const entrySchemas = [
  z.strictObject({
    kind: z.literal("run-began"),
    version: z.literal(LEDGER_VERSION),
    seed: z.string(),
    /** Simulated seconds a real one. */
    speed: z.number().positive(),
    at: atMs,
    lanes: z.array(laneId).readonly(),
  }),
  z.strictObject({ kind: z.literal("run-ended"), at: atMs }),
  z.strictObject({
    kind: z.literal("vehicle"),
    vehicleId,
    laneId,
    /** Its front breaks the first beam, its rear leaves the second. */
    from: atMs,
    to: atMs,
    load: z.string(),
    loadClass: z.string(),
    /** Multiplies the load's row in the table of loads. */
    strength: z.number(),
    /** At closest approach, in backgrounds of the whole portal; and neutrons, cps. */
    gammaPeakBackgrounds: z.number(),
    neutronPeakCps: z.number(),
    speedKph: z.number(),
    lengthM: z.number(),
  }),
  /** Written at once, so that an occupancy that the simulation did not live to end is known. */
  z.strictObject({ kind: z.literal("occupancy-began"), vehicleId, laneId, at: atMs, fromByte: count }),
  z.strictObject({
    kind: z.literal("occupancy"),
    vehicleId,
    laneId,
    /** The portal's own number, in GX; null when power failed before it was said. */
    occupancyNumber: count.nullable(),
    load: z.string(),
    strength: z.number(),
    /** When its first and last gamma intervals were said; null when none was. */
    firstIntervalAt: atMs.nullable(),
    lastIntervalAt: atMs.nullable(),
    /** Beginning and end of everything said of it, GX included. `toByte` is the first byte after it. */
    from: atMs,
    to: atMs,
    fromByte: count,
    toByte: count,
    intervals: count,
    /** How much of it was sent to somebody. `unknown`: the transport cannot tell, and everything counts as sent. */
    heard: z.enum(["whole", "partly", "unheard", "unknown"]),
    heardBytes: count,
    /** Of the lane, counted from 1: the newest when it began and when it ended; 0 before the first, null where unknown. */
    connections: z.tuple([count, count]).readonly().nullable(),
    /** Bytes were garbled, cut or held back while it lasted. */
    spoiled: z.boolean(),
    /** At most one a family; a family that is not here must have none. */
    expected: z.array(expectedAlarmSchema).readonly(),
  }),
  z.strictObject({
    kind: z.literal("connection"),
    laneId,
    connection: count,
    change: z.enum(["opened", "closed"]),
    at: atMs,
    /** What the lane had said until then. */
    byte: count,
  }),
  /** The portal spoke and nobody listened. A long stretch comes in several entries that follow on each other. */
  z.strictObject({
    kind: z.literal("unheard"),
    laneId,
    from: atMs,
    to: atMs,
    fromByte: count,
    toByte: count,
  }),
  z.strictObject({
    kind: z.literal("fault"),
    laneId,
    fault: z.string(),
    change: z.enum(["began", "ended"]),
    at: atMs,
  }),
] as const;

export const ledgerEntrySchema = z.discriminatedUnion("kind", entrySchemas);
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;
export type OccupancyEntry = Extract<LedgerEntry, { kind: "occupancy" }>;
export type OccupancyBegan = Extract<LedgerEntry, { kind: "occupancy-began" }>;

/** A line that is not of a ledger, though it ended. */
export class LedgerError extends Error {
  readonly code = "LEDGER_UNREADABLE";
  readonly line: number;

  constructor(line: number, cause: unknown) {
    super(`Line ${line} of the ledger is not an entry.`, { cause });
    this.name = "LedgerError";
    this.line = line;
  }
}

/**
 * Reads a ledger, cut into pieces in any way, entry by entry. What comes after the last line end was cut off by a kill and is left out.
 * Throws a `LedgerError` for any other line that is not an entry.
 */
export async function* readLedger(
  pieces: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<LedgerEntry, undefined> {
  let begun = "";
  let line = 0;
  for await (const piece of pieces) {
    const lines = (begun + piece).split("\n");
    begun = lines.pop() ?? "";
    for (const text of lines) {
      line += 1;
      yield entryOf(text, line);
    }
  }
  return undefined;
}

function entryOf(text: string, line: number): LedgerEntry {
  try {
    return ledgerEntrySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LedgerError(line, cause);
  }
}
