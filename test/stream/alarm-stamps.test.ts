import { describe, expect, it } from "vitest";
import { openCaseBook } from "../../src/stream/case-book.ts";
import { wallMs } from "../../src/domain/units.ts";
import { laneId } from "../../src/domain/ids.ts";
import { anAlarm } from "../core/board-history.ts";
import { agentOf, alarmedPass, bootNumber, framesOf, noon } from "../core/frame-life.ts";
import { openCorePlace } from "./core-place.ts";

const frames = framesOf(agentOf(bootNumber(1), noon, laneId("north-1")), alarmedPass);
const loggedAt = wallMs(Date.UTC(2024, 0, 1));
const decidedAt = wallMs(loggedAt + 7_000);

describe("the core stamps", () => {
  it("events of alarms with the log's time, and the case with the times of the frame that raised it", async () => {
    const place = openCorePlace();
    await place.tellFrames(frames);
    await place.clock.advance(7_000);
    const core = place.start();
    await core.caughtUp();
    await core.stop();
    const events = await place.events();
    for (const { event, loggedAt: told } of events)
      expect(told).toBe(event.kind.startsWith("alarm-") ? loggedAt : undefined);
    const raised = events.find(({ event }) => event.kind === "alarm-raised");
    const [alarmCase] = (await place.cases()).values();
    expect(raised).toMatchObject({ loggedAt, decidedAt });
    expect(alarmCase?.alarm.state).toBe("ended");
    expect(alarmCase?.latency).toEqual({ capturedAt: raised?.capturedAt, loggedAt, decidedAt });
  });

  it("a case once: a core that goes on with the alarm keeps what was said first", async () => {
    const place = openCorePlace();
    const first = place.start();
    let told = 0;
    while ((await place.cases()).size === 0) {
      await place.tellFrames(frames.slice(told, (told += 1)));
      await first.caughtUp();
      expect(told).toBeLessThan(frames.length);
    }
    await first.stop();
    await place.clock.advance(7_000);
    const second = place.start();
    await place.tellFrames(frames.slice(told));
    await second.caughtUp();
    await second.stop();
    const [raising, ...later] = place.caseHistory();
    expect(raising?.latency).toMatchObject({ loggedAt, decidedAt: loggedAt });
    expect(later.at(-1)?.alarm.state).toBe("ended");
    for (const { latency } of later) expect(latency).toEqual(raising?.latency);
  });
});

describe("a case book", () => {
  const stamps = { capturedAt: wallMs(noon), loggedAt: null, decidedAt };

  it("keeps the stamps of the raising", () => {
    const book = openCaseBook([]);
    const later = { ...stamps, decidedAt: wallMs(decidedAt + 1) };
    expect(book.takeAlarm(anAlarm(), stamps)?.latency).toEqual(stamps);
    expect(book.takeAlarm(anAlarm({ version: 2 }), later)?.latency).toEqual(stamps);
  });

  it("has none for an alarm that it first hears of later", () => {
    expect(openCaseBook([]).takeAlarm(anAlarm({ version: 2 }))?.latency).toBeUndefined();
  });
});
