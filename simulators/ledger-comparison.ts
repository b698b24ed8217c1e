import {
  familyOf,
  type AlarmFamily,
  type ExpectedAlarm,
  type LedgerAlarmKind,
  type LedgerEntry,
  type OccupancyBegan,
  type OccupancyEntry,
} from "./ledger.ts";

/** An alarm as some place of the pipeline has it: the log, a console, an export. */
export interface ComparedAlarm {
  readonly alarmId: string;
  readonly laneId: string;
  /** Wall-clock milliseconds. */
  readonly raisedAt: number;
  readonly endedAt: number | null;
  readonly kind: LedgerAlarmKind;
  readonly occupancyId?: string | null;
  /** Where the lane's stream stood, in bytes as the ledger counts them (`emittedByte`); then the times do not matter. */
  readonly emittedByte?: number;
}

export interface ComparisonOptions {
  /** An alarm belongs to an occupancy when it was raised at most this long before its beginning or after its end. */
  readonly toleranceInMs?: number;
  /**
   * What is said shortly before a connection closes may be lost on the way; occupancies that ended at most this long before it, or
   * during which it closed, are not sure to alarm.
   */
  readonly graceInMs?: number;
}

/** The alarms of one occupancy and family. */
export interface Judged {
  readonly occupancy: OccupancyEntry | OccupancyBegan;
  readonly family: AlarmFamily;
  readonly alarms: readonly ComparedAlarm[];
}

export interface LedgerComparison {
  /** Sure alarms of the ledger: `found` and those of `lost` and `mistaken`. */
  readonly expected: number;
  readonly found: number;
  /** Sure alarms that did not come. */
  readonly lost: readonly (Judged & { readonly wanted: ExpectedAlarm })[];
  /** Sure alarms that came as another kind. */
  readonly mistaken: readonly (Judged & { readonly wanted: ExpectedAlarm })[];
  /** Several of one occupancy and family, sure or not; an id that comes twice is two. */
  readonly doubled: readonly (Judged & {
    /** A connection opened or closed meanwhile: whoever reads the lane has seen two pieces of it. */
    readonly interrupted: boolean;
  })[];
  /** Alarms where there is no occupancy, or one that nothing may come of. */
  readonly unexpected: readonly ComparedAlarm[];
  /** Alarms that may or may not have come. */
  readonly either: number;
}

const TOLERANCE_IN_MS = 2_000;
const GRACE_IN_MS = 1_500;

/**
 * Compares a ledger with the alarms that came of it, by lane and time, or by lane and bytes where an alarm says them. Holds the occupancies of the
 * whole ledger in memory: 1 kB each, a lane and day some 3 MB at one vehicle every 30 s.
 */
export function compareLedger(
  entries: Iterable<LedgerEntry>,
  alarms: Iterable<ComparedAlarm>,
  options: ComparisonOptions = {},
): LedgerComparison {
  const { toleranceInMs = TOLERANCE_IN_MS, graceInMs = GRACE_IN_MS } = options;
  const lanes = lanesOf(entries);
  const placed = new Map<Stretch, ComparedAlarm[]>();
  const unexpected: ComparedAlarm[] = [];
  for (const alarm of alarms) {
    const stretch = stretchOf(lanes.get(alarm.laneId)?.stretches ?? [], alarm, toleranceInMs);
    if (stretch === undefined) unexpected.push(alarm);
    else placed.set(stretch, [...(placed.get(stretch) ?? []), alarm]);
  }
  const judgements = [...lanes.values()].flatMap(({ stretches, changes }) =>
    stretches.flatMap((stretch) =>
      judgedFamilies(stretch, placed.get(stretch) ?? []).map((judged) =>
        judgementOf(judged, stretch, wasCutOff(stretch, changes, graceInMs)),
      ),
    ),
  );
  const sure = judgements.filter((each) => each.kind === "sure");
  const open = judgements.filter((each) => each.kind === "open");
  const missed = (outcome: "lost" | "mistaken"): LedgerComparison["lost"] =>
    sure.filter((each) => each.outcome === outcome).map(({ judged, wanted }) => ({ ...judged, wanted }));
  return {
    expected: sure.length,
    found: sure.filter(({ outcome }) => outcome === "found").length,
    lost: missed("lost"),
    mistaken: missed("mistaken"),
    doubled: judgements
      .filter(({ judged }) => judged.alarms.length > 1)
      .map(({ judged, interrupted }) => ({ ...judged, interrupted })),
    unexpected: [...unexpected, ...alarmsOf(open, "unexpected")],
    either: alarmsOf(open, "either").length,
  };
}

const alarmsOf = (
  open: readonly OpenJudgement[],
  outcome: OpenJudgement["outcome"],
): readonly ComparedAlarm[] =>
  open.filter((each) => each.outcome === outcome).flatMap(({ judged }) => judged.alarms);

/** An occupancy of a lane; one that did not end lasts for ever. */
interface Stretch {
  readonly occupancy: OccupancyEntry | OccupancyBegan;
  readonly from: number;
  readonly to: number;
  readonly fromByte: number;
  readonly toByte: number;
}

interface Lane {
  /** In the order of their beginnings. */
  readonly stretches: Stretch[];
  /** When connections opened and closed. */
  readonly changes: { readonly at: number; readonly change: "opened" | "closed" }[];
}

