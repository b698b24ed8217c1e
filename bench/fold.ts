/**
 * Cost of each rule alone, of all of them together, and of decoding and folding a lane's lines with each preset:
 * `npx tsx bench/fold.ts [--json] [--runs N]`.
 */
import { parseArgs } from "node:util";
import { rapiscanLineCodec } from "../drivers/rapiscan-line/codec.ts";
import { portalEmissions } from "../simulators/portals/rapiscan-portal.ts";
import { parseScenario } from "../simulators/scenario.ts";
import { laneOptions, laneSettingsOf } from "../src/core/lane-settings.ts";
import { presetNames } from "../src/core/presets.ts";
import { ruleKinds, ruleSet } from "../src/core/rule-set.ts";
import type { OccupancyBackground, RuleInput } from "../src/core/rules/rule.ts";
import { type RuleName, ruleNames } from "../src/domain/rules.ts";
import { foldRecording } from "../src/replay/recording.ts";
import { countOf, say } from "./figures.ts";
import { inRounds, type Repeated } from "./rounds.ts";

const hours = 1;

const bytesOfLane = (): Uint8Array => {
  const scenario = parseScenario({
    seed: "bench",
    lanes: [{ id: "lane-1", transport: { kind: "tcp", port: 0 }, arrivalsPerHour: 60 }],
  });
  const lane = scenario.lanes[0]?.lane;
  if (lane === undefined) throw new Error("The scenario has no lane.");
  const pieces: Uint8Array[] = [];
  for (const emission of portalEmissions(lane)) {
    if (emission.atMs > hours * 3_600_000) break;
    if (emission.kind === "bytes") pieces.push(emission.bytes);
  }
  return Buffer.concat(pieces);
};

/** What the lane had before the passage: no two in a row alike, as the portal's own averages wander. */
const backgroundBefore = (passage: number): OccupancyBackground => {
  const wander = ((passage * 37) % 101) / 120;
  return {
    gammaCps: [391 + wander, 384, 423 - wander, 389],
    neutronCps: [3.5 + wander, 0, 2.6, 0],
    energyCps: [408 + wander, 583, 290 - wander, 288],
  };
};

/** A passage of 60 intervals, again and again: gamma and energy each interval, neutrons each fifth. */
const inputs: readonly RuleInput[] = Array.from({ length: 60 }, (_, interval): readonly RuleInput[] => {
  const gamma = {
    kind: "gamma",
    interval,
    counts: [70 + (interval % 9), 75, 82 - (interval % 7), 78],
  } as const;
  const energy = { kind: "energy", interval, counts: [80, 110 + (interval % 5), 56, 55] } as const;
  const neutron = { kind: "neutron", second: interval / 5, counts: [3 + (interval % 3), 0, 2, 0] } as const;
  return interval % 5 === 0 ? [gamma, energy, neutron] : [gamma, energy];
}).flat();

/** Records of gamma, energy and neutrons go to every rule; intervals are counted. */
const ruleWork = (measurement: string, names: readonly RuleName[]): Repeated => {
  const rules = ruleSet(new Map(names.map((name) => [name, ruleKinds[name].settings.parse({})])));
  const passages = 200;
  const work = (): number => {
    for (let passage = 0; passage < passages; passage += 1) {
      const states = rules.begin(backgroundBefore(passage));
      for (const input of inputs) rules.step(states, input);
    }
    return passages * 60;
  };
  return { measurement, unit: "intervals/s", work };
};

const laneWork = (preset: string, bytes: Uint8Array): Repeated => {
  const settings = laneSettingsOf(laneOptions.parse({ preset }));
  const lines = bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
  const work = (): number => {
    const fold = foldRecording({ codec: rapiscanLineCodec({ maxSpeedKph: 60 }), settings });
    for (let at = 0; at < bytes.length; at += 65_536) fold.take(bytes.subarray(at, at + 65_536));
    return lines;
  };
  return { measurement: `decode + fold, ${preset}`, unit: "lines/s", work };
};

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, runs: { type: "string", default: "7" } },
});
const bytes = bytesOfLane();
const figures = await inRounds(
  [
    ...presetNames.map((preset) => laneWork(preset, bytes)),
    ...ruleNames.map((name) => ruleWork(`rule ${name}`, [name])),
    ruleWork("all rules together", ruleNames),
  ],
  { runs: countOf("runs", options.runs), runInMs: 100 },
);
say({ figures }, options.json);
