import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bootId, laneId } from "../../src/domain/ids.ts";
import { monotonicMs, wallMs } from "../../src/domain/units.ts";
import type { NewRecord } from "../../src/ports.ts";
import { encodeFrame } from "../../src/wire/frame.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import { type Topic } from "../../src/wire/topics.ts";
import { type Kafka, startKafka } from "../services/kafka.ts";
import { isAbsent } from "../services/presence.ts";
import { waitUntil } from "../services/waiting.ts";
import type { Role } from "./role.ts";
import { type FaultSite, startAll, withSite } from "./site.ts";
import { showTable, tellVerdict } from "./table.ts";

const garbage = Uint8Array.from({ length: 200 }, (_, at) => (at * 97 + 13) % 256);
/** CBOR of `{"v": 2}`. */
const otherForm = Uint8Array.from([0xa1, 0x61, 0x76, 0x02]);
const topicsOfJson = [
  "lanewatch.events.v1",
  "lanewatch.measurements.v1",
  "lanewatch.lane-state.v1",
  "lanewatch.commands.v1",
  "lanewatch.alarms.v1",
] as const satisfies readonly Topic[];

/** What nobody of lanewatch would write, into every topic that its roles read, for the partition of a lane. */
const poisonFor = (lane: string, partitionCount: number): readonly NewRecord[] => {
  const partition = partitionOf(laneId(lane), partitionCount);
  const stranger = encodeFrame({
    laneId: laneId("nobody-knows"),
    bootId: bootId("00000000"),
    sequence: 0,
    byteOffset: 0,
    wall: wallMs(0),
    monotonic: monotonicMs(0),
    body: { kind: "heartbeat" },
  });
  return [
    ...[garbage, otherForm, new Uint8Array(), stranger].map((value) => ({
      topic: "lanewatch.frames.v1" as const,
      partition,
      key: lane,
      value,
    })),
    ...topicsOfJson.map((topic) => ({ topic, partition, key: lane, value: garbage })),
  ];
};

const passedOver = (role: Role, topic: string): number =>
  [...role.output().matchAll(/Record \d+ of (\S+), partition/g)].filter(([, of]) => of === topic).length;

describe.skipIf(isAbsent("kafka"))("The log has poison in it", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(async () => {
    await kafka.stop();
    showTable();
  });

  it("is passed over and told of, and no alarm is lost by it", { timeout: 120_000 }, () =>
    withSite({ name: "poison", brokers: kafka.brokers }, async (site: FaultSite) => {
      const { core, console } = await startAll(site);
      await site.moreAlarms(2, 30_000);
      const partitions = new Map(site.lanes.map(({ id }) => [partitionOf(laneId(id), 4), id]));
      for (const lane of partitions.values()) await site.log.append(poisonFor(lane, 4));
      const isTold = (role: Role, topic: Topic, times: number) => (): boolean =>
        passedOver(role, topic) >= times * partitions.size;
      await waitUntil("the core tells of frames", isTold(core, "lanewatch.frames.v1", 4), 10_000);
      await waitUntil("the core tells of commands", isTold(core, "lanewatch.commands.v1", 1), 10_000);
      await waitUntil("the console tells of events", isTold(console, "lanewatch.events.v1", 1), 10_000);
      await site.moreAlarms(2, 30_000);
      // The last word on the lanes and on the alarms is poison for whoever starts now, and begins from it.
      for (const lane of partitions.values()) await site.log.append(poisonFor(lane, 4));
      await core.kill();
      await core.start();
      await site.moreAlarms(2, 30_000);
      await console.kill();
      await console.start();
      await site.watch();
      await site.moreAlarms(2, 30_000);
      const verdict = await site.finalVerdict();
      const records = 2 * 9 * partitions.size;
      const told = `${passedOver(core, "lanewatch.frames.v1")} frames passed over and told of`;
      tellVerdict({ fault: "poison records", repetitions: records, verdict, atLeast: 4, note: told });
      expect(core.isRunning() && console.isRunning()).toBe(true);
    }),
  );
});
