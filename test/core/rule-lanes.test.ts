import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import type { FrameFoldState } from "../../src/core/frame-fold.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import { presetNames, presets } from "../../src/core/presets.ts";
import { ruleKinds } from "../../src/core/rule-set.ts";
import type { Alarm } from "../../src/domain/alarms.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { Message } from "../../src/domain/messages.ts";
import type { PerPanel } from "../../src/domain/panels.ts";
import { type RuleName, ruleNames } from "../../src/domain/rules.ts";
import { foldRecording } from "../../src/replay/recording.ts";
import { emptyTally, tallyEvent } from "../../src/replay/tally.ts";
import { checkpointCodec } from "../../src/wire/checkpoint.ts";
import { agentOf, bootNumber, foldAll, foldOf, framesOf, GB, GX, north, times } from "./frame-life.ts";
import { background, calm, closed, flagged, laneLife, loud, neutron, theOne, told } from "./lane-life.ts";
import { areThere, norm, nothing, recordedPasses, recordings } from "./rules/recorded-passes.ts";

const laneRuleNames = ruleNames.filter((rule) => rule !== "gross-count");
/** Every rule with its defaults. */
const everyRule = {
  grossCount: { groups: ["sum", "vertical", "horizontal", "single"] },
  rules: Object.fromEntries(laneRuleNames.map((rule) => [rule, {}])),
};

const eventsOf = (name: string, given: unknown = {}): readonly LaneEvent[] => {
  const settings = laneSettingsOf(laneOptions.parse(given));
  const fold = foldRecording({ codec: rapiscanLine.codec({}), settings });
  return [...fold.take(readFileSync(join(recordings, name))), ...fold.end()];
};

if (!areThere) it.skip(`the recordings are not at ${recordings}: their tests are skipped`, () => undefined);

describe.runIf(areThere)("window-ratio in a lane, over recordings", () => {
  const ended = (events: readonly LaneEvent[]): readonly Alarm[] =>
    events.flatMap((event) => (event.kind === "alarm-ended" ? [event.alarm] : []));
  const byWindowRatio = (events: readonly LaneEvent[]): readonly Alarm[] =>
    ended(events).filter(({ decisions }) => decisions.some(({ rule }) => rule === "window-ratio"));

  it("raises an energy alarm of the core's own in each of the twelve passes with NORM", () => {
    const alarms = byWindowRatio(eventsOf(norm));
    expect(alarms.map(({ kind }) => kind)).toEqual(times(12, "energy"));
    expect(new Set(alarms.map(({ occupancyId }) => occupancyId)).size).toBe(12);
  });

  it("raises none in the twelve passes with nothing", () => {
    const events = eventsOf(nothing);
    expect(events.filter(({ kind }) => kind === "occupancy-ended")).toHaveLength(12);
    expect(events.some(({ kind }) => kind === "energy-measured")).toBe(true);
    expect(byWindowRatio(events)).toEqual([]);
  });

  it("agrees with the portal's first energy channel but for two of 330 records, record by record", () => {
    const flags = recordedPasses(norm).flatMap(({ energyFlags }) => energyFlags.map((on) => on.has(1)));
    const verdicts = eventsOf(norm).flatMap((event) =>
      event.kind === "energy-measured" ? [event.rules.find(({ rule }) => rule === "window-ratio")] : [],
    );
    expect(verdicts).toHaveLength(flags.length);
    const pairs = flags.map((flag, at) => {
      const said = verdicts[at];
      return { flag, own: said !== undefined && "alarm" in said && said.alarm };
    });
    expect({
      flagged: pairs.filter(({ flag }) => flag).length,
      agree: pairs.filter(({ flag, own }) => flag && own).length,
      false: pairs.filter(({ flag, own }) => !flag && own).length,
      missed: pairs.filter(({ flag, own }) => flag && !own).length,
    }).toEqual({ flagged: 330, agree: 328, false: 0, missed: 2 });
  });

  it.each<[string, unknown]>([
    ["the default preset", {}],
    ["every rule", { rules: everyRule.rules }],
  ])("leaves gross count as it was, with %s", (_, given) => {
    const tally = eventsOf(norm, given).reduce(tallyEvent, emptyTally);
    expect(tally).toMatchObject({ agree: 327, false: 0, missed: 0, intervals: 719 });
  });
});

