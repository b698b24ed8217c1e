import { mapFour, sumFour, type Four } from "./columns.ts";

/** Half the distance between the pillars, metres: a 4.2 m truck lane. */
export const HALF_WIDTH_IN_M = 2.1;

/** Height of the middle of each panel, metres. */
const PANEL_HEIGHTS_IN_M: Four = [1, 2.9, 1, 2.9];

/** Side of the lane each panel stands on: master at −1, slave at +1. */
const PANEL_SIDES: Four = [-1, -1, 1, 1];

/**
 * How much faster than 1/r² a panel loses a source above or below it, as a power of the cosine of the elevation: lead collars and the load
 * itself. Set so that the panels of a recorded NORM pass differ as they did (9.5, 2.2, 6.6, 1.9 backgrounds at the peak).
 */
const COLLIMATION_POWER = 3;

/** A source in the lane's own axes, metres: across (0 is the middle, negative towards the master), up, along (0 is the portal). */
export interface SourcePlace {
  readonly acrossM: number;
  readonly upM: number;
}

/** Slices a distributed load is summed over; the profile is smooth over a metre. */
const SLICES = 9;

/** Fluence at each panel of a point source at `alongM` from the portal: d/(d² + x²)^{3/2}, 1/r² and collimation. Arbitrary unit. */
export function pointCoupling(place: SourcePlace, alongM: number): Four {
  return mapFour(PANEL_SIDES, (side, column) => {
    const acrossM = HALF_WIDTH_IN_M - side * place.acrossM;
    const upM = PANEL_HEIGHTS_IN_M[column] - place.upM;
    const distanceM2 = acrossM * acrossM + upM * upM;
    const cosine = acrossM / Math.sqrt(distanceM2);
    return (acrossM / (distanceM2 + alongM * alongM) ** 1.5) * cosine ** COLLIMATION_POWER;
  });
}

/** The same for a load spread evenly over `lengthM`, its middle at `alongM`. */
export function loadCoupling(place: SourcePlace, alongM: number, lengthM: number): Four {
  if (lengthM === 0) return pointCoupling(place, alongM);
  let sum: Four = [0, 0, 0, 0];
  for (let slice = 0; slice < SLICES; slice += 1) {
    const offsetM = lengthM * ((slice + 0.5) / SLICES - 0.5);
    const here = pointCoupling(place, alongM + offsetM);
    sum = mapFour(sum, (value, column) => value + here[column] / SLICES);
  }
  return sum;
}

/**
 * Share of the strength each panel receives: 1 over all panels together when the middle of the load is in the middle of the lane, 1.2 m
 * up, abreast of the portal.
 */
export function panelResponse(place: SourcePlace, alongM: number, lengthM: number): Four {
  const reference = sumFour(loadCoupling({ acrossM: 0, upM: 1.2 }, 0, lengthM));
  return mapFour(loadCoupling(place, alongM, lengthM), (value) => value / reference);
}
