import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigResourceTypes } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkKafka } from "../../src/adapters/kafka-check.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import type { KafkaSettings } from "../../src/kafka-settings.ts";
import type { EventLog, NewRecord } from "../../src/ports.ts";
import { topicNames } from "../../src/wire/topics.ts";
import { type Kafka, startKafka } from "../services/kafka.ts";
import { freePort } from "../services/loopback.ts";
import { isAbsent } from "../services/presence.ts";
import { eventLogContract } from "./event-log.contract.ts";
import { administer, deleteKey, openLog, settingsFor } from "./kafka-use.ts";
import {
  events,
  expectGrowing,
  followFor,
  frames,
  laneState,
  newRecord,
  numbers,
  readOn,
  textOf,
} from "./log-use.ts";

const isSlow = process.env["LANEWATCH_SLOW"] === "1";
const versions = isSlow ? (["4", "3.9"] as const) : (["4"] as const);

describe.skipIf(isAbsent("kafka")).each(versions)("with Kafka %s", (version) => {
  let kafka: Kafka;
  const folder = mkdtempSync(join(tmpdir(), "lanewatch-kafka-use-"));
  beforeAll(async () => {
    kafka = await startKafka({ version });
  }, 120_000);
  afterAll(async () => {
    await kafka.stop();
    rmSync(folder, { recursive: true });
  });

  eventLogContract(`Kafka ${version}`, async () => {
    const settings = settingsFor({ brokers: kafka.brokers });
    const open = async (): Promise<EventLog> => (await openLog(settings)).log;
    return { log: await open(), reopen: open };
  });

  const refusal = (settings: KafkaSettings): Promise<unknown> =>
    openLog(settings).then(
      async ({ log }) => {
        await log.close();
        return "opened";
      },
      (cause: unknown) => cause,
    );
  const findings = (settings: KafkaSettings) => checkKafka(settings, { clock: systemClock });
  const caFile = (text: string): string => {
    const path = join(folder, `ca-${text.length}.pem`);
    writeFileSync(path, text);
    return path;
  };

  describe("the log in it", () => {
    it("splits what is too large for one request, and keeps its order", async () => {
      const { log } = await openLog(settingsFor({ brokers: kafka.brokers }));
      const text = (at: number): string => `${at} ${"x".repeat(20_000)}`;
      const offsets = await log.append(numbers(600).map((at) => newRecord(text(at))));
      expectGrowing(offsets);
      expect((await readOn(log, frames, 0)).map(textOf)).toEqual(numbers(600).map(text));
      await log.close();
    });

    it("refuses a record larger than the broker takes, alone", async () => {
      const { log } = await openLog(settingsFor({ brokers: kafka.brokers }));
      const large = log.append([newRecord("", { value: new Uint8Array(3_000_000) })]);
      const small = log.append([newRecord("small")]);
      await expect(large).rejects.toMatchObject({
        code: "log-failed",
        message:
          "Kafka did not store the records: the record is larger than the broker accepts (max.message.bytes).",
      });
      await small;
      expect((await readOn(log, frames, 0)).map(textOf)).toEqual(["small"]);
      await log.close();
    });

    it("gives a follower of no partitions nothing, until it ends", async () => {
      const { log } = await openLog(settingsFor({ brokers: kafka.brokers }));
      const abort = new AbortController();
      const next = log.follow(frames, new Map(), abort.signal)[Symbol.asyncIterator]().next();
      await log.append([newRecord("a")]);
      expect((await followFor(log, 1)).map(textOf)).toEqual(["a"]);
      abort.abort();
      expect((await next).done).toBe(true);
      await log.close();
    });

    it("writes and reads gzip", async () => {
      const { log } = await openLog(settingsFor({ brokers: kafka.brokers, compression: "gzip" }));
      const texts = numbers(1_000).map((at) => `${at} ${"y".repeat(500)}`);
      const offsets = await log.append(texts.map((text) => newRecord(text)));
      expect((await readOn(log, frames, 0)).map(textOf)).toEqual(texts);
      const from = new Map([[0, offsets[700] ?? Number.NaN]]);
      expect((await followFor(log, 300, { from })).map(textOf)).toEqual(texts.slice(700));
      await log.close();
    });

    it("stores a checkpoint after everything else of its append", async () => {
      const { log } = await openLog(settingsFor({ brokers: kafka.brokers }));
      const of = (topic: NewRecord["topic"], text: string): NewRecord => newRecord(text, { topic });
      const appended = log.append([
        of(laneState, "1"),
        of(events, "e".repeat(1_000_000)),
        of(laneState, "2"),
      ]);
      for await (const batch of log.follow(laneState, new Map([[0, 0]]), AbortSignal.timeout(10_000))) {
        expect(batch.map(textOf)).toEqual(["1", "2"]);
        expect(await log.end(events, 0)).toBe(1);
        break;
      }
      expect(await appended).toEqual([0, 0, 1]);
      await log.close();
    });

    it("begins where the oldest kept record is, after others were removed", async () => {
      const { log, settings, problems } = await openLog(settingsFor({ brokers: kafka.brokers }));
      await log.append(numbers(10).map((at) => newRecord(String(at))));
      const topic = `${settings.topicPrefix}${frames}`;
      await administer(kafka.brokers, async (admin) => {
        await admin.fetchTopicOffsets(topic);
        await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "7" }] });
      });
      expect((await readOn(log, frames, 0)).map(textOf)).toEqual(["7", "8", "9"]);
      expect((await followFor(log, 3)).map(textOf)).toEqual(["7", "8", "9"]);
      expect(problems).toEqual([]);
      expect((await followFor(log, 3, { from: new Map([[0, 2]]) })).map(textOf)).toEqual(["7", "8", "9"]);
      expect((await followFor(log, 3, { from: new Map([[0, 99]]) })).map(textOf)).toEqual(["7", "8", "9"]);
      const name = `${settings.topicPrefix}${frames}, partition 0`;
      expect(problems.map(({ message }) => message)).toEqual([
        `${name}: the records from 2 to 6 were removed before they were read.`,
        `${name}: offset 99 was stored once, and is there no more. What is kept is read again.`,
      ]);
      await log.close();
    });

    it("forgets keys that somebody deleted", async () => {
      const { log, settings } = await openLog(settingsFor({ brokers: kafka.brokers }));
      await log.append(["a", "b"].map((key) => newRecord("1", { topic: laneState, key })));
      await deleteKey(kafka.brokers, { topic: `${settings.topicPrefix}${laneState}`, key: "a" });
      expect((await log.latest(laneState, 0)).map(({ key }) => key)).toEqual(["b"]);
      expect((await readOn(log, laneState, 0)).map(({ key }) => key)).toEqual(["a", "b"]);
      await log.close();
    });

    it("refuses topics with another partition count, and lacks none in silence", async () => {
      const settings = settingsFor({ brokers: kafka.brokers });
      expect(await refusal({ ...settings, createTopics: false })).toMatchObject({
        code: "log-failed",
        message: expect.stringContaining(`lacks the topic ${settings.topicPrefix}${frames}`) as string,
      });
      expect(await refusal(settings)).toBe("opened");
      expect(await refusal({ ...settings, partitionCount: 5 })).toMatchObject({
        code: "log-failed",
        message: expect.stringContaining("it has 4 partitions, and the settings say 5") as string,
      });
    });

    it("says in one sentence that topics cannot have more copies than there are brokers", async () => {
      expect(await refusal(settingsFor({ brokers: kafka.brokers, replicationFactor: 3 }))).toMatchObject({
        code: "log-failed",
        message: expect.stringContaining(
          "there are fewer brokers than the replication factor asks for",
        ) as string,
      });
    });
  });

  describe("ways in", () => {
    const ways = (): Readonly<Record<string, KafkaSettings>> => {
      const { username, password } = kafka.scram;
      const tls = { caFile: caFile(kafka.tls.ca) };
      return {
        "SCRAM-SHA-256": settingsFor({
          brokers: kafka.scram.brokers,
          sasl: { mechanism: "scram-sha-256", username, password },
        }),
        TLS: settingsFor({ brokers: kafka.tls.brokers, tls }),
        "SCRAM-SHA-512 over TLS": settingsFor({
          brokers: kafka.scramTls.brokers,
          tls,
          sasl: { mechanism: "scram-sha-512", username, password },
        }),
      };
    };

    it.each(["SCRAM-SHA-256", "TLS", "SCRAM-SHA-512 over TLS"])("%s", async (way) => {
      const settings = ways()[way];
      if (settings === undefined) throw new Error("no such way");
      const { log } = await openLog(settings);
      await log.append([newRecord("a"), newRecord("b", { partition: 1 })]);
      expect((await followFor(log, 2)).map(textOf).sort()).toEqual(["a", "b"]);
      await log.close();
      expect((await findings(settings)).filter(({ ok }) => !ok)).toEqual([]);
    });

    it("are closed to a wrong password, a foreign certificate and the wrong protocol, at once and in words", async () => {
      const quick = { openTimeoutInMs: 1_000, connectTimeoutInMs: 800, requestTimeoutInMs: 800 };
      const wrong = settingsFor({
        ...quick,
        brokers: kafka.scram.brokers,
        sasl: { mechanism: "scram-sha-512", username: kafka.scram.username, password: "wrong" },
      });
      expect(await refusal(wrong)).toMatchObject({
        code: "log-failed",
        message: expect.stringContaining("the broker refuses the user name or password") as string,
      });
      expect(await findings(wrong)).toEqual([
        {
          ok: false,
          subject: `Kafka at ${String(kafka.scram.brokers[0])}`,
          detail: "the broker refuses the user name or password",
        },
      ]);
      const untrusted = await findings(settingsFor({ ...quick, brokers: kafka.tls.brokers, tls: {} }));
      expect(untrusted.map(({ ok }) => ok)).toEqual([false]);
      expect(untrusted[0]?.detail).toMatch(/certificate/);
      const plainToTls = await findings(settingsFor({ ...quick, brokers: kafka.tls.brokers }));
      expect(plainToTls.map(({ ok }) => ok)).toEqual([false]);
      const missing = settingsFor({
        ...quick,
        brokers: kafka.tls.brokers,
        tls: { caFile: join(folder, "none.pem") },
      });
      expect(await refusal(missing)).toMatchObject({ code: "file-unreadable" });
    }, 30_000);

    it("lead nowhere where no broker listens, in bounded time", async () => {
      const brokers = [`127.0.0.1:${await freePort()}`, `localhost:${await freePort()}`];
      const settings = settingsFor({ brokers, openTimeoutInMs: 700 });
      const begun = performance.now();
      expect(await refusal(settings)).toMatchObject({
        code: "log-failed",
        message: `The log in Kafka at ${brokers.join(", ")} could not be opened in time: the connection was refused.`,
      });
      expect(performance.now() - begun).toBeLessThan(5_000);
      expect((await findings(settings)).map(({ ok, detail }) => [ok, detail])).toEqual([
        [false, "the connection was refused"],
      ]);
    });
  });

  describe("a check of it", () => {
    it("says what is there before and after the topics are made", async () => {
      const settings = settingsFor({ brokers: kafka.brokers });
      const before = await findings(settings);
      expect(before.map(({ ok }) => ok)).not.toContain(false);
      expect(before.filter(({ detail }) => detail.startsWith("not there yet"))).toHaveLength(
        topicNames.length,
      );
      const { log, problems } = await openLog(settings);
      await log.close();
      expect(problems).toEqual([]);
      const after = await findings(settings);
      expect(after.map(({ ok }) => ok)).not.toContain(false);
      const detail = (topic: string): string | undefined =>
        after.find(({ subject }) => subject === `topic ${settings.topicPrefix}${topic}`)?.detail;
      expect(detail(frames)).toBe("4 partitions, 1 copy, delete after 3 d or later");
      expect(detail(events)).toBe("4 partitions, 1 copy, delete after 400 d or later");
      expect(detail(laneState)).toBe("4 partitions, 1 copy, compact");
    });

    it("finds words on a case kept for less than a day, whatever a later one says, as they are made", async () => {
      const { log, settings } = await openLog(settingsFor({ brokers: kafka.brokers }));
      const topic = `${settings.topicPrefix}lanewatch.alarms.v1`;
      const name = "min.compaction.lag.ms";
      const resource = { type: ConfigResourceTypes.TOPIC, name: topic };
      const concern = async (): Promise<string | undefined> =>
        (await findings(settings)).find(({ ok, subject }) => !ok && subject === `topic ${topic}`)?.detail;
      const words = ["1", "2", "3"].map((text) =>
        newRecord(text, { topic: "lanewatch.alarms.v1", key: "alarm" }),
      );
      for (const word of words) await log.append([word]);
      expect((await log.kept("lanewatch.alarms.v1", 0)).map(textOf)).toEqual(["1", "2", "3"]);
      expect((await log.latest("lanewatch.alarms.v1", 0)).map(textOf)).toEqual(["3"]);
      await log.close();
      expect(await concern()).toBeUndefined();
      await administer(kafka.brokers, async (admin) => {
        const asked = { includeSynonyms: false, resources: [{ ...resource, configNames: [name] }] };
        const [made] = (await admin.describeConfigs(asked)).resources;
        expect(made?.configEntries.map(({ configValue }) => configValue)).toEqual(["86400000"]);
        const configEntries = [
          { name: "cleanup.policy", value: "compact" },
          { name, value: "3600000" },
        ];
        await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
      });
      await expect
        .poll(concern, { timeout: 10_000 })
        .toContain(
          "its min.compaction.lag.ms is 3600000 and should be 86400000: a late word on an alarm's case could hide a newer one",
        );
    });

    it("finds what is not as the settings say", async () => {
      const settings = settingsFor({ brokers: kafka.brokers });
      const configEntries = [
        { name: "cleanup.policy", value: "compact" },
        { name: "compression.type", value: "zstd" },
        { name: "retention.ms", value: "60000" },
      ];
      const topic = `${settings.topicPrefix}${frames}`;
      await administer(kafka.brokers, (admin) =>
        admin.createTopics({ topics: [{ topic, numPartitions: 3, configEntries }], waitForLeaders: false }),
      );
      const look = async () => (await findings(settings)).find(({ subject }) => subject === `topic ${topic}`);
      await expect.poll(async () => (await look())?.ok, { timeout: 10_000 }).toBe(false);
      const found = await look();
      expect(found?.ok).toBe(false);
      expect(found?.detail.split("; ")).toEqual([
        "it has 3 partitions, and the settings say 4",
        "its cleanup.policy is compact, and must be delete",
        "its compression.type is zstd, and lanewatch reads gzip alone",
        "it keeps records for 0 d, less than 3 d",
        "its message.timestamp.type is CreateTime, and would be made LogAppendTime",
      ]);
      expect(await refusal(settings)).toMatchObject({ code: "log-failed" });
    });
  });
});
