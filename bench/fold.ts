import { rapiscanLineCodec } from "../drivers/rapiscan-line/codec.ts";
import { portalEmissions } from "../simulators/portals/rapiscan-portal.ts";
import { parseScenario } from "../simulators/scenario.ts";
import { laneOptions, laneSettingsOf } from "../src/core/lane-settings.ts";
import { presetNames } from "../src/core/presets.ts";
import { ruleKinds, ruleSet } from "../src/core/rule-set.ts";
import type { OccupancyBackground, RuleInput } from "../src/core/rules/rule.ts";
import { type RuleName, ruleNames } from "../src/domain/rules.ts";
import { foldRecording } from "../src/replay/recording.ts";
import { textTable } from "../src/text-table.ts";

/** Cost of the rules alone, of all of them together, and of decoding and folding a lane's lines. Medians of runs. */
const runs = 7;
const hours = 1;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const perSecond = (count: number, work: () => void): number => {
  work();
  const rates: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now();
    work();
    rates.push((count / (performance.now() - started)) * 1000);
  }
  return median(rates);
};

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

const ruleRate = (names: readonly RuleName[]): number => {
  const rules = ruleSet(new Map(names.map((name) => [name, ruleKinds[name].settings.parse({})])));
  const passages = 2000;
  return perSecond(passages * 60, () => {
    for (let passage = 0; passage < passages; passage += 1) {
      const states = rules.begin(backgroundBefore(passage));
      for (const input of inputs) rules.step(states, input);
    }
  });
};

const laneRate = (preset: string, bytes: Uint8Array, lines: number): number => {
  const settings = laneSettingsOf(laneOptions.parse({ preset }));
  return perSecond(lines, () => {
    const fold = foldRecording({ codec: rapiscanLineCodec({ maxSpeedKph: 60 }), settings });
    for (let at = 0; at < bytes.length; at += 65_536) fold.take(bytes.subarray(at, at + 65_536));
  });
};

const bytes = bytesOfLane();
const lines = bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
const results = {
  intervalsPerSecond: {
    ...Object.fromEntries(ruleNames.map((name) => [name, ruleRate([name])])),
    "all rules": ruleRate(ruleNames),
  },
  linesPerSecond: Object.fromEntries(presetNames.map((preset) => [preset, laneRate(preset, bytes, lines)])),
};

if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(results)}\n`);
else {
  const million = (value: number): string => (value / 1e6).toFixed(2);
  const table = (title: string, figures: Readonly<Record<string, number>>): string =>
    textTable(
      [
        { title, align: "left" },
        { title: "million a second", align: "right" },
      ],
      Object.entries(figures).map(([name, value]) => [name, million(value)]),
    ).join("\n");
  process.stdout.write(`${table("rule, intervals", results.intervalsPerSecond)}\n\n`);
  process.stdout.write(`${table("decode + fold, lines by preset", results.linesPerSecond)}\n`);
}
