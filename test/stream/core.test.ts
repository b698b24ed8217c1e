import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { untouched } from "../../src/core/adjudication.ts";
import type { AlarmCase, AlarmCommand } from "../../src/domain/adjudication.ts";
import type { Alarm } from "../../src/domain/alarms.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { type AlarmId, laneId } from "../../src/domain/ids.ts";
import { casesReadBackInMs } from "../../src/records.ts";
import { checkpointEvery } from "../../src/stream/lane-worker.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import { agentOf, alarmedPass, bootNumber, framesOf, GB, noon, utf8 } from "../core/frame-life.ts";
import { told } from "../core/lane-life.ts";
import {
  type Breakage,
  type CorePlace,
  judged,
  newsOf,
  openCorePlace,
  partitionCount,
} from "./core-place.ts";
import { acknowledge, claim, command, dispose, officer, ozols } from "../commands.ts";
import { aCase, anAlarm } from "../core/board-history.ts";

const north = laneId("north-1");
const passFrames = (passes = 1, lane = north): readonly Frame[] =>
  framesOf(agentOf(bootNumber(1), noon, lane), Array.from({ length: passes }, () => alarmedPass).flat());

const theCase = async (place: CorePlace): Promise<AlarmCase> => {
  const [first, ...others] = (await place.cases()).values();
  if (first === undefined || others.length > 0) throw new Error(`${others.length + 1} cases, not one`);
  return first;
};

/** Everything told, with a core that is never disturbed. */
const undisturbed = async (frames: readonly Frame[]): Promise<CorePlace> => {
  const place = openCorePlace();
  const core = place.start();
  await place.tellFrames(frames);
  await core.caughtUp();
  await core.stop();
  return place;
};

