import type { DroppedRange } from "../edge/frame-spool.ts";
import { namesOf, type Place, type PlaceKey, placeKey, type PlaceRow, type Places } from "./spool-place.ts";
import type { FrameRecord, PlacesRecord, SpoolEntry } from "./spool-record.ts";

/** What is accounted for of a stretch of the spool, up to some position. */
export interface Account {
  readonly places: Places;
  /** Damages met so far. */
  readonly damage: number;
  /** A lane and boot that has no place has no frames before. False only without a ledger and intact first places. */
  readonly isComplete: boolean;
}

export interface Folded {
  /** Frames not accounted for before, in order. A frame written twice, because the first writing failed, is here once. */
  readonly frames: readonly FrameRecord[];
  /** Places that moved. */
  readonly updates: Places;
  readonly damage: number;
  readonly isComplete: boolean;
  readonly damagedBytes: number;
  /** The end of the last record; null where there is none. */
  readonly intactTo: number | null;
  /** Frames that a damage took, as far as what follows tells. */
  readonly lost: readonly DroppedRange[];
}

interface Folding {
  readonly account: Account;
  readonly frames: FrameRecord[];
  readonly updates: Places;
  readonly lost: DroppedRange[];
  damage: number;
  isComplete: boolean;
  damagedBytes: number;
  intactTo: number | null;
}

const placeIn = ({ account, updates }: Folding, key: PlaceKey): Place | undefined =>
  updates.get(key) ?? account.places.get(key);

/** Frames before `next` that never came are laid to a damage met since the lane's last frame. */
const noteHole = (folding: Folding, key: PlaceKey, next: Omit<Place, "damage">): void => {
  const known = placeIn(folding, key);
  if (known === undefined && !folding.isComplete) return;
  const { nextSequence, nextByteOffset, damage } = known ?? { nextSequence: 0, nextByteOffset: 0, damage: 0 };
  if (next.nextSequence <= nextSequence || damage === folding.damage) return;
  const [bootId, laneId] = namesOf(key);
  folding.lost.push({
    laneId,
    bootId,
    firstSequence: nextSequence,
    lastSequence: next.nextSequence - 1,
    bytes: Math.max(0, next.nextByteOffset - nextByteOffset),
    reason: "spool-damaged",
  });
};

const foldFrame = (folding: Folding, frame: FrameRecord): void => {
  const key = placeKey(frame.bootId, frame.laneId);
  const { sequence, byteOffset, payloadBytes } = frame;
  if (sequence < (placeIn(folding, key)?.nextSequence ?? 0)) return;
  noteHole(folding, key, { nextSequence: sequence, nextByteOffset: byteOffset });
  folding.frames.push(frame);
  folding.updates.set(key, {
    nextSequence: sequence + 1,
    nextByteOffset: byteOffset + payloadBytes,
    damage: folding.damage,
  });
};

const foldPlaces = (folding: Folding, rows: readonly PlaceRow[]): void => {
  for (const [boot, lane, nextSequence, nextByteOffset] of rows) {
    const key = placeKey(boot, lane);
    noteHole(folding, key, { nextSequence, nextByteOffset });
    const known = placeIn(folding, key);
    const isFurther = known === undefined || known.nextSequence < nextSequence;
    if (!isFurther && known.damage === folding.damage) continue;
    const place = isFurther ? { nextSequence, nextByteOffset } : known;
    folding.updates.set(key, { ...place, damage: folding.damage });
  }
  folding.isComplete = true;
};

/** Accounts for the entries that follow what `account` covers; it stays as it is. */
export const fold = (
  account: Account,
  entries: readonly (SpoolEntry | Pick<PlacesRecord, "kind" | "places">)[],
): Folded => {
  const { damage, isComplete } = account;
  const folding: Folding = {
    account,
    damage,
    isComplete,
    frames: [],
    updates: new Map(),
    lost: [],
    damagedBytes: 0,
    intactTo: null,
  };
  for (const entry of entries) {
    if (entry.kind !== "damage" && "end" in entry) folding.intactTo = entry.end;
    switch (entry.kind) {
      case "frame":
      case "report":
        foldFrame(folding, entry);
        break;
      case "places":
        foldPlaces(folding, entry.places);
        break;
      case "damage":
        folding.damage += 1;
        folding.damagedBytes += entry.end - entry.at;
        break;
      case "ledger":
        break;
    }
  }
  return folding;
};

/** The frames as ranges: one for each run of a lane's numbers without a hole. */
export const rangesOf = (
  frames: readonly FrameRecord[],
  reason: DroppedRange["reason"],
): readonly DroppedRange[] => {
  const open = new Map<PlaceKey, DroppedRange>();
  const closed: DroppedRange[] = [];
  for (const { laneId, bootId, sequence, payloadBytes } of frames) {
    const key = placeKey(bootId, laneId);
    const last = open.get(key);
    const isNext = last?.lastSequence === sequence - 1;
    if (last !== undefined && !isNext) closed.push(last);
    const begun = last !== undefined && isNext ? last : undefined;
    open.set(key, {
      laneId,
      bootId,
      firstSequence: begun?.firstSequence ?? sequence,
      lastSequence: sequence,
      bytes: (begun?.bytes ?? 0) + payloadBytes,
      reason,
    });
  }
  return [...closed, ...open.values()];
};

/** `added` after `ranges`, joined with a range of the same lane, boot and reason that it goes on from. */
export const joinRanges = (
  ranges: readonly DroppedRange[],
  added: readonly DroppedRange[],
): readonly DroppedRange[] => {
  const keyOf = ({ bootId, laneId, reason }: DroppedRange, sequence: number): string =>
    `${bootId}/${laneId}/${reason}/${sequence}`;
  const byEnd = new Map(ranges.map((range) => [keyOf(range, range.lastSequence), range]));
  for (const range of added) {
    const before = byEnd.get(keyOf(range, range.firstSequence - 1));
    if (before !== undefined) byEnd.delete(keyOf(before, before.lastSequence));
    const joined =
      before === undefined
        ? range
        : { ...range, firstSequence: before.firstSequence, bytes: before.bytes + range.bytes };
    byEnd.set(keyOf(joined, joined.lastSequence), joined);
  }
  return [...byEnd.values()];
};
