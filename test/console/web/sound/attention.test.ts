import { describe, expect, test } from "vitest";
import {
  arrivalsMax,
  floodCounts,
  floodRepeatInMs,
  floodWindowInMs,
  isFlood,
  isMuted,
  repeatInMs,
  silence,
  stepSound,
} from "../../../../src/console/web/sound/attention.ts";
import type { SoundInput, SoundState, Tone } from "../../../../src/console/web/sound/attention.ts";
import type { AlarmKind } from "../../../../src/domain/alarms.ts";
import { alarmId } from "../../../../src/domain/ids.ts";

/** The reducer under a clock that moves when told, and every tone with its time. */
const listen = (output: SoundState["output"] = "open") => {
  let state: SoundState = { ...silence, output };
  let now = 1_000_000;
  const heard: (readonly [number, Tone])[] = [];
  const tell = (input: SoundInput): void => {
    const [after, tone] = stepSound(state, input, now);
    state = after;
    if (tone !== null) heard.push([now - 1_000_000, tone]);
  };
  const queue = (kinds: readonly AlarmKind[], arrived: readonly AlarmKind[] = []): void =>
    tell({ kind: "queue", waiting: kinds.map((kind, n) => ({ alarmId: alarmId(`a${n}`), kind })), arrived });
  return {
    tell,
    queue,
    /** Ticks ten times a second, as the page does. */
    pass: (durationInMs: number) => {
      for (let passed = 0; passed < durationInMs; passed += 100) {
        now += 100;
        tell({ kind: "tick" });
      }
    },
    heard,
    state: () => state,
    now: () => now,
  };
};

describe("one alarm", () => {
  test("sounds at once and again every few seconds, until it is acknowledged", () => {
    const ears = listen();
    ears.queue(["gamma"], ["gamma"]);
    ears.pass(12_000);
    expect(ears.heard).toEqual([
      [0, "severity-2"],
      [repeatInMs, "severity-2"],
      [2 * repeatInMs, "severity-2"],
    ]);
    ears.queue([]);
    ears.pass(60_000);
    expect(ears.heard).toHaveLength(3);
  });

  test.each<readonly [readonly AlarmKind[], Tone]>([
    [["energy"], "severity-3"],
    [["energy", "gamma"], "severity-2"],
    [["gamma", "neutron"], "severity-1"],
    [["gamma-neutron"], "severity-1"],
  ])("of %j the most severe is heard, one tone at a time: %s", (kinds, tone) => {
    const ears = listen();
    ears.queue(kinds, kinds);
    expect(ears.heard).toEqual([[0, tone]]);
  });

  test("that comes between two tones is heard at once", () => {
    const ears = listen();
    ears.queue(["gamma"], ["gamma"]);
    ears.pass(2000);
    ears.queue(["gamma", "neutron"], ["neutron"]);
    expect(ears.heard.at(-1)).toEqual([2000, "severity-1"]);
  });

  test("that was there when the page opened sounds too, and is no arrival", () => {
    const ears = listen();
    ears.queue(["gamma"]);
    expect(ears.heard).toEqual([[0, "severity-2"]]);
    expect(ears.state().arrivals).toEqual([]);
  });
});

describe("a flood", () => {
  const kinds: readonly AlarmKind[] = [...Array<AlarmKind>(9).fill("gamma"), "neutron", "energy"];

  test("is more than ten in ten minutes: one tone a half minute, with counts by kind", () => {
    const ears = listen();
    ears.queue(kinds.slice(0, 10), kinds.slice(0, 10));
    expect(isFlood(ears.state())).toBe(false);
    ears.pass(1000);
    ears.queue(kinds, ["energy"]);
    expect(isFlood(ears.state())).toBe(true);
    expect(floodCounts(ears.state())).toEqual([
      ["neutron", 1],
      ["gamma", 9],
      ["energy", 1],
    ]);
    ears.pass(95_000);
    expect(ears.heard).toEqual([
      [0, "severity-1"],
      [floodRepeatInMs, "flood"],
      [2 * floodRepeatInMs, "flood"],
      [3 * floodRepeatInMs, "flood"],
    ]);
  });

  test("is over when its window has fewer, and then every severity has its tone again", () => {
    const ears = listen();
    ears.queue(kinds, kinds);
    ears.pass(floodWindowInMs);
    expect(isFlood(ears.state())).toBe(false);
    ears.pass(repeatInMs);
    expect(ears.heard.at(-1)?.[1]).toBe("severity-1");
  });

  test("keeps a bounded memory", () => {
    const ears = listen();
    ears.queue(kinds, Array<AlarmKind>(arrivalsMax + 5).fill("gamma"));
    expect(ears.state().arrivals).toHaveLength(arrivalsMax);
  });
});

describe("mute", () => {
  test("is silent for its time, ends by itself, and then sounds at once what still waits", () => {
    const ears = listen();
    ears.queue(["gamma"], ["gamma"]);
    ears.tell({ kind: "mute", forInMs: 60_000 });
    expect(isMuted(ears.state(), ears.now())).toBe(true);
    ears.pass(59_900);
    expect(ears.heard).toHaveLength(1);
    ears.pass(100);
    expect(isMuted(ears.state(), ears.now())).toBe(false);
    expect(ears.heard.at(-1)).toEqual([60_000, "severity-2"]);
  });

  test("ends when the officer says so", () => {
    const ears = listen();
    ears.tell({ kind: "mute", forInMs: 60_000 });
    ears.queue(["gamma"], ["gamma"]);
    expect(ears.heard).toEqual([]);
    ears.tell({ kind: "unmute" });
    expect(ears.heard).toEqual([[0, "severity-2"]]);
  });
});

test("a browser that plays nothing yet is told nothing, and the tone comes as soon as it may", () => {
  const ears = listen("locked");
  ears.queue(["neutron"], ["neutron"]);
  ears.pass(20_000);
  expect(ears.heard).toEqual([]);
  ears.tell({ kind: "output", output: "open" });
  expect(ears.heard).toEqual([[20_000, "severity-1"]]);
});