/** Neutrons that no background explains, without the portal's flag. */
const manyNeutrons: Message = { kind: "neutron-interval", counts: [90, 0, 80, 0], portalAlarm: false };
const exactNeutrons: Message = {
  kind: "neutron-background",
  cps: [2, 0, 2, 0],
  precision: "exact",
  level: "normal",
};
const sixLoud: readonly Message[] = Array.from({ length: 6 }, () => loud);
const sprt = { rules: { "neutron-sprt": {} } };

describe("gammas and neutrons of one vehicle", () => {
  it.each<[string, readonly Message[], readonly string[], string]>([
    [
      "gammas first",
      [...sixLoud, manyNeutrons, closed],
      ["alarm-raised gamma", "alarm-updated gamma-neutron", "alarm-ended gamma-neutron"],
      "gamma",
    ],
    [
      "neutrons first",
      [calm, manyNeutrons, ...sixLoud, closed],
      ["alarm-raised neutron", "alarm-updated gamma-neutron", "alarm-ended gamma-neutron"],
      "neutron",
    ],
  ])("are one alarm with one id, judged by the core alone: %s", (_, messages, expected, name) => {
    const life = laneLife(sprt);
    life.say(exactNeutrons, background());
    life.wait(5);
    const events = life.say(...messages);
    const alarms = events.flatMap((event) => ("alarm" in event ? [event.alarm] : []));
    const kinds = told(events).filter((text) => text.startsWith("alarm"));
    expect(kinds.filter((text, at) => text !== kinds[at - 1])).toEqual(expected);
    expect(new Set(alarms.map(({ alarmId }) => alarmId)).size).toBe(1);
    expect(alarms[0]?.alarmId).toMatch(new RegExp(`~${name}$`));
    expect(alarms.map(({ version }) => version)).toEqual(alarms.map((__, at) => at + 1));
    const { decisions } = theOne(events, "alarm-ended").alarm;
    expect(new Set(decisions.map(({ rule }) => rule))).toEqual(new Set(["gross-count", "neutron-sprt"]));
  });

  it("are one alarm too where the portal's flags alone say so", () => {
    const life = laneLife({ rules: { "neutron-sprt": null } });
    life.say(background());
    const events = life.say(flagged, neutron(true), closed);
    expect(told(events)).toEqual([
      "occupancy-started",
      "alarm-raised gamma",
      "alarm-updated gamma-neutron",
      "alarm-ended gamma-neutron",
      "occupancy-ended closed-by-portal",
    ]);
  });
});

const digits = (count: number): string => String(count).padStart(6, "0");
const line = (tag: string, counts: PerPanel): string => `${tag},${counts.map(digits).join(",")}`;
/** A pass with gammas, energies and neutrons, quiet at first, then well above the background. */
const wholePass: readonly string[] = [
  GB,
  line("NB1", [2, 0, 2, 0]),
  line("AB1", [443, 583, 289, 270]),
  ...Array.from({ length: 50 }, (_, at) => {
    const up = at > 15 && at < 35;
    const gamma = line("GS", up ? [60 + at, 70, 55, 50] : [20, 21 + (at % 3), 19, 20]);
    const energy = line("AS", up ? [200, 190, 60 + at, 50] : [89, 117, 58, 54]);
    return at % 5 === 4 ? [line("NS", up ? [9, 0, 8, 0] : [1, 0, 2, 0]), gamma, energy] : [gamma, energy];
  }).flat(),
  GX,
  GB,
];

