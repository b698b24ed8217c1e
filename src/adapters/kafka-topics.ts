import { type Topic, topicNames, topics } from "../wire/topics.ts";
import type { KafkaSettings } from "../kafka-settings.ts";
import { meaningOf, noError, topicExists } from "./kafka-error-codes.ts";
import type { KafkaLink } from "./kafka-link.ts";
import { kafkaRequests } from "./kafka-requests.ts";

export const topicNameOf = (settings: Pick<KafkaSettings, "topicPrefix">, topic: Topic): string =>
  `${settings.topicPrefix}${topic}`;

export const kafkaTopicNames = (settings: Pick<KafkaSettings, "topicPrefix">): readonly string[] =>
  topicNames.map((topic) => topicNameOf(settings, topic));

/** Segments of compacted topics are closed early, so that they are compacted, and a restart has little to read. */
const compactedSegmentBytes = 16 * 1_048_576;
const compactedSegmentInMs = 600_000;

/**
 * A word on a case that a core had given up may be stored behind a newer one. Whoever restores the cases takes the newest
 * of all words that are there, so that the newer one must not be compacted away before: a day outlasts whatever a paused
 * or cut-off process may still say.
 */
const wordsKeptInMs = 24 * 3_600_000;

const minInSync = ({ minInSyncReplicas, replicationFactor }: KafkaSettings): number =>
  minInSyncReplicas ?? (replicationFactor >= 3 ? 2 : 1);

/** A topic's configuration as it is made, by Kafka's names. Frames are stamped by the broker, the rest by who writes. */
export const topicConfig = (settings: KafkaSettings, topic: Topic): Readonly<Record<string, string>> => {
  const { policy, retentionInMs } = topics[topic];
  return {
    "cleanup.policy": policy,
    "min.insync.replicas": String(minInSync(settings)),
    "message.timestamp.type": topic === "lanewatch.frames.v1" ? "LogAppendTime" : "CreateTime",
    ...(retentionInMs === null
      ? {
          "segment.bytes": String(compactedSegmentBytes),
          "segment.ms": String(compactedSegmentInMs),
          "min.cleanable.dirty.ratio": "0.1",
          ...(topic === "lanewatch.alarms.v1" ? { "min.compaction.lag.ms": String(wordsKeptInMs) } : {}),
        }
      : { "retention.ms": String(retentionInMs) }),
  };
};

/** What a topic is like, as far as it could be learnt. */
export interface TopicFacts {
  readonly topic: Topic;
  readonly name: string;
  /** 0: there is no such topic. */
  readonly partitionCount: number;
  readonly replicationFactor: number;
  /** Null where the broker did not tell, and why. */
  readonly config: ReadonlyMap<string, string> | null;
  readonly configRefusal: string | null;
  /** The error that stands in the way of knowing the topic, other than its absence. */
  readonly refusal: string | null;
}

const unknownTopic = 3;
const topicResource = 2;
const configNames = [
  "cleanup.policy",
  "retention.ms",
  "retention.bytes",
  "min.compaction.lag.ms",
  "min.insync.replicas",
  "message.timestamp.type",
  "compression.type",
  "max.message.bytes",
];

/** The topics as the link last saw them, with their configuration. @throws LinkLost */
export const topicFacts = async (
  link: KafkaLink,
  settings: KafkaSettings,
): Promise<readonly TopicFacts[]> => {
  const metadata = link.metadata();
  const { resources } = await link.send(
    link.anyNode(),
    kafkaRequests.describeConfigs({
      resources: kafkaTopicNames(settings).map((name) => ({ type: topicResource, name, configNames })),
    }),
  );
  return topicNames.map((topic) => {
    const name = topicNameOf(settings, topic);
    const found = metadata.topicMetadata.find((one) => one.topic === name);
    const resource = resources.find(({ resourceName }) => resourceName === name);
    const errorCode = found?.topicErrorCode ?? unknownTopic;
    const configCode = resource?.errorCode ?? unknownTopic;
    const isThere = errorCode === noError;
    return {
      topic,
      name,
      partitionCount: isThere ? (found?.partitionMetadata.length ?? 0) : 0,
      replicationFactor: isThere ? (found?.partitionMetadata[0]?.replicas.length ?? 0) : 0,
      config:
        resource === undefined || configCode !== noError
          ? null
          : new Map(resource.configEntries.map((entry) => [entry.configName, entry.configValue ?? ""])),
      configRefusal: configCode === noError ? null : meaningOf(configCode).text,
      refusal: isThere || errorCode === unknownTopic ? null : meaningOf(errorCode).text,
    };
  });
};

/**
 * Makes the topics that are missing. One that another process made meanwhile is as good.
 * @returns why, where it could not, one sentence each.
 * @throws LinkLost
 */
export const createTopics = async (
  link: KafkaLink,
  settings: KafkaSettings,
  missing: readonly Topic[],
): Promise<readonly string[]> => {
  if (missing.length === 0) return [];
  const { topicErrors } = await link.send(
    link.metadata().controllerId,
    kafkaRequests.createTopics({
      timeout: settings.requestTimeoutInMs,
      validateOnly: false,
      topics: missing.map((topic) => ({
        topic: topicNameOf(settings, topic),
        numPartitions: settings.partitionCount,
        replicationFactor: settings.replicationFactor,
        configEntries: Object.entries(topicConfig(settings, topic)).map(([name, value]) => ({ name, value })),
      })),
    }),
  );
  return topicErrors
    .filter(({ errorCode }) => errorCode !== noError && errorCode !== topicExists)
    .map(({ topic, errorCode }) => `${topic} could not be made: ${meaningOf(errorCode).text}`);
};
