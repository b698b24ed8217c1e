import { type PassPlan, simulatePass } from "../../simulators/physics/passes.ts";
import type { TrafficPlan } from "../study/study-file.ts";
import type { VehicleProfile } from "../study/vehicle-profile.ts";

/** The numbered vehicle of a study's simulated traffic: the same whoever asks, and in whatever order. */
export const simulatedProfile = (seed: string, plan: TrafficPlan, number: number): VehicleProfile => {
  const { depth, windowDepths, speedKph, lengthInM, mix } = plan;
  const traffic: PassPlan = {
    ...(depth === undefined ? {} : { depth }),
    ...(windowDepths === undefined ? {} : { windowDepths }),
    ...(mix === undefined ? {} : { load: { mix } }),
    speedKph,
    lengthM: lengthInM,
  };
  const {
    background,
    gamma,
    energy,
    neutron,
    speedKph: droveKph,
  } = simulatePass(`${seed}/vehicle ${number}`, traffic);
  return { background, gamma, energy, neutron, speedKph: droveKph };
};
