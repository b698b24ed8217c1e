import { panels } from "../domain/panels.ts";

/** ANSI/IEEE N42.42-2011. */
export const n42Namespace = "http://physics.nist.gov/N42/2011/N42";

/**
 * Detectors by the standard's custom for portals: pillar letter, column letter, number; N for neutrons. Index = column of
 * the records, so that `Aa1` is the master pillar's upper panel.
 */
export const gammaDetectorIds = ["Aa1", "Aa2", "Ba1", "Ba2"] as const;
export const neutronDetectorIds = ["Aa1N", "Aa2N", "Ba1N", "Ba2N"] as const;
/** Stands for the four gamma panels summed, of which alone the portal says energy windows. */
export const summedDetectorId = "GammaSum";

export const detectorDescriptions = panels.map((panel) => panel.replace("-", " pillar, "));

export const measurementGroups = {
  background: { id: "BackgroundGroup", prefix: "B" },
  gamma: { id: "GammaGroup", prefix: "G" },
  neutron: { id: "NeutronGroup", prefix: "N" },
  energy: { id: "EnergyGroup", prefix: "E" },
} as const;
export type MeasurementGroup = keyof typeof measurementGroups;

export const energyWindowsId = "EnergyWindowSettings";
export const instrumentId = "Portal";
export const itemId = "Vehicle";
