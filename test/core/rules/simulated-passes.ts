import { simulatePass, type PassPlan, type SimulatedPass } from "../../../simulators/physics/passes.ts";
import type { Radiation } from "../../../simulators/physics/loads.ts";

/** 122 keV: all but all of it in the lowest window, like 99mTc with its 140 keV. */
export const cobalt57: Radiation = {
  windows: [0.985, 0.015, 0, 0],
  lengthM: 0,
  peakExcess: 3,
  neutronPeakCps: 0,
};

/** The simulator's pass of a truck that shields more than most: a dip of .21 in mid-vehicle. */
export const simulatedPass = (seed: string, plan: PassPlan = {}): SimulatedPass =>
  simulatePass(seed, { depth: 0.21, ...plan });
