import { connectAsync } from "mqtt";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { createChance } from "../../simulators/chance.ts";
import { decodeChunks } from "../drivers/decoding.ts";
import { type Kafka, startKafka } from "../services/kafka.ts";
import { type Mosquitto, startMosquitto } from "../services/mosquitto.ts";
import { isAbsent } from "../services/presence.ts";
import { waitUntil } from "../services/waiting.ts";
import { framesByBoot, missingRanges, readEvents, readFrames } from "./log-reading.ts";
import { loadOf, passes, spoiledOrder } from "./json-portal.ts";
import type { FaultLane } from "./scenario.ts";
import { byForm, type FaultSite, startAll, withSite } from "./site.ts";
import { showTable, tell, tellVerdict } from "./table.ts";
import { judge } from "./verdict.ts";

/** Where the bytes that the core put into quarantine stand, each place once. */
const quarantinedAt = async (site: FaultSite): Promise<readonly string[]> => {
  const records = await readEvents(site.log, "lanewatch.quarantine.v1");
  const places = records.flatMap(({ value: { laneId, event } }) =>
    event.kind === "bytes-quarantined"
      ? [`${laneId} ${event.byteOffset} ${event.reason} ${event.byteLength}`]
      : [],
  );
  return [...new Set(places)].toSorted();
};

/** The same, from the captured bytes of each lane as the driver reads them without any pipeline. */
const undecodableAt = async (site: FaultSite): Promise<readonly string[]> => {
  const boots = [...framesByBoot(await readFrames(site.log)).values()];
  const places = boots.flatMap((frames) => {
    const chunks = frames.flatMap(({ body }) => (body.kind === "bytes" ? [body.bytes] : []));
    return decodeChunks(rapiscanLine.codec({}), chunks).flatMap(({ message, byteOffset }) =>
      message.kind === "undecodable"
        ? [`${frames[0]?.laneId ?? ""} ${byteOffset} ${message.reason} ${message.byteLength}`]
        : [],
    );
  });
  return places.toSorted();
};

