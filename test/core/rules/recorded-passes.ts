import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rapiscanLine } from "../../../drivers/rapiscan-line/driver.ts";
import type { OccupancyBackground } from "../../../src/core/rules/rule.ts";
import type { Message, PortalStatistic } from "../../../src/domain/messages.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";

/** Recordings of a real portal, kept beside the repository and never copied into it. */
export const recordings = join(import.meta.dirname, "..", "..", "..", "..", "shared", "data", "rapiscan");
export const areThere = existsSync(recordings);
export const norm = "S2-C3-NORM2-part1.csv";
export const nothing = "S2-C0-NONE-part1.csv";

export const decoded = (name: string): readonly Message[] => {
  const codec = rapiscanLine.codec({});
  const [state, records] = codec.decode(codec.start(0), readFileSync(join(recordings, name)));
  return [...records, ...codec.end(state)[1]].map(({ message }) => message);
};

/** One pass with what the portal itself said of it. */
export interface RecordedPass {
  readonly background: OccupancyBackground;
  readonly gamma: PerPanel[];
  readonly energy: PerPanel[];
  /** The energy channels in alarm after each energy record, and the second figure of AX; undefined before the first. */
  readonly energyFlags: Set<number>[];
  readonly smoothedRises: (number | undefined)[];
  readonly neutron: PerPanel[];
  readonly speedsKph: number[];
  /** GX / 1000. */
  closingNeutronCps: number;
}

/** The passes of a recording in order. */
export const recordedPasses = (name: string): readonly RecordedPass[] => {
  const passes: RecordedPass[] = [];
  let background: OccupancyBackground = { gammaCps: null, neutronCps: null, energyCps: null };
  let open: RecordedPass | undefined;
  const pass = (): RecordedPass => {
    if (open !== undefined) return open;
    const lists = { gamma: [], energy: [], energyFlags: [], smoothedRises: [], neutron: [], speedsKph: [] };
    open = { background, ...lists, closingNeutronCps: Number.NaN };
    passes.push(open);
    return open;
  };
  for (const message of decoded(name)) {
    switch (message.kind) {
      case "gamma-background":
        background = { ...background, gammaCps: message.cps };
        break;
      case "neutron-background":
        if (message.precision === "exact") background = { ...background, neutronCps: message.cps };
        break;
      case "energy-window-background":
        background = { ...background, energyCps: message.cps };
        break;
      case "gamma-interval":
        pass().gamma.push(message.counts);
        break;
      case "neutron-interval":
        pass().neutron.push(message.counts);
        break;
      case "energy-window-interval":
        pass().energy.push(message.counts);
        pass().energyFlags.push(new Set());
        pass().smoothedRises.push(undefined);
        break;
      case "energy-alarm":
        pass().energyFlags.at(-1)?.add(message.energyChannel);
        break;
      case "portal-statistic":
        takeStatistic(open, message);
        break;
      case "speed":
        if (message.valid) pass().speedsKph.push(message.kph);
        break;
      case "occupancy-closed":
        pass().closingNeutronCps = message.neutronBackgroundCps;
        open = undefined;
        break;
      case "tamper":
      case "setup":
      case "opaque":
      case "undecodable":
        break;
    }
  }
  return passes;
};

const takeStatistic = (open: RecordedPass | undefined, { statistic, values }: PortalStatistic): void => {
  if (open === undefined || statistic !== "energy-statistics") return;
  open.smoothedRises[open.smoothedRises.length - 1] = values[1];
};

/** The middle of the plausible entry speeds. */
export const speedKphOf = ({ speedsKph }: RecordedPass): number | null =>
  speedsKph.toSorted((a, b) => a - b)[Math.floor((speedsKph.length - 1) / 2)] ?? null;
