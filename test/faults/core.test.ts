import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Kafka, startKafka } from "../services/kafka.ts";
import { isAbsent } from "../services/presence.ts";
import { waitUntil } from "../services/waiting.ts";
import { readCases, readEvents } from "./log-reading.ts";
import type { Role } from "./role.ts";
import { byForm, type FaultSite, isLong, startAll, withSite } from "./site.ts";
import { showTable, tellVerdict } from "./table.ts";

const anyOccupied = (site: FaultSite): boolean =>
  [...site.officer().lanes.values()].some(({ occupied }) => occupied);

/** When the log got the first word of a core on each lane from now on: the latest of these, in milliseconds from now. */
const decidedAgain = async (site: FaultSite, withinMs: number): Promise<number> => {
  const since = Date.now();
  const heard = new Map(Array.from(site.officer().lanes, ([laneId, { heardAt }]) => [laneId, heardAt ?? 0]));
  // Lanes say something every 1.3 s at least, and a word of after the kill has been captured after it.
  const isDecided = (laneId: string): boolean =>
    (site.officer().lanes.get(laneId)?.heardAt ?? 0) > Math.max(since, heard.get(laneId) ?? 0);
  await waitUntil("every lane is judged again", () => [...heard.keys()].every(isDecided), withinMs);
  return Date.now() - since;
};

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
const figures = (times: readonly number[]): string =>
  `${seconds(Math.min(...times))} to ${seconds(Math.max(...times))} s`;

describe.skipIf(isAbsent("kafka"))("Cores fail", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(async () => {
    await kafka.stop();
    showTable();
  });

  it(
    "one is killed during an occupancy, and the other takes over",
    { timeout: byForm(90_000, 400_000) },
    () =>
      withSite({ name: "twins", brokers: kafka.brokers }, async (site) => {
        const kills = byForm(2, 10);
        const { core: first } = await startAll(site);
        const second = await site.start("core", { name: "core-2" });
        await site.moreAlarms(2, 30_000);
        const times: number[] = [];
        for (let kill = 0; kill < kills; kill += 1) {
          const victim = kill % 2 === 0 ? first : second;
          await waitUntil("an occupancy", () => anyOccupied(site), 10_000);
          await victim.kill();
          times.push(await decidedAgain(site, 30_000));
          await victim.start();
          await site.moreAlarms(2, 30_000);
        }
        const verdict = await site.finalVerdict();
        const note = `decides again after ${figures(times)}`;
        tellVerdict({
          fault: "core killed, another takes over",
          repetitions: kills,
          verdict,
          atLeast: 2 * kills,
          note,
        });
        expect(Math.max(...times)).toBeLessThan(15_000);
      }),
  );

  const restarted = (name: string, fault: string, core: Readonly<Record<string, unknown>>): Promise<void> =>
    withSite({ name, brokers: kafka.brokers }, async (site) => {
      const kills = byForm(2, 10);
      const { core: only } = await startAll(site, { core: { core } });
      await site.moreAlarms(2, 30_000);
      const times: number[] = [];
      for (let kill = 0; kill < kills; kill += 1) {
        await waitUntil("an occupancy", () => anyOccupied(site), 10_000);
        await only.kill();
        const deciding = decidedAgain(site, 40_000);
        await only.start();
        times.push(await deciding);
        await site.moreAlarms(1, 30_000);
      }
      // A core that is back in a second leaves no time for whole passages: some more, so that there is what to compare.
      await site.moreAlarms(4, 40_000);
      const verdict = await site.finalVerdict();
      const note = `decides again after ${figures(times)}`;
      tellVerdict({ fault, repetitions: kills, verdict, atLeast: kills / 2, note });
      expect(Math.max(...times)).toBeLessThan(15_000);
    });

  it.skipIf(!isLong)("the only one is killed and started again", { timeout: byForm(90_000, 400_000) }, () =>
    restarted("single", "single core killed", {}),
  );

  it("the only one, known by its name", { timeout: byForm(90_000, 400_000) }, () =>
    restarted("named", "single core with instanceId killed", { instanceId: "core-1" }),
  );

  it.skipIf(!isLong)("others join and leave all the time", { timeout: byForm(90_000, 200_000) }, () =>
    withSite({ name: "storm", brokers: kafka.brokers }, async (site) => {
      const joins = 10;
      await startAll(site);
      await site.moreAlarms(2, 30_000);
      const guests: Role[] = [];
      for (let join = 0; join < joins; join += 1) {
        const began = performance.now();
        guests.push(await site.start("core", { name: `guest-${join}` }));
        // Every other one leaves as it should, the others are killed.
        const leaving = guests.at(-3);
        if (leaving !== undefined) await (join % 2 === 0 ? leaving.kill() : leaving.shutDown());
        await sleep(Math.max(0, 6_000 - (performance.now() - began)));
      }
      await site.moreAlarms(1, 30_000);
      const verdict = await site.finalVerdict();
      tellVerdict({ fault: "10 joins a minute", repetitions: joins, verdict, atLeast: 2 * joins });
    }),
  );

  it("two judge the same lanes on purpose", { timeout: byForm(90_000, 200_000) }, () =>
    withSite({ name: "both", brokers: kafka.brokers }, async (site) => {
      const rounds = byForm(1, 5);
      const core = { share: "all" };
      const { core: first } = await startAll(site, { core: { core } });
      const second = await site.start("core", { name: "core-2", core });
      const acknowledged = new Set<string>();
      const acknowledgeNext = async (): Promise<void> => {
        await site.moreAlarms(1, 30_000);
        const row = [...site.officer().alarms.values()].find(
          ({ alarmId, state }) => state === "unacknowledged" && !acknowledged.has(alarmId),
        );
        if (row === undefined) throw new Error("No alarm to acknowledge.");
        expect(await site.officer().act(row, { kind: "acknowledge" })).toMatchObject({ outcome: "accepted" });
        acknowledged.add(row.alarmId);
      };
      for (let round = 0; round < rounds; round += 1) {
        await acknowledgeNext();
        const victim = round % 2 === 0 ? first : second;
        // One that stands still goes on later with what it knew: what it says of a case then is stale.
        await victim.pause();
        await acknowledgeNext();
        await acknowledgeNext();
        victim.resume();
        await acknowledgeNext();
        await victim.kill();
        await acknowledgeNext();
        await victim.start();
      }
      await site.moreAlarms(2, 30_000);
      const verdict = await site.finalVerdict();
      const note = `${acknowledged.size} acknowledged stay so`;
      tellVerdict({
        fault: "two cores, the same lanes",
        repetitions: rounds,
        verdict,
        atLeast: 2 * rounds,
        note,
      });
      const events = await readEvents(site.log);
      const ended = events.filter(({ value }) => value.event.kind === "alarm-ended");
      expect(ended.length, "both cores have spoken").toBeGreaterThan(verdict.alarmIds.size);
      const cases = await readCases(site.log);
      const states = [...acknowledged].map((id) => [
        cases.get(id)?.adjudication.state,
        site.officer().alarms.get(id)?.state,
      ]);
      expect(states).toEqual([...acknowledged].map(() => ["acknowledged", "acknowledged"]));
    }),
  );
});
