import type { Message, RecordedTime } from "../domain/messages.ts";
import { type WallMs, wallMs } from "../domain/units.ts";

/**
 * The manual clock of a recording. Its wall says what the recorder said last, and steps back where the recorder's clock
 * was set back or a damaged time had run ahead. Its lane time never goes back: it grows by as much as the wall went on.
 * Records without a time move both by what they stand for, so that a recording of the bare wire has a time scale too.
 */
export interface RecordedClock {
  readonly wall: WallMs;
  readonly laneMs: number;
  /** Midnight of the day of the last time of day; null before the recorder said any time. */
  readonly midnight: number | null;
}

const day = 86_400_000;

/** Recordings that say only the time of day, or nothing, are laid on the first day of 1970. */
export const recordedClockStart: RecordedClock = { wall: wallMs(0), laneMs: 0, midnight: null };

export const recordedClockStep = (
  clock: RecordedClock,
  said: { readonly message: Message; readonly recordedAt?: RecordedTime },
): RecordedClock => {
  const { recordedAt } = said;
  if (recordedAt === undefined) {
    const nominal = nominalMs(said.message);
    if (nominal === 0) return clock;
    const { wall, laneMs, midnight } = clock;
    return { wall: wallMs(wall + nominal), laneMs: laneMs + nominal, midnight };
  }
  const midnight = recordedAt.kind === "instant" ? 0 : midnightOf(clock, recordedAt.msSinceMidnight);
  const wall = wallMs(recordedAt.kind === "instant" ? recordedAt.at : midnight + recordedAt.msSinceMidnight);
  // From nothing to the first time said no time has passed.
  const elapsed = clock.midnight === null ? 0 : Math.max(0, wall - clock.wall);
  return { wall, laneMs: clock.laneMs + elapsed, midnight };
};

/** Of the days a time of day can belong to, the one that brings it nearest to the wall. */
const midnightOf = ({ wall, midnight }: RecordedClock, msSinceMidnight: number): number => {
  if (midnight === null) return 0;
  const ahead = midnight + msSinceMidnight - wall;
  if (ahead < -day / 2) return midnight + day;
  return ahead > day / 2 && midnight > 0 ? midnight - day : midnight;
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