function lanesOf(entries: Iterable<LedgerEntry>): ReadonlyMap<string, Lane> {
  const lanes = new Map<string, Lane>();
  const laneOf = (laneId: string): Lane => {
    const lane = lanes.get(laneId) ?? { stretches: [], changes: [] };
    lanes.set(laneId, lane);
    return lane;
  };
  for (const entry of entries) {
    if (entry.kind === "connection")
      laneOf(entry.laneId).changes.push({ at: entry.at, change: entry.change });
    if (entry.kind === "occupancy-began") {
      const { at, fromByte } = entry;
      laneOf(entry.laneId).stretches.push({
        occupancy: entry,
        from: at,
        to: Infinity,
        fromByte,
        toByte: Infinity,
      });
    }
    if (entry.kind === "occupancy") {
      const { stretches } = laneOf(entry.laneId);
      // It takes the place of its own beginning.
      if (stretches.at(-1)?.occupancy.vehicleId === entry.vehicleId) stretches.pop();
      const { from, to, fromByte, toByte } = entry;
      stretches.push({ occupancy: entry, from, to, fromByte, toByte });
    }
  }
  return lanes;
}

/** The occupancy that an alarm belongs to; of several within the tolerance the nearest, of equals the later. */
function stretchOf(
  stretches: readonly Stretch[],
  { raisedAt, emittedByte }: ComparedAlarm,
  toleranceInMs: number,
): Stretch | undefined {
  if (emittedByte !== undefined) {
    const last = stretches[lastFrom(stretches, (each) => each.fromByte <= emittedByte)];
    return last !== undefined && emittedByte < last.toByte ? last : undefined;
  }
  const place = lastFrom(stretches, (each) => each.from - toleranceInMs <= raisedAt);
  const [before, last] = [stretches[place - 1], stretches[place]];
  if (last === undefined) return undefined;
  const far = (each: Stretch): number => Math.max(0, each.from - raisedAt, raisedAt - each.to);
  const nearest = before !== undefined && far(before) < far(last) ? before : last;
  return far(nearest) <= toleranceInMs ? nearest : undefined;
}

/** Place of the last one for which this holds, or −1; it holds for the first ones only. Bisection. */
function lastFrom(stretches: readonly Stretch[], holds: (stretch: Stretch) => boolean): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const stretch = stretches[middle];
    if (stretch !== undefined && holds(stretch)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

interface CutOff {
  /** Something may have been lost. */
  readonly isCutOff: boolean;
  readonly interrupted: boolean;
}

function wasCutOff({ from, to }: Stretch, changes: Lane["changes"], graceInMs: number): CutOff {
  const interrupted = changes.some(({ at }) => from <= at && at <= to);
  const closedSoon = changes.some(({ at, change }) => change === "closed" && to < at && at <= to + graceInMs);
  return { isCutOff: interrupted || closedSoon, interrupted };
}

/** What is to be judged of an occupancy: each family that something is expected of or came of. */
function judgedFamilies({ occupancy }: Stretch, alarms: readonly ComparedAlarm[]): readonly Judged[] {
  const expected = occupancy.kind === "occupancy" ? occupancy.expected.map(({ family }) => family) : [];
  const families = new Set([...expected, ...alarms.map(({ kind }) => familyOf(kind))]);
  return [...families].map((family) => ({
    occupancy,
    family,
    alarms: alarms.filter(({ kind }) => familyOf(kind) === family),
  }));
}

interface Judging {
  readonly judged: Judged;
  readonly interrupted: boolean;
}
interface SureJudgement extends Judging {
  readonly kind: "sure";
  readonly outcome: "found" | "lost" | "mistaken";
  readonly wanted: ExpectedAlarm;
}
interface OpenJudgement extends Judging {
  readonly kind: "open";
  readonly outcome: "either" | "unexpected";
}

function judgementOf(
  judged: Judged,
  { occupancy }: Stretch,
  { isCutOff, interrupted }: CutOff,
): SureJudgement | OpenJudgement {
  const open = (outcome: OpenJudgement["outcome"]): OpenJudgement => ({
    kind: "open",
    outcome,
    judged,
    interrupted,
  });
  // Nobody can say what an occupancy without an end would have come to.
  if (occupancy.kind === "occupancy-began") return open("either");
  const wanted = occupancy.expected.find(({ family }) => family === judged.family);
  if (wanted === undefined) return open("unexpected");
  if (wanted.expected === "either" || isCutOff) return open("either");
  const accepted: readonly LedgerAlarmKind[] = [wanted.expected, ...wanted.orElse];
  const isFound = judged.alarms.some(({ kind }) => accepted.includes(kind));
  const outcome = judged.alarms.length === 0 ? "lost" : isFound ? "found" : "mistaken";
  return { kind: "sure", outcome, wanted, judged, interrupted };
}

/** A place in what a reader of a lane has captured. */
export interface CapturedPlace {
  readonly laneId: string;
  /** The first connection of the reader's boot, as the ledger counts them. */
  readonly firstConnection: number;
  /** Bytes that the reader had captured in this boot before it. */
  readonly capturedByte: number;
}

/**
 * Where in the lane's stream a captured byte was said; undefined when the ledger does not reach so far. Exact where the reader was the lane's only
 * one and lost nothing of its connections.
 */
export function emittedByte(entries: Iterable<LedgerEntry>, place: CapturedPlace): number | undefined {
  let left = place.capturedByte;
  let openedAt: number | undefined;
  for (const entry of entries) {
    if (entry.kind !== "connection" || entry.laneId !== place.laneId) continue;
    if (entry.connection < place.firstConnection) continue;
    if (entry.change === "opened") {
      openedAt = entry.byte;
      continue;
    }
    if (openedAt === undefined) continue;
    if (left < entry.byte - openedAt) return openedAt + left;
    left -= entry.byte - openedAt;
    openedAt = undefined;
  }
  return openedAt === undefined ? undefined : openedAt + left;
}
