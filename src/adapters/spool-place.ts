import { z } from "zod";
import type { BootId, LaneId } from "../domain/ids.ts";
import { bootId, laneId } from "../domain/ids.ts";
import { bootIdSchema, laneIdSchema } from "../wire/scalars.ts";

/** How far the frames of one lane and boot are accounted for. */
export interface Place {
  readonly nextSequence: number;
  readonly nextByteOffset: number;
  /** How many damages of the stream had been met by then: a hole after another one is laid to it. */
  readonly damage: number;
}

/** `boot/lane`. */
export type PlaceKey = string;

export type Places = Map<PlaceKey, Place>;

export const placeKey = (boot: BootId, lane: LaneId): PlaceKey => `${boot}/${lane}`;

/** A place in a file: boot, lane, next sequence, next byte offset, damage. */
export const placeRowSchema = z.tuple([
  bootIdSchema,
  laneIdSchema,
  z.int().min(0),
  z.int().min(0),
  z.int().min(0),
]);
export type PlaceRow = z.infer<typeof placeRowSchema>;

export const rowOf = (key: PlaceKey, place: Place): PlaceRow => {
  const [boot, lane] = namesOf(key);
  return [boot, lane, place.nextSequence, place.nextByteOffset, place.damage];
};

export const rowsOf = (places: Iterable<readonly [PlaceKey, Place]>): readonly PlaceRow[] =>
  Array.from(places, ([key, place]) => rowOf(key, place));

export const namesOf = (key: PlaceKey): readonly [BootId, LaneId] => [
  bootId(key.slice(0, 8)),
  laneId(key.slice(9)),
];

export const placesOf = (rows: readonly PlaceRow[]): Places =>
  new Map(
    rows.map(([boot, lane, nextSequence, nextByteOffset, damage]) => [
      placeKey(boot, lane),
      { nextSequence, nextByteOffset, damage },
    ]),
  );

/** Takes over what is further on. */
export const advance = (places: Places, updates: Iterable<readonly [PlaceKey, Place]>): void => {
  for (const [key, place] of updates) {
    const known = places.get(key);
    if (known === undefined || known.nextSequence <= place.nextSequence) places.set(key, place);
  }
};
