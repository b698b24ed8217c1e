import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Kafka, startKafka } from "../services/kafka.ts";
import { isAbsent } from "../services/presence.ts";
import { waitUntil } from "../services/waiting.ts";
import { captureLosses } from "./capture-losses.ts";
import { missingRanges, outOfOrder, readEvents, readFrames } from "./log-reading.ts";
import { byForm, type FaultSite, isLong, startAll, withSite } from "./site.ts";
import { steppingClock } from "./stepping-clock.ts";
import { showTable, tellVerdict } from "./table.ts";

const hour = 3_600_000;
/** Longer than a vehicle takes: of one that is there before and after, nobody could say that it is the same. */
const liveFirst = { inOrderBacklogInMs: 3_000 };
/** What an edge may lose of a lane when it is killed: what came within the last write to its disk. */
const tailBytesMax = 2_048;

describe.skipIf(isAbsent("kafka"))("The edge and its way to Kafka fail", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(async () => {
    await kafka.stop();
    showTable();
  });

  it("is killed, with the log there and with the log away", { timeout: byForm(90_000, 400_000) }, () =>
    withSite({ name: "edge-killed", brokers: kafka.brokers }, async (site) => {
      const kills = byForm(2, 10);
      const { brokers, proxy } = kafka.proxied;
      const { edge } = await startAll(site, { edge: { kafka: { brokers } } });
      await site.moreAlarms(2, 30_000);
      for (let kill = 0; kill < kills; kill += 1) {
        if (kill % 2 === 1) {
          await proxy.setFaults({ isStalled: true });
          await sleep(2_000);
        }
        await edge.kill();
        await proxy.heal();
        await edge.start();
        await site.moreAlarms(6, 30_000);
        await sleep(byForm(3_000, 8_000));
      }
      const verdict = await site.finalVerdict();
      const frames = await readFrames(site.log);
      const losses = captureLosses(await site.entries(), frames);
      const lost = losses.reduce((sum, { lostBytes }) => sum + lostBytes, 0);
      const whole = { ...verdict, doubled: verdict.doubled.filter(({ interrupted }) => !interrupted) };
      const pieces = verdict.doubled.length - whole.doubled.length;
      const note = `${lost} bytes of ${losses.length} connections unsynced, at most ${Math.max(...losses.map(({ lostBytes }) => lostBytes))}; ${pieces} vehicles in two pieces`;
      tellVerdict({ fault: "edge killed", repetitions: kills, verdict: whole, atLeast: kills, note });
      expect(missingRanges(frames)).toEqual([]);
      expect(losses.length).toBe((kills + 1) * site.lanes.length);
      for (const { lostBytes } of losses) {
        expect(lostBytes).toBeGreaterThanOrEqual(0);
        expect(lostBytes).toBeLessThanOrEqual(tailBytesMax);
      }
    }),
  );

  const isStale = (site: FaultSite): boolean =>
    [...site.officer().lanes.values()].every(({ data }) => data.kind === "stale");

  it("is cut off, and sends what is live before what waited", { timeout: byForm(120_000, 900_000) }, () =>
    withSite(
      {
        name: "cut",
        brokers: kafka.brokers,
        spool: liveFirst,
      },
      async (site) => {
        const { brokers, proxy } = kafka.proxied;
        await startAll(site, { edge: { kafka: { brokers } } });
        await site.moreAlarms(2, 30_000);
        await proxy.setFaults({ isStalled: true });
        const cutAt = Date.now();
        // Longer than any vehicle takes: one that stood in the portal at both ends would be two occupancies.
        const lastsInMs = byForm(16_000, Number(process.env["LANEWATCH_FAULTS_CUT_S"] ?? 600) * 1_000);
        await waitUntil("every lane is shown to be cut off", () => isStale(site), 10_000);
        const shownAfterInMs = Date.now() - cutAt;
        await sleep(lastsInMs - shownAfterInMs);
        const healedAt = Date.now();
        await proxy.heal();
        await waitUntil("what is live is shown", () => !isStale(site), 30_000);
        await site.moreAlarms(3, 60_000);
        const verdict = await site.finalVerdict({ withinMs: 120_000 });
        const frames = await readFrames(site.log);
        const late = frames.filter(({ value }) => value.historical === true && value.wall > cutAt);
        const note = `shown after ${shownAfterInMs} ms; ${late.length} frames and ${verdict.historical} alarms came late`;
        tellVerdict({ fault: `cut for ${lastsInMs / 1_000} s`, repetitions: 1, verdict, atLeast: 3, note });
        expect(shownAfterInMs).toBeLessThan(byForm(4_000, 3_000));
        expect(missingRanges(frames)).toEqual([]);
        expect(verdict.historical).toBeGreaterThan(0);
        // What is captured now does not wait for what has waited: it comes in between, at once.
        const live = frames.filter(({ value }) => value.historical === undefined && value.wall > healedAt);
        const delays = live.map(({ record, value }) => record.appendedAt - value.wall);
        expect(Math.max(...delays)).toBeLessThan(2_000);
        // A short backlog goes in one batch, before anything else is live.
        for (const partition of isLong ? new Set(late.map(({ record }) => record.partition)) : []) {
          const firstLive = live.find(({ record }) => record.partition === partition);
          const lastLate = late.findLast(({ record }) => record.partition === partition);
          expect(firstLive?.record.offset).toBeLessThan(lastLate?.record.offset ?? 0);
        }
      },
    ),
  );

  it.skipIf(!isLong)("is cut off again and again before the backlog is through", { timeout: 300_000 }, () =>
    withSite({ name: "flaps", brokers: kafka.brokers, spool: liveFirst }, async (site) => {
      const { brokers, proxy } = kafka.proxied;
      const { edge } = await startAll(site, { edge: { kafka: { brokers } } });
      await site.moreAlarms(2, 30_000);
      const flaps = 12;
      for (let flap = 0; flap < flaps; flap += 1) {
        await proxy.setFaults({ isRefusing: true });
        proxy.cut();
        await sleep(3_500);
        await proxy.heal();
        // Enough for what is live, and no more.
        await proxy.setFaults({ bandwidthInBytesPerS: 40_000 });
        await sleep(1_500);
      }
      await proxy.heal();
      await site.moreAlarms(4, 60_000);
      const verdict = await site.finalVerdict({ withinMs: 40_000 });
      const diverted = [...edge.output().matchAll(/behind what is live/g)].length;
      const note = `${verdict.historical} alarms came late, ${diverted} times live went first`;
      tellVerdict({ fault: "cut again and again", repetitions: flaps, verdict, atLeast: 5, note });
    }),
  );

  it("has a clock that is set", { timeout: byForm(120_000, 600_000) }, () =>
    withSite({ name: "clock", brokers: kafka.brokers }, async (site) => {
      const clock = await steppingClock(site.folder);
      await startAll(site, { edge: { nodeArgs: clock.nodeArgs, environment: { TZ: "Europe/Vilnius" } } });
      await site.moreAlarms(2, 30_000);
      /** Five seconds before the clocks of Vilnius go back. */
      const summerTimeEnds = Date.UTC(2026, 9, 25, 1) - 5_000 - Date.now();
      const steps = byForm([hour, -hour], [hour, -hour, 0, -30_000, summerTimeEnds, 0]);
      for (const step of steps) {
        await clock.set(step);
        const moved = performance.now();
        await site.moreAlarms(2, 30_000);
        if (isLong && step === steps.at(0)) {
          const isSkewed = (): boolean =>
            [...site.officer().lanes.values()].every(({ faults }) =>
              faults.some(({ fault }) => fault === "clock-skew"),
            );
          await waitUntil("the skew is shown on every lane", isSkewed, 50_000);
        } else await sleep(Math.max(0, byForm(3_000, 12_000) - (performance.now() - moved)));
      }
      const verdict = await site.finalVerdict({ isClockTrue: false });
      const events = await readEvents(site.log);
      const skews = events.flatMap(({ value: { event } }) =>
        event.kind === "fault-raised" && event.fault === "clock-skew" ? [event.detail] : [],
      );
      const note = `${skews.length} skews reported, such as: ${skews[0] ?? "none"}`;
      const told = { verdict, atLeast: steps.length, note, hasDelays: false };
      tellVerdict({ fault: "the edge's clock is set", repetitions: steps.length, ...told });
      const frames = await readFrames(site.log);
      expect(missingRanges(frames)).toEqual([]);
      expect(outOfOrder(frames)).toEqual([]);
      expect(new Set(frames.map(({ value }) => value.bootId)).size).toBe(1);
    }),
  );
});
