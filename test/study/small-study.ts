import { readFileSync } from "node:fs";
import { join } from "node:path";
import { simulatedProfile } from "../../src/commands/study-traffic.ts";
import { parseSourceLibrary } from "../../src/study/source-library.ts";
import { parseStudy, type Study } from "../../src/study/study-file.ts";
import type { VehicleProfile } from "../../src/study/vehicle-profile.ts";

export const config = join(import.meta.dirname, "..", "..", "config");
export const sourcesFile = join(config, "sources.yaml");
export const library = parseSourceLibrary(readFileSync(sourcesFile, "utf8"), "sources.yaml");

export const smallStudyText = `
title: "Small <study>"
seed: small
vehicles: { simulated: { count: 90, depth: 0.21 } }
injectInto: 50
repetitions: 2
sources:
  - { source: Cs-137, excessCps: [300, 900] }
  - { source: Cf-252, strengths: [20] }
rules:
  - rule: gross-count
    settings: { groups: [sum] }
    sweep: { parameter: nSigma, values: [2, 4] }
  - rule: neutron-poisson
    sweep: { parameter: alpha, values: [1.0e-4] }
nuisancesPerThousandMax: 100
`;

export const smallStudy: Study = parseStudy(smallStudyText, "small", library);

export const simulatedVehicles = (study: Study): readonly VehicleProfile[] => {
  const { simulated, seed } = study;
  if (simulated === null) return [];
  return Array.from({ length: simulated.count }, (_, number) => simulatedProfile(seed, simulated, number));
};