describe("frames become", () => {
  it("events, each with its frame's identity and both times", async () => {
    const place = await undisturbed(passFrames());
    const events = await place.events();
    expect(
      told(events.map(({ event }) => event)).filter((text) => !text.startsWith("alarm-updated")),
    ).toEqual([
      "agent-started",
      "occupancy-started",
      "alarm-raised gamma",
      "alarm-ended gamma",
      "occupancy-ended closed-by-portal",
    ]);
    expect(events[0]).toMatchObject({
      eventId: `north-1~${bootNumber(1)}~0~0`,
      laneId: north,
      capturedAt: noon + 5000,
    });
    expect(events[0]?.decidedAt).toBe(Date.UTC(2024, 0, 1));
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
  });

  it("measurements and quarantined bytes, each in its topic", async () => {
    const place = openCorePlace();
    const core = place.start();
    const agent = agentOf(bootNumber(1));
    await place.tellFrames([agent.bytes(`${GB}\r\nrubbish\r\n`)]);
    await core.caughtUp();
    await core.stop();
    const at = partitionOf(north, partitionCount);
    expect(await place.log.end("lanewatch.measurements.v1", at)).toBe(1);
    expect(await place.log.end("lanewatch.quarantine.v1", at)).toBe(1);
  });

  it("one case an alarm, in its latest version", async () => {
    const place = await undisturbed(passFrames());
    const { alarm, adjudication } = await theCase(place);
    expect(alarm).toMatchObject({ state: "ended", kind: "gamma", laneId: north, occupancyNumber: 594 });
    expect(adjudication).toEqual(untouched);
    expect(place.caseHistory().map((one) => one.alarm.version)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("checkpoints that cover them", async () => {
    const frames = passFrames();
    const place = await undisturbed(frames);
    const [checkpoint] = await place.checkpoints();
    expect(checkpoint).toMatchObject({ laneId: north, frameOffset: frames.length - 1 });
  });

  it("nothing where the lane is not configured: that is said once a lane", async () => {
    const place = openCorePlace();
    const core = place.start();
    await place.tellFrames([
      ...passFrames(1, laneId("stranger")),
      ...passFrames(1, laneId("other")),
      ...passFrames(),
    ]);
    await core.caughtUp();
    await core.stop();
    expect(place.problems.map(({ message }) => message).sort()).toEqual([
      "There is no lane other in the configuration; its frames are passed over.",
      "There is no lane stranger in the configuration; its frames are passed over.",
    ]);
    expect((await place.events()).every((record) => record.laneId === north)).toBe(true);
  });

  it("nothing where they cannot be read, and the next are read", async () => {
    const place = openCorePlace();
    const core = place.start();
    await place.put("lanewatch.frames.v1", north, utf8.encode("no frame"));
    await place.tellFrames(passFrames());
    await core.caughtUp();
    await core.stop();
    expect(place.problems).toMatchObject([{ topic: "lanewatch.frames.v1", offset: 0 }]);
    expect((await place.cases()).size).toBe(1);
  });
});

describe("commands are decided", () => {
  it("once, in their order, with the case in its new state", async () => {
    const place = openCorePlace();
    const core = place.start();
    await place.tellFrames(passFrames());
    await core.caughtUp();
    const { alarm } = await theCase(place);
    const commands = [
      dispose(alarm, { id: "command-0", seen: 0 }),
      claim(alarm, { id: "command-1" }),
      claim(alarm, { id: "command-1" }),
      dispose(alarm, { id: "command-2" }),
      dispose(alarm, { id: "command-3", seen: 2 }),
    ];
    await place.ask(commands);
    await core.caughtUp();
    await core.stop();
    expect(
      (await place.decisions()).map((decision) =>
        decision.outcome === "accepted" ? decision.version : decision.refusal,
      ),
    ).toEqual(["not-holder", 1, 1, 2, "already-dispositioned"]);
    expect((await theCase(place)).adjudication).toMatchObject({
      version: 2,
      state: "dispositioned",
      history: [claim(alarm, { id: "command-1" }), dispose(alarm, { id: "command-2" })],
    });
  });

  it("not again after a restart", async () => {
    const place = await undisturbed(passFrames());
    const { alarm } = await theCase(place);
    await place.ask([acknowledge(alarm)]);
    for (let restart = 0; restart < 3; restart += 1) {
      const core = place.start();
      await core.caughtUp();
      await core.stop();
    }
    expect(await place.decisions()).toHaveLength(1);
    const core = place.start();
    await place.ask([acknowledge(alarm)]);
    await core.caughtUp();
    await core.stop();
    expect((await place.decisions()).map(({ outcome }) => outcome)).toEqual(["accepted", "accepted"]);
    expect((await theCase(place)).adjudication.version).toBe(1);
  });

  it("and unreadable ones are passed over", async () => {
    const place = openCorePlace();
    const core = place.start();
    await place.put("lanewatch.commands.v1", north, utf8.encode("{}"));
    await core.caughtUp();
    await core.stop();
    expect(place.problems).toMatchObject([{ topic: "lanewatch.commands.v1", offset: 0 }]);
    expect(await place.decisions()).toEqual([]);
  });

  it("on the other lane's alarm not at all", async () => {
    const place = await undisturbed(passFrames());
    const { alarm } = await theCase(place);
    const core = place.start();
    await place.ask([acknowledge({ ...alarm, laneId: laneId("south-2") })]);
    await core.caughtUp();
    await core.stop();
    expect(await place.decisions()).toMatchObject([{ outcome: "refused", refusal: "unknown-alarm" }]);
    expect(place.caseHistory().every(({ adjudication }) => adjudication.version === 0)).toBe(true);
  });
});

describe("a case that is over", () => {
  const over = aCase({ lane: north, state: "ended" }, 2);
  const { alarm } = over;
  const comment = (id: string, seen = 2): AlarmCommand =>
    command(alarm, { kind: "comment", text: "Seen again." }, { id, seen });
  const decide = async (place: CorePlace, ...asked: readonly AlarmCommand[]): Promise<AlarmCase> => {
    const core = place.start();
    await place.ask(asked);
    await core.caughtUp();
    await core.stop();
    return theCase(place);
  };

  it("is commented on, reopened and disposed of again, after any number of restarts", async () => {
    const place = openCorePlace();
    await place.tellCases([over]);
    const reopen = command(alarm, { kind: "reopen", reason: "It is back." }, { seen: 3 });
    const approve = command(alarm, { kind: "approve", remark: "" }, { seen: 4, by: ozols });
    await decide(place, comment("comment-1"));
    await decide(place, reopen, approve);
    const again = await decide(place, claim(alarm, { seen: 5 }), dispose(alarm, { seen: 6 }));
    expect(again).toMatchObject({ alarm, adjudication: { version: 7, state: "dispositioned" } });
    expect(again.adjudication.history.map(({ act }) => act.kind)).toEqual([
      "claim",
      "dispose",
      "comment",
      "reopen",
      "approve",
      "claim",
      "dispose",
    ]);
  });

  const partition = partitionOf(north, partitionCount);
  const longAgo = async (): Promise<{ readonly place: CorePlace; readonly offset: number }> => {
    const place = openCorePlace();
    await place.tellCases([over]);
    await place.clock.advance(casesReadBackInMs + 1);
    // What a core writes that has gone on meanwhile.
    await place.put("lanewatch.commands.v1", north, utf8.encode("{}"));
    const core = place.start();
    await core.caughtUp();
    await core.stop();
    const [record] = await place.log.latest("lanewatch.alarms.v1", partition);
    return { place, offset: record?.offset ?? Number.NaN };
  };

  it("since long is not read at a start, and found where the command says that it stands", async () => {
    const { place, offset } = await longAgo();
    expect(await decide(place, comment("comment-1"))).toEqual(over);
    const found = await decide(place, { ...comment("comment-2"), caseOffset: offset });
    expect(found.adjudication.version).toBe(3);
    expect(
      (await place.decisions()).map((one) => (one.outcome === "refused" ? one.refusal : one.version)),
    ).toEqual(["unknown-alarm", 3]);
  });

  it("is not taken for another one that stands there", async () => {
    const { place } = await longAgo();
    const other = anAlarm({ lane: north, occupancy: 3, kind: "neutron" });
    await place.tellCases([{ alarm: other, adjudication: untouched }]);
    const end = await place.log.end("lanewatch.alarms.v1", partition);
    const core = place.start();
    await place.ask([
      { ...comment("comment-1"), caseOffset: end - 1 },
      { ...comment("comment-2"), caseOffset: 999 },
    ]);
    await core.caughtUp();
    await core.stop();
    expect(await place.decisions()).toMatchObject(
      Array.from({ length: 2 }, () => ({ refusal: "unknown-alarm" })),
    );
  });
});

describe("an open case", () => {
  it("is said again each day, so that no start forgets it, however long it waits", async () => {
    const place = openCorePlace();
    const waiting = aCase({ lane: north, state: "ended" }, 1);
    await place.tellCases([waiting]);
    for (let day = 0; day < 12; day += 1) {
      const core = place.start();
      await core.caughtUp();
      await place.clock.advance(86_400_000);
      await core.stop();
    }
    expect(place.caseHistory().length).toBeGreaterThan(8);
    expect(place.caseHistory().every((each) => isDeepStrictEqual(each, waiting))).toBe(true);
    const core = place.start();
    await place.ask([command(waiting.alarm, { kind: "release" }, { seen: 1, by: officer("Ada") })]);
    await core.caughtUp();
    await core.stop();
    expect(await place.decisions()).toMatchObject([{ outcome: "accepted", version: 2 }]);
  });

  it("is known again when no core has run for a year", async () => {
    const place = openCorePlace();
    const waiting = aCase({ lane: north, state: "ended" }, 1);
    await place.tellCases([waiting]);
    await place.put("lanewatch.commands.v1", north, utf8.encode("{}"));
    const first = place.start();
    await first.caughtUp();
    await first.stop();
    await place.clock.advance(365 * 86_400_000);
    const core = place.start();
    await place.ask([command(waiting.alarm, { kind: "release" }, { seen: 1, by: officer("Ada") })]);
    await core.caughtUp();
    await core.stop();
    expect(await place.decisions()).toMatchObject([{ outcome: "accepted", version: 2 }]);
  });
});

describe("a restart", () => {
  it("reads on where the checkpoint ends", async () => {
    const frames = passFrames(3);
    const place = await undisturbed(frames);
    const before = place.framesRead();
    const core = place.start();
    await core.caughtUp();
    await core.stop();
    expect(place.framesRead()).toBe(before);
  });

  it("does not read the whole log again for a lane that has never said a word", async () => {
    const lanes = [judged("north-1"), ...["a", "b", "c", "d", "e", "f"].map((lane) => judged(lane))];
    const place = openCorePlace(lanes);
    const agent = agentOf(bootNumber(1));
    const beats = Array.from({ length: checkpointEvery.offsets + 600 }, () =>
      agent.frame({ kind: "heartbeat" }),
    );
    const first = place.start();
    await place.tellFrames(beats);
    await first.caughtUp();
    await first.stop();
    const before = place.framesRead();
    const second = place.start();
    await second.caughtUp();
    await second.stop();
    expect(place.framesRead() - before).toBeLessThan(1200);
  });

  it("with a checkpoint that cannot be read folds everything again, and alarms nobody twice", async () => {
    const place = await undisturbed(passFrames(2));
    const cases = await place.cases();
    const first = [...cases.values()][0]?.alarm;
    if (first === undefined) throw new Error("no alarm");
    const officers = place.start();
    await place.ask([claim(first, { id: "command-1" }), dispose(first, { id: "command-2" })]);
    await officers.caughtUp();
    await officers.stop();
    const adjudicated = await place.cases();
    const history = place.caseHistory().length;
    await place.put("lanewatch.lane-state.v1", north, utf8.encode('{"v":0}'));
    const again = place.start();
    await again.caughtUp();
    await again.stop();
    expect(place.problems).toMatchObject([{ topic: "lanewatch.lane-state.v1" }]);
    expect(place.caseHistory()).toHaveLength(history);
    expect(await place.cases()).toEqual(adjudicated);
  });
});

describe("a log that fails", () => {
  it.each<[Breakage]>([["before-storing"], ["after-storing"]])(
    "ends the core with its error, %s",
    async (how) => {
      const place = openCorePlace();
      const core = place.start();
      core.breakAfter(0, how);
      await place.tellFrames(passFrames());
      expect(await core.ended).toMatchObject({ code: "log-failed" });
    },
  );

  it("over a command ends the whole core, also its frames", async () => {
    const place = openCorePlace();
    const core = place.start();
    core.breakAfter(0, "before-storing");
    await place.ask([acknowledge({ alarmId: "north-1~x~1~gamma" as AlarmId, laneId: north })]);
    expect(await core.ended).toMatchObject({ code: "log-failed" });
    await place.tellFrames(passFrames());
    expect(await place.events()).toEqual([]);
  });

  it("ends it only when nothing of it is under way any more", async () => {
    // One loop fails while the other's append is on its way: whoever starts the next core must find it done.
    const place = openCorePlace();
    const core = place.start();
    await core.caughtUp();
    core.breakAfter(0, "before-storing");
    await Promise.all([
      place.tellFrames(passFrames()),
      place.ask([acknowledge({ alarmId: "x~y~1~gamma" as AlarmId, laneId: north })]),
    ]);
    await core.ended;
    const after = await place.decisions();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await place.decisions()).toEqual(after);
  });
});

describe("stopped and broken anywhere", () => {
  const disturbance = fc.record({
    frames: fc.integer({ min: 1, max: 12 }),
    repeated: fc.nat({ max: 4 }),
    command: fc.constantFrom("acknowledge", "claim", "dispose", "none"),
    then: fc.constantFrom("go on", "stop", "before-storing", "after-storing"),
  });

  it("a core ends with the alarms, events and decisions of one that never was", async () => {
    const frames = passFrames(3);
    const clean = await undisturbed(frames);
    const [cleanCases, cleanNews] = [await clean.cases(), newsOf(await clean.events())];
    await fc.assert(
      fc.asyncProperty(fc.array(disturbance, { minLength: 1, maxLength: 12 }), async (disturbances) => {
        const place = openCorePlace();
        let core = place.start();
        let commands = 0;
        for (let at = 0, turn = 0; at < frames.length; turn += 1) {
          const one = disturbances[turn % disturbances.length];
          if (one === undefined) throw new Error("no disturbance");
          if (one.then === "before-storing" || one.then === "after-storing")
            core.breakAfter(turn % 3, one.then);
          await place.tellFrames(frames.slice(Math.max(0, at - one.repeated), at + one.frames));
          const [latest] = [...(await place.cases()).values()].slice(-1);
          if (latest !== undefined && one.command !== "none") {
            const { alarm, adjudication } = latest;
            const ask = { acknowledge, claim, dispose }[one.command];
            await place.ask([ask(alarm, { id: `command-${commands}`, seen: adjudication.version })]);
            commands += 1;
          }
          at += one.frames;
          // Broken or caught up: either way all that can happen has happened.
          const error = await Promise.race([core.ended, core.caughtUp().catch(() => core.ended)]);
          if (one.then === "stop") await core.stop();
          if (one.then === "stop" || error !== undefined) core = place.start();
        }
        core.breakAfter(Number.MAX_SAFE_INTEGER, "before-storing");
        await core.caughtUp();
        await core.stop();

        const cases = await place.cases();
        expect(alarmsOf(cases)).toEqual(alarmsOf(cleanCases));
        expect(newsOf(await place.events())).toEqual(cleanNews);
        expectNeverBack(place.caseHistory());
        const accepted = (await place.decisions()).filter(({ outcome }) => outcome === "accepted");
        for (const [alarmId, { adjudication }] of cases) {
          const ids = new Set(
            accepted
              .filter(({ command }) => "alarmId" in command && command.alarmId === alarmId)
              .map(({ command }) => command.commandId),
          );
          expect(adjudication.history.map(({ commandId }) => commandId)).toEqual([...ids]);
        }
        expect(new Set((await place.decisions()).map(({ command }) => command.commandId)).size).toBe(
          commands,
        );
        expect(place.problems).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

const alarmsOf = (cases: ReadonlyMap<AlarmId, AlarmCase>): ReadonlyMap<AlarmId, Alarm> =>
  new Map([...cases].map(([id, { alarm }]) => [id, alarm]));

/** Of each case, neither the alarm nor the officers' work ever goes back. */
const expectNeverBack = (history: readonly AlarmCase[]): void => {
  const last = new Map<AlarmId, AlarmCase>();
  for (const one of history) {
    const before = last.get(one.alarm.alarmId);
    if (before !== undefined) {
      expect(one.alarm.version).toBeGreaterThanOrEqual(before.alarm.version);
      expect(one.adjudication.version).toBeGreaterThanOrEqual(before.adjudication.version);
    }
    last.set(one.alarm.alarmId, one);
  }
};
