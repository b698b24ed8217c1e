import { describe, expect, it } from "vitest";
import { kafkaSettingsSchema } from "../src/kafka-settings.ts";

const problemsOf = (given: Readonly<Record<string, unknown>>): readonly string[] => {
  const parsed = kafkaSettingsSchema.safeParse({ brokers: ["kafka-1:9092"], ...given });
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join("."));
};

describe("the settings of Kafka", () => {
  it("need brokers only", () => {
    expect(kafkaSettingsSchema.parse({ brokers: ["kafka-1:9092"] })).toEqual({
      brokers: ["kafka-1:9092"],
      clientId: "lanewatch",
      topicPrefix: "",
      partitionCount: 12,
      replicationFactor: 1,
      createTopics: true,
      compression: "none",
      lingerInMs: 2,
      batchBytes: 900_000,
      connectTimeoutInMs: 5_000,
      requestTimeoutInMs: 10_000,
      appendTimeoutInMs: 30_000,
      openTimeoutInMs: 30_000,
    });
  });

  it.each(["kafka-1:9092", "10.1.2.3:1", "[::1]:65535", "a.b.example:9093"])(
    "take the broker %s",
    (broker) => {
      expect(problemsOf({ brokers: [broker] })).toEqual([]);
    },
  );

  it.each(["kafka-1", "kafka-1:", ":9092", "kafka-1:0", "kafka-1:65536", "http://kafka-1:9092", "::1:9092"])(
    "refuse the broker %s",
    (broker) => expect(problemsOf({ brokers: [broker] })).toEqual(["brokers.0"]),
  );

  it.each([
    [{ brokers: [] }, "brokers"],
    [{ tls: { certFile: "a" } }, "tls.keyFile"],
    [{ tls: { keyFile: "a" } }, "tls.keyFile"],
    [{ sasl: { mechanism: "gssapi", username: "a", password: "b" } }, "sasl.mechanism"],
    [{ replicationFactor: 2, minInSyncReplicas: 3 }, "minInSyncReplicas"],
    [{ topicPrefix: "a b" }, "topicPrefix"],
    [{ compression: "zstd" }, "compression"],
  ])("refuse %o", (given, path) => expect(problemsOf(given)).toEqual([path]));
});
