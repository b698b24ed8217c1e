import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventLog, LogRecord } from "../../src/ports.ts";
import { type Kafka, startKafka } from "../services/kafka.ts";
import { isAbsent } from "../services/presence.ts";
import { openLog, settingsFor, type UsedLog } from "./kafka-use.ts";
import { frames, newRecord, numbers, ofPartition, readOn, textOf } from "./log-use.ts";

const isSlow = process.env["LANEWATCH_SLOW"] === "1";
const partitions = [0, 1, 2, 3] as const;
const everywhere = new Map(partitions.map((partition) => [partition, 0]));

/** Appends numbered records to all partitions, one append after another in each, until it is told to stop. */
const load = (log: EventLog) => {
  const acknowledged = partitions.map(() => 0);
  const failures: unknown[] = [];
  let stopped = false;
  const writers = partitions.map(async (partition) => {
    for (let at = 0; !stopped; at += 1) {
      try {
        await log.append([newRecord(String(at), { partition })]);
        acknowledged[partition] = at + 1;
      } catch (cause) {
        failures.push(cause);
        return;
      }
    }
  });
  return {
    acknowledged,
    failures,
    stop: async () => {
      stopped = true;
      await Promise.all(writers);
    },
  };
};

const following = (log: EventLog) => {
  const seen: LogRecord[] = [];
  const abort = new AbortController();
  const ended = (async () => {
    for await (const batch of log.follow(frames, everywhere, abort.signal)) seen.push(...batch);
  })();
  return {
    seen,
    stop: async () => {
      abort.abort();
      await ended;
    },
  };
};

const expectWhole = async (used: UsedLog, writing: ReturnType<typeof load>, seen: readonly LogRecord[]) => {
  for (const partition of partitions) {
    const wanted = numbers(writing.acknowledged[partition] ?? 0).map(String);
    expect(wanted.length).toBeGreaterThan(10);
    expect((await readOn(used.log, frames, partition)).map(textOf)).toEqual(wanted);
    expect(ofPartition(seen, partition).map(textOf)).toEqual(wanted);
  }
};

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
/** Waits until all partitions got `more` acknowledgements. */
const progress = async (writing: ReturnType<typeof load>, more: number): Promise<void> => {
  const from = [...writing.acknowledged];
  await expect
    .poll(() => writing.acknowledged.every((count, at) => count >= (from[at] ?? 0) + more), {
      timeout: 40_000,
    })
    .toBe(true);
};

describe.skipIf(isAbsent("kafka"))("the log in Kafka, when things fail", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({ version: "4" });
  }, 120_000);
  afterAll(() => kafka.stop());

  const underLoad = async (
    given: Parameters<typeof settingsFor>[0],
    trouble: (writing: ReturnType<typeof load>) => Promise<void>,
  ): Promise<UsedLog> => {
    const used = await openLog(settingsFor(given));
    const writing = load(used.log);
    const follower = following(used.log);
    await progress(writing, 10);
    await trouble(writing);
    await progress(writing, 10);
    await writing.stop();
    await expect.poll(() => follower.seen.length, { timeout: 20_000 }).toBe(total(writing.acknowledged));
    expect(writing.failures).toEqual([]);
    await expectWhole(used, writing, follower.seen);
    await follower.stop();
    await used.log.close();
    return used;
  };

  it("loses, doubles and reorders nothing when the broker is killed and comes back", async () => {
    const { problems } = await underLoad(
      { brokers: kafka.brokers, appendTimeoutInMs: 60_000 },
      async (writing) => {
        for (const turn of numbers(isSlow ? 10 : 1)) {
          await kafka.kill();
          await kafka.start();
          await progress(writing, 5 + turn);
        }
      },
    );
    const texts = problems.map(({ message }) => message);
    expect(texts.filter((text) => text.startsWith("Kafka cannot be reached for appending"))).not.toEqual([]);
    expect(texts.filter((text) => text.startsWith("Kafka is back for appending"))).not.toEqual([]);
    expect(problems.filter(({ level }) => level === "error")).toEqual([]);
  }, 300_000);

  it("stores once what is sent again because its answer was lost", async () => {
    const { proxy } = kafka.proxied;
    const given = { brokers: kafka.proxied.brokers, requestTimeoutInMs: 1_000, appendTimeoutInMs: 60_000 };
    await underLoad(given, async (writing) => {
      for (const turn of numbers(isSlow ? 10 : 3)) {
        const { swallowedBytes } = proxy.counts();
        await proxy.setFaults({ isToClientSwallowed: true });
        await expect
          .poll(() => proxy.counts().swallowedBytes, { timeout: 10_000 })
          .toBeGreaterThan(swallowedBytes);
        await proxy.heal();
        await progress(writing, 5 + turn);
        proxy.cut();
        await progress(writing, 5);
      }
    });
  }, 120_000);

  it("outlives answers that come later than anybody waits for", async () => {
    const { proxy } = kafka.proxied;
    const given = { brokers: kafka.proxied.brokers, requestTimeoutInMs: 500, appendTimeoutInMs: 60_000 };
    await underLoad(given, async (writing) => {
      await proxy.setFaults({ toClientDelayInMs: 700 });
      const { accepted } = proxy.counts();
      await expect.poll(() => proxy.counts().accepted, { timeout: 20_000 }).toBeGreaterThan(accepted + 3);
      await proxy.heal();
      await progress(writing, 5);
    });
  }, 120_000);

  it("gives an append back as failed in time when the broker hangs, and stores the next ones after", async () => {
    const given = {
      brokers: kafka.brokers,
      requestTimeoutInMs: 500,
      appendTimeoutInMs: 1_500,
      connectTimeoutInMs: 500,
    };
    const { log } = await openLog(settingsFor(given));
    await log.append([newRecord("before")]);
    await kafka.pause();
    const begun = performance.now();
    try {
      const refused = await Promise.all(
        ["a", "b"].map((text) => log.append([newRecord(text)]).catch((cause: unknown) => cause)),
      );
      expect(refused).toMatchObject([{ code: "log-failed" }, { code: "log-failed" }]);
      expect(performance.now() - begun).toBeLessThan(6_000);
      await expect(log.read(frames, 0, { offset: 0, limit: 1 })).rejects.toMatchObject({
        code: "log-failed",
      });
    } finally {
      kafka.resume();
    }
    const tryAgain = (): Promise<string> =>
      log.append([newRecord("after")]).then(
        () => "stored",
        () => "failed",
      );
    await expect.poll(tryAgain, { timeout: 20_000 }).toBe("stored");
    const texts = (await readOn(log, frames, 0)).map(textOf);
    expect(texts[0]).toBe("before");
    expect(texts.at(-1)).toBe("after");
    await log.close();
  }, 60_000);
});
