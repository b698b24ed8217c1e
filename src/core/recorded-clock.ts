import type { Message, RecordedTime } from "../domain/messages.ts";
import { type WallMs, wallMs } from "../domain/units.ts";

/**
 * The manual clock of a recording: it stands where the last recorded time put it. Records without a time move it by
 * what they stand for, so that a recording of the bare wire has a time scale too. It never goes back: a recorder's
 * clock that was set back is a jump of the recorder, not of the traffic.
 */
export interface RecordedClock {
  readonly wall: WallMs;
  /** Midnight of the day that times of day belong to. */
  readonly midnight: number;
}

const day = 86_400_000;

/** Recordings that say only the time of day, or nothing, are laid on the first day of 1970. */
export const recordedClockStart: RecordedClock = { wall: wallMs(0), midnight: 0 };

export const recordedClockStep = (
  clock: RecordedClock,
  said: { readonly message: Message; readonly recordedAt?: RecordedTime },
): RecordedClock => {
  const { recordedAt } = said;
  if (recordedAt === undefined) {
    return { ...clock, wall: wallMs(clock.wall + nominalMs(said.message)) };
  }
  if (recordedAt.kind === "instant") return { ...clock, wall: wallMs(Math.max(clock.wall, recordedAt.at)) };
  const today = clock.midnight + recordedAt.msSinceMidnight;
  const midnight = today < clock.wall - day / 2 ? clock.midnight + day : clock.midnight;
  return { midnight, wall: wallMs(Math.max(clock.wall, midnight + recordedAt.msSinceMidnight)) };
};

/** How long the portal waited before it said this: 200 ms for an interval, 5 s for a background, 0 for the rest. */
const nominalMs = (message: Message): number => {
  switch (message.kind) {
    case "gamma-interval":
      return 200;
    case "gamma-background":
      return 5000;
    case "neutron-background":
    case "energy-window-background":
    case "neutron-interval":
    case "energy-window-interval":
    case "energy-alarm":
    case "speed":
    case "occupancy-closed":
    case "tamper":
    case "setup":
    case "portal-statistic":
    case "opaque":
    case "undecodable":
      return 0;
  }
};
