import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Kafka, startKafka } from "../services/kafka.ts";
import { isAbsent } from "../services/presence.ts";
import { byForm, startAll, withSite } from "./site.ts";
import { showTable, tellVerdict } from "./table.ts";

describe.skipIf(isAbsent("kafka"))("Kafka fails", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(async () => {
    await kafka.stop();
    showTable();
  });

  it("is killed and started again under load", { timeout: byForm(90_000, 400_000) }, () =>
    withSite({ name: "killed", brokers: kafka.brokers }, async (site) => {
      const kills = byForm(2, 10);
      await startAll(site);
      await site.moreAlarms(2, 30_000);
      for (let kill = 0; kill < kills; kill += 1) {
        await kafka.kill();
        await sleep(1_000);
        await kafka.start();
        await site.moreAlarms(3, 30_000);
      }
      const verdict = await site.finalVerdict();
      tellVerdict({ fault: "Kafka broker killed", repetitions: kills, verdict, atLeast: 3 * kills });
    }),
  );

  it("loses or delays its answers", { timeout: byForm(90_000, 400_000) }, () =>
    withSite(
      { name: "answers", brokers: kafka.brokers, kafka: { requestTimeoutInMs: 1_000 } },
      async (site) => {
        const rounds = byForm(1, 10);
        const { brokers, proxy } = kafka.proxied;
        const behind = { kafka: { brokers } };
        await startAll(site, { edge: behind, core: behind });
        await site.moreAlarms(2, 30_000);
        const before = proxy.counts().swallowedBytes;
        for (let round = 0; round < rounds; round += 1) {
          await proxy.setFaults({ isToClientSwallowed: true });
          await sleep(1_500);
          await proxy.heal();
          await site.moreAlarms(1, 30_000);
          await proxy.setFaults({ toClientDelayInMs: 700 });
          await sleep(1_500);
          await proxy.heal();
          await site.moreAlarms(1, 30_000);
        }
        const verdict = await site.finalVerdict();
        const swallowed = proxy.counts().swallowedBytes - before;
        expect(swallowed).toBeGreaterThan(0);
        const note = `${swallowed} bytes of answers lost`;
        tellVerdict({
          fault: "produce answers lost, delayed",
          repetitions: rounds,
          verdict,
          atLeast: 2 * rounds,
          note,
        });
      },
    ),
  );
});
