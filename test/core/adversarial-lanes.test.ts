import { describe, expect, it } from "vitest";
import { ruleKinds } from "../../src/core/rule-set.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import { ruleNames } from "../../src/domain/rules.ts";
import { checkpointCodec } from "../../src/wire/checkpoint.ts";
import {
  agentOf,
  bootNumber,
  calm,
  foldAll,
  foldOf,
  framesOf,
  GB,
  GX,
  loud,
  north,
  NS,
  times,
  wire,
} from "./frame-life.ts";
import { told } from "./lane-life.ts";

/** Every rule there is, at its defaults. */
const everyRule = {
  rules: Object.fromEntries(
    ruleNames
      .filter((rule) => rule !== "gross-count")
      .map((rule) => [rule, ruleKinds[rule].settings.parse({})]),
  ),
  panels: { stuckAfterIntervals: 10_000 },
};
const energyBackground = "AB1,0000443,0000583,0000289,0000270";
const six = (counts: readonly (number | string)[]): string =>
  counts.map((each) => (typeof each === "number" ? String(each).padStart(6, "0") : each)).join(",");
const gs = (...counts: readonly (number | string)[]): string => `GS,${six(counts)}`;
const ns = (...counts: readonly (number | string)[]): string => `NS,${six(counts)}`;
const zero = gs(0, 0, 0, 0);
const full = gs(999_999, 999_999, 999_999, 999_999);

const isFinite = (value: unknown): boolean =>
  typeof value === "number"
    ? Number.isFinite(value)
    : typeof value !== "object" || value === null || Object.values(value).every(isFinite);

const tell = (
  lines: readonly string[],
): { readonly texts: readonly string[]; readonly events: readonly LaneEvent[] } => {
  const { events, state } = foldAll(foldOf(everyRule), framesOf(agentOf(bootNumber(1)), lines));
  expect(events.filter((event) => !isFinite(event))).toEqual([]);
  const written = checkpointCodec.encode({ laneId: north, frameOffset: 0, state });
  expect(checkpointCodec.decode(written).state).toEqual(state);
  return { texts: [...new Set(told(events))], events };
};

const started = ["agent-started", "occupancy-started"];
const ended = "occupancy-ended closed-by-portal";
const quarantined = (events: readonly LaneEvent[]): readonly string[] =>
  events.flatMap((event) => (event.kind === "bytes-quarantined" ? [event.reason] : []));

describe("with every rule on", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      "counts of 0 are dead panels and no alarm",
      [GB, ...times(20, calm), ...times(20, zero), GX],
      [...started, "fault-raised panel-dead", ended],
    ],
    ["panels that never counted are not there", [GB, ...times(20, zero), GX], [...started, ended]],
    [
      "counts of 999999 are an alarm",
      [GB, ...times(6, calm), ...times(20, full), GX],
      [...started, "alarm-raised gamma", "alarm-updated gamma", "alarm-ended gamma", ended],
    ],
    [
      "a background of 0 makes any count an alarm",
      [gs(0, 0, 0, 0).replace("GS", "GB"), ...times(20, calm), GX],
      [...started, "alarm-raised gamma", "alarm-updated gamma", "alarm-ended gamma", ended],
    ],
    [
      "no background at the start is a fault, and nothing is judged",
      [NS, ...times(20, loud), GX],
      ["agent-started", "occupancy-started", "fault-raised no-background", ended],
    ],
    [
      "the background that comes after it clears the fault, and judges the next",
      [NS, ...times(20, loud), GX, GB, ...times(20, loud), GX],
      [
        "agent-started",
        "occupancy-started",
        "fault-raised no-background",
        ended,
        "fault-cleared no-background",
        "alarm-raised gamma",
        "alarm-updated gamma",
        "alarm-ended gamma",
      ],
    ],
    [
      "energy windows without their background are measured, and not judged",
      [GB, ...times(20, "AS,000200,000100,000050,000050"), GX],
      [...started, ended],
    ],
  ])("%s", (_, lines, expected) => {
    expect(tell(lines).texts).toEqual(expected);
  });

  it.each<[string, string]>([
    ["a negative count", gs("-00071", 20, 20, 20)],
    ["NaN", gs("   NaN", 20, 20, 20)],
    ["Infinity", gs("Infini", 20, 20, 20)],
    ["a fraction", gs("0071.5", 20, 20, 20)],
    ["a hexadecimal number", gs("0x0071", 20, 20, 20)],
    ["an exponent", gs("0001e9", 20, 20, 20)],
    ["a count too long", gs("1000000", 20, 20, 20)],
    ["nothing for a count", gs("", 20, 20, 20)],
    ["a negative neutron count", ns("-00001", 0, 0, 0)],
    ["a negative background", "GB,-00100,000100,000100,000100"],
  ])("%s is kept as undecodable, and those around it are judged", (_, bad) => {
    const good = [GB, ...times(6, calm), ...times(10, loud), GX];
    const { texts, events } = tell([...good.slice(0, 9), bad, ...good.slice(9)]);
    expect(quarantined(events)).toEqual(["bad-field"]);
    expect(texts).toEqual(tell(good).texts);
  });
});

it("an occupancy of 24 h is a fault, raises its alarm at once, keeps its bound and ends as any other", () => {
  const fold = foldOf({ ...everyRule, occupancy: { limitInMs: 300_000 } });
  const agent = agentOf(bootNumber(1));
  const state = fold.start();
  const kinds = new Map<string, number>();
  let stateBytesMax = 0;
  const take = (lines: readonly string[], ms: number): void => {
    agent.wait(ms);
    for (const event of fold.step(state, agent.bytes(wire(lines)))) {
      const key = event.kind === "fault-raised" ? `${event.kind} ${event.fault}` : event.kind;
      kinds.set(key, (kinds.get(key) ?? 0) + 1);
    }
  };
  take([GB, energyBackground], 5000);
  for (let second = 0; second < 86_400; second += 1) {
    const hot = second % 3600 === 1800;
    const counts = Array.from({ length: 5 }, (_, at) => gs((hot ? 300 : 18) + (at % 3), 20, 21, 19));
    take([ns(1, 0, 1, 0), ...counts, "AS,000089,000117,000058,000054"], 1000);
    if (second % 7200 === 0) stateBytesMax = Math.max(stateBytesMax, JSON.stringify(state).length);
  }
  take([GX, GB], 200);
  expect(kinds.get("fault-raised occupancy-stuck")).toBe(1);
  expect(kinds.get("occupancy-started")).toBe(1);
  expect(kinds.get("occupancy-ended")).toBe(1);
  expect(kinds.get("alarm-raised")).toBe(kinds.get("alarm-ended"));
  expect(kinds.get("interval-measured")).toBe(432_000);
  expect(stateBytesMax).toBeLessThan(65_536);
}, 60_000);