describe("a restart in the middle of an occupancy", () => {
  const frames = framesOf(agentOf(bootNumber(1)), wholePass);
  const written = (state: FrameFoldState, at: number): FrameFoldState =>
    checkpointCodec.decode(checkpointCodec.encode({ laneId: north, frameOffset: at, state })).state;

  it("with every rule on gives the events of one pass, wherever it comes", () => {
    const fold = foldOf(everyRule);
    const whole = foldAll(fold, frames);
    const held = new Set(
      whole.events.flatMap((event) =>
        event.kind === "alarm-ended" ? event.alarm.decisions.map(({ rule }) => rule) : [],
      ),
    );
    expect(held.size).toBeGreaterThan(5);
    for (let at = 1; at < frames.length; at += 1) {
      const first = foldAll(fold, frames.slice(0, at));
      const second = foldAll(foldOf(everyRule), frames.slice(at), written(first.state, at));
      expect([...first.events, ...second.events]).toEqual(whole.events);
      expect(second.state).toEqual(whole.state);
    }
  });

  it.each<[string, unknown, readonly RuleName[]]>([
    [
      "other settings of a rule",
      { rules: { "window-ratio": { windowIntervals: 3 } } },
      ["window-ratio", "neutron-sprt"],
    ],
    ["another preset", { preset: "sensitive" }, Object.keys(presets.sensitive.rules) as RuleName[]],
    ["every rule", everyRule, laneRuleNames],
    ["no rule", { rules: { "window-ratio": null, "neutron-sprt": null } }, []],
  ])("with %s begins the rules anew and goes on", (_, given, rulesThen) => {
    const at = 40;
    const first = foldAll(foldOf(), frames.slice(0, at));
    const occupancyId = first.state.lane.occupancy?.occupancyId;
    expect(occupancyId).toBeDefined();
    const fold = foldOf(given);
    const rest = foldAll(fold, frames.slice(at), written(first.state, at));
    const next = foldAll(fold, frames.slice(at, at + 3), written(first.state, at)).state.lane.occupancy;
    expect((next?.rules ?? []).map(({ rule }) => rule).toSorted()).toEqual([...rulesThen].toSorted());
    const [energy] = rest.events.flatMap((event) => (event.kind === "energy-measured" ? [event] : []));
    const ratio = energy?.rules.find(({ rule }) => rule === "window-ratio");
    // A window that has begun anew is not full, though the occupancy has been under way for longer.
    expect(ratio).toEqual(
      rulesThen.includes("window-ratio") ? { rule: "window-ratio", undecided: "window-not-full" } : undefined,
    );
    expect(energy?.energyInterval).toBeGreaterThan(15);
    expect(theOne(rest.events, "occupancy-ended")).toMatchObject({ occupancyId, intervals: 50 });
  });
});

const stateBytesMax = 64 * 1024;
const most = 999_999;

/** The largest state that each rule's settings allow. */
const largest = {
  grossCount: { groups: ["sum", "vertical", "horizontal", "single"], windowIntervals: 50 },
  rules: {
    ...everyRule.rules,
    "suppressed-gross-count": { windowIntervals: 50, gapIntervals: 50, baselineIntervals: 50 },
    "matched-filter": { speedsInKph: [1, 2, 3, 4, 5, 6, 7, 8], distanceInM: 10 },
    "neutron-poisson": { windowSeconds: 60 },
    "neutron-binomial": { windowSeconds: 60 },
    "neutron-sequential": { consecutiveSeconds: 60 },
    "window-ratio": { windowIntervals: 50 },
    "two-window": { windowIntervals: 50 },
    "spectral-ratios": { windowIntervals: 50 },
  },
};

describe("the state of a lane stays below its bound", () => {
  const second = (counts: PerPanel, portalAlarm: boolean): readonly Message[] => [
    ...Array.from({ length: 5 }, (): readonly Message[] => [
      { kind: "gamma-interval", counts, portalAlarm },
      { kind: "energy-window-interval", counts },
      ...(portalAlarm ? [{ kind: "energy-alarm", energyChannel: 1, mask: "11111A" } as const] : []),
    ]).flat(),
    { kind: "neutron-interval", counts, portalAlarm },
  ];
  const backgrounds = (cps: PerPanel): readonly Message[] => [
    { kind: "gamma-background", cps, level: "normal" },
    { kind: "neutron-background", cps, precision: "exact", level: "normal" },
    { kind: "energy-window-background", cps },
  ];
  const all = (each: number): PerPanel => [each, each, each, each];
  /** The largest JSON of the state over so many seconds. */
  const largestOver = (
    given: unknown,
    cps: PerPanel,
    seconds: Iterable<{ readonly counts: PerPanel; readonly flag: boolean }>,
  ): number => {
    const life = laneLife(given);
    life.say(...backgrounds(cps));
    let bytes = 0;
    let at = 0;
    for (const { counts, flag } of seconds) {
      life.say(...second(counts, flag));
      at += 1;
      if (at % 61 === 0) bytes = Math.max(bytes, JSON.stringify(life.state()).length);
    }
    return Math.max(bytes, JSON.stringify(life.state()).length);
  };

  it.each<[string, unknown, number]>([
    ...presetNames.map((preset): [string, unknown, number] => [
      `the preset ${preset}`,
      { preset },
      stateBytesMax,
    ]),
    ["every rule", everyRule, stateBytesMax],
    // Not a setting that anybody needs, but it is allowed: the longest windows of all rules at once.
    ["every rule as large as it can be set", largest, stateBytesMax],
  ])(
    "whatever the counts, with %s",
    (_, given, bytesMax) => {
      const extreme = fc.constantFrom(0, 1, 20, most);
      const counts = fc.tuple(extreme, extreme, extreme, extreme);
      const some = fc.array(fc.record({ counts, flag: fc.boolean() }), { minLength: 1, maxLength: 12 });
      fc.assert(
        fc.property(counts, some, (cps, pattern) => {
          const seconds = Array.from(
            { length: 170 },
            (__, at) => pattern[at % pattern.length] ?? { counts: cps, flag: true },
          );
          expect(largestOver(given, cps, seconds)).toBeLessThan(bytesMax);
        }),
        { numRuns: 8, examples: [[all(1), [{ counts: all(most), flag: true }]]] },
      );
    },
    120_000,
  );

  it("in an occupancy that has lasted for 24 h, of counts of 0 and 999999", () => {
    const life = laneLife(everyRule);
    life.say(...backgrounds(all(1)));
    const minutes = (from: number, to: number): void => {
      for (let at = from; at < to; at += 1) life.say(...second(all(at < 160 || at % 7 < 4 ? most : 0), true));
    };
    minutes(0, 300);
    // What a day of the same does to counters; nothing else of the state grows after what is kept is full.
    const before = JSON.stringify(life.state()).length;
    minutes(300, 1500);
    const after = JSON.stringify(life.state()).length;
    // Counters of the occupancy, its alarms and rules get longer by a digit, evidence by its decimals.
    expect(after - before).toBeLessThan(1024);
    const { occupancy } = life.state();
    expect(occupancy?.intervals).toBe(7500);
    if (occupancy === null) throw new Error("no occupancy");
    const day = { ...occupancy, intervals: 432_000, seconds: 86_400, energyRecords: 432_000 };
    const late = laneLife(everyRule, { ...life.state(), occupancy: day });
    for (let at = 0; at < 100; at += 1) late.say(...second(all(at % 7 < 3 ? 0 : most), true));
    expect(late.state().occupancy?.intervals).toBe(432_500);
    expect(JSON.stringify(late.state()).length).toBeLessThan(stateBytesMax);
  });
});

