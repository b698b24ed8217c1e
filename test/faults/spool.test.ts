import { appendFile, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Kafka, startKafka } from "../services/kafka.ts";
import { isAbsent } from "../services/presence.ts";
import { waitUntil } from "../services/waiting.ts";
import type { Frame } from "../../src/domain/frames.ts";
import {
  joinedRanges,
  type Logged,
  missingRanges,
  type Range,
  readEvents,
  readFrames,
} from "./log-reading.ts";
import { type FaultSite, isLong, startAll, withSite } from "./site.ts";
import { showTable, tellVerdict } from "./table.ts";
import { outsideOf } from "./verdict.ts";

/** What the edge says that it gave up, by reason. */
const droppedRanges = async (site: FaultSite, reason: string): Promise<readonly Range[]> => {
  const events = await readEvents(site.log);
  const ranges = events.flatMap(({ value: { laneId, event } }) =>
    event.kind === "frames-dropped" && event.reason === reason
      ? [{ laneId, bootId: event.bootId, first: event.firstSequence, last: event.lastSequence }]
      : [],
  );
  return joinedRanges(ranges);
};

const framesIn = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);

/** Frames that the log has although the edge says that it gave them up. */
const arrivedOf = (frames: readonly Logged<Frame>[], dropped: readonly Range[]): readonly Logged<Frame>[] =>
  frames.filter(({ value: { laneId, bootId, sequence } }) =>
    dropped.some(
      (range) =>
        range.laneId === laneId &&
        range.bootId === bootId &&
        range.first <= sequence &&
        sequence <= range.last,
    ),
  );

const waitFor = (site: FaultSite, reason: string, count: number): Promise<void> =>
  waitUntil(
    `what was given up is told of (${reason})`,
    async () => (await droppedRanges(site, reason)).length >= count,
    30_000,
  );

describe.skipIf(isAbsent("kafka"))("The spool fails", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(async () => {
    await kafka.stop();
    showTable();
  });

  it.skipIf(!isLong)("is full: the newest is kept, and what went is told exactly", { timeout: 120_000 }, () =>
    withSite(
      {
        name: "spool-full",
        brokers: kafka.brokers,
        laneCount: 6,
        speed: 16,
        spool: { maxBytes: 1_048_576, segmentBytes: 65_536, inOrderBacklogInMs: 2_000 },
      },
      async (site) => {
        const { brokers, proxy } = kafka.proxied;
        const { edge } = await startAll(site, { edge: { kafka: { brokers } } });
        await site.moreAlarms(2, 30_000);
        await proxy.setFaults({ isRefusing: true });
        proxy.cut();
        const cutAt = Date.now();
        await waitUntil("the spool is full", () => edge.output().includes("The spool is full"), 60_000);
        await sleep(2_000);
        await proxy.heal();
        await waitUntil("the backlog is sent", () => edge.output().includes("The backlog is sent"), 40_000);
        await waitFor(site, "spool-full", site.lanes.length);
        await site.moreAlarms(3, 30_000);
        const verdict = await site.finalVerdict({ withinMs: 8_000 });
        const frames = await readFrames(site.log);
        const missing = missingRanges(frames);
        const dropped = await droppedRanges(site, "spool-full");
        const note = `${framesIn(dropped)} frames given up of ${site.lanes.length} lanes, all told of; alarms of those left out`;
        const kept = outsideOf(verdict, missing, frames);
        tellVerdict({ fault: "spool full", repetitions: 1, verdict: kept, atLeast: 5, note });
        expect(new Set(dropped.map(({ laneId }) => laneId))).toEqual(new Set(site.lanes.map(({ id }) => id)));
        // What was on its way when the cut came may have arrived; but for that, told is what is missing.
        expect(joinedRanges([...missing, ...dropped])).toEqual(dropped);
        for (const { value, record } of arrivedOf(frames, dropped)) {
          expect(value.wall, `offset ${record.offset}`).toBeLessThan(cutAt + 500);
          expect(value.wall).toBeGreaterThan(cutAt - 2_000);
        }
      },
    ),
  );

  it("is damaged: one flipped bit costs one frame, a torn tail none", { timeout: 90_000 }, () =>
    withSite({ name: "spool-damaged", brokers: kafka.brokers }, async (site) => {
      const { brokers, proxy } = kafka.proxied;
      const { edge } = await startAll(site, { edge: { kafka: { brokers } } });
      await site.moreAlarms(2, 30_000);
      const directory = join(edge.folder, "spool");
      const segment = async (): Promise<string> => {
        const names = (await readdir(directory)).filter((name) => name.endsWith(".lws")).sort();
        return join(directory, names.at(-1) ?? "");
      };
      await proxy.setFaults({ isStalled: true });
      const path = await segment();
      const { size: before } = await stat(path);
      await sleep(3_000);
      await edge.kill();
      const bytes = await readFile(path);
      const at = Math.round((before + bytes.length) / 2);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
      await writeFile(path, bytes);
      await appendFile(path, bytes.subarray(0, 30));
      await edge.start();
      await proxy.heal();
      await waitFor(site, "spool-damaged", 1);
      await site.moreAlarms(4, 30_000);
      await sleep(5_000);
      const verdict = await site.finalVerdict({ withinMs: 10_000 });
      const frames = await readFrames(site.log);
      const missing = missingRanges(frames);
      const dropped = await droppedRanges(site, "spool-damaged");
      const note = `${framesIn(dropped)} frame lost, and told of; torn: ${/(\d+) bytes at its end/.exec(edge.output())?.[1] ?? "none"} bytes`;
      const kept = outsideOf(verdict, missing, frames);
      const whole = { ...kept, doubled: kept.doubled.filter(({ interrupted }) => !interrupted) };
      tellVerdict({
        fault: "spool: flipped bit, torn tail",
        repetitions: 1,
        verdict: whole,
        atLeast: 2,
        note,
      });
      expect(joinedRanges(missing)).toEqual(dropped);
      expect(framesIn(missing)).toBe(1);
      expect(edge.output()).toContain("30 bytes at its end were of an unfinished write");
    }),
  );
});