describe.skipIf(isAbsent("kafka", "mosquitto"))("The equipment fails", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(async () => {
    await kafka.stop();
    showTable();
  });

  it(
    "serial lines say garbage, half lines, a megabyte without an end, another baud rate",
    { timeout: 180_000 },
    () => {
      const rounds = byForm(1, 3);
      const everyS = 90;
      // A megabyte takes a serial line so long that nobody can say any more when something was said.
      const faultsOf = (endlessBytes: number): NonNullable<FaultLane["faults"]> =>
        Array.from({ length: rounds }, (_, round) => [
          { kind: "noise-bytes", atS: 60 + round * everyS, count: 500 },
          { kind: "half-line", atS: 70 + round * everyS, count: 5 },
          { kind: "megabyte-line", atS: 80 + round * everyS, count: endlessBytes },
          { kind: "wrong-baud", atS: 92 + round * everyS, durationS: 8 },
        ]).flat();
      return withSite(
        {
          name: "garbage",
          brokers: kafka.brokers,
          // Two serial lines, one over TCP, and one that nothing is wrong with.
          lane: (lane, index, folder) => ({
            ...lane,
            ...(index < 2 ? { link: join(folder, `tty-${index}`), faults: faultsOf(70_000) } : {}),
            ...(index === 2 ? { faults: faultsOf(1_000_000) } : {}),
          }),
        },
        async (site) => {
          const { core, edge } = await startAll(site);
          const endsOf = async (): Promise<number> =>
            (await site.entries()).filter((entry) => entry.kind === "fault" && entry.change === "ended")
              .length;
          await waitUntil("all faults are over", async () => (await endsOf()) === 3 * 4 * rounds, 150_000);
          await site.moreAlarms(4, 30_000);
          const verdict = await site.finalVerdict();
          const quarantined = await quarantinedAt(site);
          const shown = [...site.officer().lanes.values()].reduce(
            (sum, { undecodable }) => sum + undecodable,
            0,
          );
          const note = `${quarantined.length} pieces quarantined, ${shown} shown`;
          tellVerdict({ fault: "serial garbage", repetitions: rounds * 4, verdict, atLeast: 5, note });
          expect(quarantined).toEqual(await undecodableAt(site));
          expect(shown).toBe(quarantined.length);
          expect(quarantined.length).toBeGreaterThan(12);
          expect(quarantined.filter((place) => place.startsWith("garbage-4 "))).toEqual([]);
          expect(edge.isRunning() && core.isRunning()).toBe(true);
        },
      );
    },
  );

  it(
    "the MQTT broker is killed, and messages come twice and in another order",
    { timeout: byForm(90_000, 300_000) },
    async () => {
      const broker: Mosquitto = await startMosquitto({ persistence: "each-change" });
      const kills = byForm(2, 10);
      const laneIds = ["json-1", "json-2"];
      try {
        await withSite(
          {
            name: "mqtt",
            brokers: kafka.brokers,
            laneSettings: laneIds.map((id) => ({
              id,
              source: { kind: "mqtt", url: broker.url, topic: `portals/${id}`, clientId: `edge-${id}` },
              driver: { kind: "json-mqtt" },
            })),
          },
          async (site) => {
            const { edge } = await startAll(site);
            await waitUntil(
              "both lanes are connected",
              async () =>
                (await readFrames(site.log)).filter(({ value }) => value.body.kind === "link-up").length ===
                2,
              15_000,
            );
            const loaded = kills * 3;
            const publishing = laneIds.map(async (id) => {
              const client = await connectAsync(broker.url, {
                ...{ protocolVersion: 5, clientId: `portal-${id}`, clean: false, reconnectPeriod: 100 },
                properties: { sessionExpiryInterval: 600 },
              });
              client.on("error", () => undefined);
              const sent: Promise<unknown>[] = [];
              for (const document of spoiledOrder(passes(loaded, id), createChance(id))) {
                sent.push(client.publishAsync(`portals/${id}`, JSON.stringify(document), { qos: 1 }));
                await sleep(20);
              }
              await Promise.all(sent);
              await client.endAsync();
            });
            const killing = async (): Promise<void> => {
              for (let kill = 0; kill < kills; kill += 1) {
                await sleep(1_500);
                await broker.kill();
                await sleep(300);
                await broker.start();
              }
            };
            await Promise.all([killing(), ...publishing]);
            const expected = laneIds.flatMap((id) =>
              Array.from({ length: loaded }, (_, at) => `${id} ${at}`),
            );
            const found = async (): Promise<readonly string[]> =>
              (await readEvents(site.log)).flatMap(({ value: { laneId, event } }) =>
                event.kind === "alarm-ended" ? [`${laneId} ${loadOf(event.alarm.profile)}`] : [],
              );
            await waitUntil(
              "an alarm of every pass",
              async () => new Set(await found()).size >= expected.length,
              20_000,
            ).catch(() => undefined);
            const onConsole = new Set(site.officer().alarms.keys());
            const { disagreements, alarmIds, repeats } = await judge({
              log: site.log,
              entries: [],
              onConsole,
            });
            const all = await found();
            const lost = expected.filter((pass) => !all.includes(pass));
            const quarantine = await readEvents(site.log, "lanewatch.quarantine.v1");
            const reasons = quarantine.flatMap(({ value: { event } }) =>
              event.kind === "bytes-quarantined" ? [event.reason] : [],
            );
            const count = (reason: string): number => reasons.filter((each) => each === reason).length;
            tell({
              fault: "MQTT broker killed; twice, reordered",
              repetitions: kills,
              expected: expected.length,
              lost: lost.length,
              doubled: alarmIds.size - new Set(all).size,
              unexpected: disagreements.length + all.filter((pass) => !expected.includes(pass)).length,
              worstDelayInMs: null,
              note: `${count("repeated")} repeats dropped, ${count("sequence-gap")} gaps told; ${repeats} repeated ids`,
            });
            expect(lost).toEqual([]);
            expect(all.toSorted()).toEqual(expected.toSorted());
            expect(alarmIds.size).toBe(expected.length);
            expect(disagreements).toEqual([]);
            expect(count("repeated")).toBeGreaterThan(0);
            expect(missingRanges(await readFrames(site.log))).toEqual([]);
            expect(edge.isRunning()).toBe(true);
          },
        );
      } finally {
        await broker.stop();
      }
    },
  );
});