describe("presets and rules of a lane", () => {
  it.each(presetNames)("%s gives the settings of its rules, whole", (preset) => {
    const settings = laneSettingsOf(laneOptions.parse({ preset }));
    expect([...settings.rules.keys()].toSorted()).toEqual(Object.keys(presets[preset].rules).toSorted());
    for (const [rule, given] of settings.rules) expect(ruleKinds[rule].settings.parse(given)).toEqual(given);
    expect(settings.grossCount).toMatchObject(presets[preset].grossCount);
  });

  it("switches off a preset's rule with null, sets one, and adds another", () => {
    const { rules } = laneSettingsOf(
      laneOptions.parse({ rules: { "neutron-sprt": null, "window-ratio": { rise: 0.5 }, cusum: {} } }),
    );
    expect([...rules.keys()]).toEqual(["cusum", "window-ratio"]);
    expect(rules.get("window-ratio")).toEqual({ rise: 0.5, windowIntervals: 15, hardCountsMin: 100 });
  });

  it("changes of a preset's gross count only what is named", () => {
    const given = { preset: "sensitive", grossCount: { windowIntervals: 8 } };
    expect(laneSettingsOf(laneOptions.parse(given)).grossCount).toEqual({
      nSigma: 4,
      groups: ["sum", "vertical", "horizontal", "single"],
      windowIntervals: 8,
    });
  });

  it("withholds what its preset does, unless the lane says otherwise", () => {
    const withheld = (given: unknown): unknown => laneSettingsOf(laneOptions.parse(given)).withhold;
    expect(withheld({})).toBeNull();
    expect(withheld({ preset: "norm-discriminating" })).toEqual({ classes: ["norm-like"] });
    expect(withheld({ preset: "norm-discriminating", withhold: null })).toBeNull();
    expect(withheld({ withhold: { classes: ["medical-like"] } })).toEqual({ classes: ["medical-like"] });
  });

  it.each<[string, unknown, readonly PropertyKey[]]>([
    ["an unknown rule", { rules: { hunch: {} } }, ["rules"]],
    ["gross count among the others", { rules: { "gross-count": {} } }, ["rules"]],
    ["an unknown setting", { rules: { cusum: { mood: 1 } } }, ["rules", "cusum"]],
    ["a setting out of its range", { rules: { cusum: { limit: -1 } } }, ["rules", "cusum", "limit"]],
    ["an unknown preset", { preset: "shy" }, ["preset"]],
  ])("refuses %s with its path", (_, given, path) => {
    const parsed = laneOptions.safeParse(given);
    expect(parsed.error?.issues.map((issue) => issue.path)).toEqual([path]);
  });
});
