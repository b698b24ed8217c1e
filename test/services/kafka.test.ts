import { type Admin, Kafka as Client, type KafkaConfig, logLevel } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Kafka, startKafka } from "./kafka.ts";
import { type KafkaVersion, kafkaVersions } from "./kafka-jars.ts";
import { isAbsent } from "./presence.ts";
import { isSoon, waitUntil } from "./waiting.ts";

const clientOf = (config: KafkaConfig, requestTimeout = 2_000): Client =>
  new Client({
    ...{ clientId: "services-test", logLevel: logLevel.NOTHING, requestTimeout, connectionTimeout: 2_000 },
    retry: { retries: 8, initialRetryTime: 50, maxRetryTime: 500 },
    ...config,
  });

const asAdmin = async <T>(client: Client, act: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = client.admin();
  await admin.connect();
  try {
    return await act(admin);
  } finally {
    await admin.disconnect();
  }
};

const createTopic = (client: Client, topic: string): Promise<boolean> =>
  asAdmin(client, (admin) =>
    admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1 }], waitForLeaders: true }),
  );

const send = async (client: Client, topic: string, values: readonly string[]): Promise<void> => {
  const producer = client.producer();
  await producer.connect();
  try {
    await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) });
  } finally {
    await producer.disconnect();
  }
};

/** All values from the topic's beginning, until there are so many. */
const receive = async (client: Client, topic: string, count: number): Promise<readonly string[]> => {
  const values: string[] = [];
  const consumer = client.consumer({ groupId: `group-${topic}-${count}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => Promise.resolve(void values.push(message.value?.toString() ?? "")),
    });
    await waitUntil(`${count} messages arrive`, () => values.length >= count, 10_000);
  } finally {
    await consumer.disconnect();
  }
  return values;
};

const isUnavailable = isAbsent("kafka");

describe.skipIf(isUnavailable).each(kafkaVersions)("Kafka %s", (version: KafkaVersion) => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({ version });
  }, 360_000);
  afterAll(() => kafka.stop());

  it("keeps what it acknowledged when it is killed and started again", async () => {
    const client = clientOf({ brokers: kafka.brokers });
    await createTopic(client, "kept");
    await send(client, "kept", ["one", "two"]);
    expect(await receive(client, "kept", 2)).toEqual(["one", "two"]);
    const before = kafka.pid();
    await kafka.kill();
    expect(kafka.isRunning()).toBe(false);
    await kafka.start();
    expect(kafka.pid()).not.toBe(before);
    await send(client, "kept", ["three"]);
    expect(await receive(client, "kept", 3)).toEqual(["one", "two", "three"]);
  }, 40_000);

  it("lets its user in by SASL/SCRAM, and nobody else", async () => {
    const { brokers, username, password } = kafka.scram;
    const weak = { mechanism: "scram-sha-256", username, password } as const;
    const strong = { mechanism: "scram-sha-512", username, password } as const;
    for (const sasl of [weak, strong]) {
      const client = clientOf({ brokers, sasl });
      expect(await asAdmin(client, (admin) => admin.listTopics())).toContain("kept");
    }
    // Not a copy of what was used above: kafkajs hides what it derived from the password in the object it was given.
    const wrong = { mechanism: "scram-sha-256", username, password: "wrong" } as const;
    const stranger = clientOf({ brokers, sasl: wrong });
    await expect(asAdmin(stranger, (admin) => admin.listTopics())).rejects.toThrow(/authentication/i);
  });

  it("speaks TLS with a certificate of its authority, with SCRAM and without", async () => {
    const { username, password } = kafka.scramTls;
    const plain = clientOf({ brokers: kafka.tls.brokers, ssl: { ca: [kafka.tls.ca] } });
    const both = clientOf({
      ...{ brokers: kafka.scramTls.brokers, ssl: { ca: [kafka.scramTls.ca] } },
      sasl: { mechanism: "scram-sha-512", username, password },
    });
    for (const client of [plain, both])
      expect(await asAdmin(client, (admin) => admin.listTopics())).toContain("kept");
    const distrustful = clientOf({ brokers: kafka.tls.brokers, ssl: true, retry: { retries: 0 } });
    await expect(asAdmin(distrustful, (admin) => admin.listTopics())).rejects.toThrow(/certificate/);
  });

  it("answers nothing while it is paused, and all of it afterwards", async () => {
    await asAdmin(clientOf({ brokers: kafka.brokers }, 10_000), async (admin) => {
      await kafka.pause();
      let isAnswered = false;
      const listing = admin.listTopics().finally(() => (isAnswered = true));
      try {
        expect(await isSoon(() => isAnswered, 300)).toBe(false);
      } finally {
        kafka.resume();
      }
      expect(await listing).toContain("kept");
    });
  });

  it("behind its proxy keeps clients there, and a lost answer makes a message twice", async () => {
    const { brokers, proxy } = kafka.proxied;
    await createTopic(clientOf({ brokers: kafka.brokers }), "twice");
    const client = clientOf({ brokers }, 500);
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic: "twice", messages: [{ value: "first" }] });
    expect(proxy.counts().toServerBytes).toBeGreaterThan(0);
    await proxy.setFaults({ isToClientSwallowed: true });
    const sending = producer.send({ topic: "twice", messages: [{ value: "second" }] });
    await waitUntil("an answer is lost", () => proxy.counts().swallowedBytes > 0, 5_000);
    await proxy.heal();
    await sending;
    await producer.disconnect();
    expect(await receive(clientOf({ brokers: kafka.brokers }), "twice", 3)).toEqual([
      "first",
      "second",
      "second",
    ]);
  });

  it("goes through the proxy alone", async () => {
    const { brokers, proxy } = kafka.proxied;
    await proxy.setFaults({ isRefusing: true });
    proxy.cut();
    const client = clientOf({ brokers, retry: { retries: 0 } });
    await expect(asAdmin(client, (admin) => admin.listTopics())).rejects.toThrow(
      /ECONNREFUSED|Connection error/,
    );
    await proxy.heal();
    expect(await asAdmin(clientOf({ brokers }), (admin) => admin.listTopics())).toContain("twice");
  });
});
