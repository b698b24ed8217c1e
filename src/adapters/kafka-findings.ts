import { topics } from "../wire/topics.ts";
import type { KafkaSettings } from "../kafka-settings.ts";
import { topicConfig, type TopicFacts } from "./kafka-topics.ts";

/** One thing that was looked at. `detail` is a sentence's worth for a person, good or bad. */
export interface KafkaFinding {
  readonly ok: boolean;
  readonly subject: string;
  readonly detail: string;
}

const days = (inMs: number): string => `${Number((inMs / 86_400_000).toFixed(2))} d`;
const readableCodecs = ["producer", "gzip", "uncompressed"];

const partitionProblem = ({ partitionCount }: TopicFacts, settings: KafkaSettings): string | null =>
  partitionCount === settings.partitionCount
    ? null
    : `it has ${partitionCount} partitions, and the settings say ${settings.partitionCount}`;

const policyProblem = ({ topic, config }: TopicFacts): string | null => {
  const policy = config?.get("cleanup.policy");
  const wanted = topics[topic].policy;
  return policy === undefined || policy === wanted
    ? null
    : `its cleanup.policy is ${policy}, and must be ${wanted}`;
};

const compressionProblem = ({ config }: TopicFacts): string | null => {
  const codec = config?.get("compression.type");
  return codec === undefined || readableCodecs.includes(codec)
    ? null
    : `its compression.type is ${codec}, and lanewatch reads gzip alone`;
};

/** What makes a topic unusable: it would lose records, or put lanes where nobody looks for them. */
export const grave = (facts: TopicFacts, settings: KafkaSettings): readonly string[] =>
  [partitionProblem(facts, settings), policyProblem(facts), compressionProblem(facts)].filter(
    (problem) => problem !== null,
  );

const retentionConcern = ({ topic, config }: TopicFacts): string | null => {
  const { retentionInMs: wanted } = topics[topic];
  const kept = Number(config?.get("retention.ms") ?? Number.NaN);
  if (wanted === null || Number.isNaN(kept) || kept === -1 || kept >= wanted) return null;
  return `it keeps records for ${days(kept)}, less than ${days(wanted)}`;
};

const sizeConcern = ({ topic, config }: TopicFacts): string | null => {
  const bytes = config?.get("retention.bytes");
  return topics[topic].policy === "compact" || bytes === undefined || bytes === "-1"
    ? null
    : `it also drops records beyond ${bytes} bytes a partition`;
};

const replicaConcern = (facts: TopicFacts, settings: KafkaSettings): string | null =>
  facts.replicationFactor >= settings.replicationFactor
    ? null
    : `it has ${facts.replicationFactor} copies, and the settings say ${settings.replicationFactor}`;

const valueConcern = (facts: TopicFacts, settings: KafkaSettings, name: string): string | null => {
  const wanted = topicConfig(settings, facts.topic)[name];
  const found = facts.config?.get(name);
  return wanted === undefined || found === undefined || found === wanted
    ? null
    : `its ${name} is ${found}, and would be made ${wanted}`;
};

/** Kafka's own default is none. */
const compactionConcern = (facts: TopicFacts, settings: KafkaSettings): string | null => {
  const name = "min.compaction.lag.ms";
  const wanted = Number(topicConfig(settings, facts.topic)[name] ?? 0);
  const found = Number(facts.config?.get(name) ?? Number.NaN);
  return Number.isNaN(found) || found >= wanted
    ? null
    : `its ${name} is ${found} and should be ${wanted}: a late word on an alarm's case could hide a newer one`;
};

const batchConcern = ({ config }: TopicFacts, { batchBytes }: KafkaSettings): string | null => {
  const bytes = Number(config?.get("max.message.bytes") ?? Number.NaN);
  return Number.isNaN(bytes) || bytes >= batchBytes
    ? null
    : `its max.message.bytes of ${bytes} is below the batchBytes of ${batchBytes}`;
};

/** What a person should know, and may want: the log works with it. */
export const concerns = (facts: TopicFacts, settings: KafkaSettings): readonly string[] =>
  [
    retentionConcern(facts),
    sizeConcern(facts),
    replicaConcern(facts, settings),
    valueConcern(facts, settings, "min.insync.replicas"),
    valueConcern(facts, settings, "message.timestamp.type"),
    compactionConcern(facts, settings),
    batchConcern(facts, settings),
  ].filter((concern) => concern !== null);

/** One finding a topic. */
export const topicFinding = (facts: TopicFacts, settings: KafkaSettings): KafkaFinding => {
  const subject = `topic ${facts.name}`;
  if (facts.refusal !== null) return { ok: false, subject, detail: facts.refusal };
  if (facts.partitionCount === 0)
    return settings.createTopics
      ? { ok: true, subject, detail: "not there yet; it is made at the first start" }
      : { ok: false, subject, detail: "not there, and createTopics is false" };
  const bad = [...grave(facts, settings), ...concerns(facts, settings)];
  if (bad.length > 0) return { ok: false, subject, detail: bad.join("; ") };
  if (facts.config === null)
    return {
      ok: true,
      subject,
      detail: `${facts.partitionCount} partitions; its configuration is not to be had: ${facts.configRefusal ?? "unknown"}`,
    };
  const { policy, retentionInMs } = topics[facts.topic];
  const kept = retentionInMs === null ? policy : `${policy} after ${days(retentionInMs)} or later`;
  const copies = facts.replicationFactor === 1 ? "1 copy" : `${facts.replicationFactor} copies`;
  return { ok: true, subject, detail: `${facts.partitionCount} partitions, ${copies}, ${kept}` };
};
