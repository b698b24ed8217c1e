import { brokersText, type KafkaSettings } from "../kafka-settings.ts";
import type { Clock } from "../ports.ts";
import { readAccess } from "./kafka-access.ts";
import { type KafkaFinding, topicFinding } from "./kafka-findings.ts";
import { type KafkaLink, LinkLost, openLink } from "./kafka-link.ts";
import { versionsUsed } from "./kafka-requests.ts";
import { kafkaTopicNames, topicFacts } from "./kafka-topics.ts";

const accessText = ({ tls, sasl }: KafkaSettings): string =>
  [
    tls === undefined ? "without TLS" : "over TLS",
    sasl === undefined ? "without signing in" : `signed in as ${sasl.username} by ${sasl.mechanism}`,
  ].join(", ");

const versionFinding = ({ versions }: KafkaLink): KafkaFinding => {
  const subject = "Kafka protocol";
  const lacking = versionsUsed.filter(({ key, version }) => {
    const spoken = versions[key];
    return spoken === undefined || spoken.minVersion > version || spoken.maxVersion < version;
  });
  return lacking.length === 0
    ? { ok: true, subject, detail: "the broker speaks the versions lanewatch uses (Kafka 2.3 and newer)" }
    : {
        ok: false,
        subject,
        detail: `the broker does not speak ${lacking.map(({ name, version }) => `${name} ${version}`).join(", ")}`,
      };
};

const copiesFinding = (link: KafkaLink, { replicationFactor }: KafkaSettings): KafkaFinding => {
  const brokerCount = link.metadata().brokers.length;
  const brokers = brokerCount === 1 ? "1 broker" : `${brokerCount} brokers`;
  return {
    ok: replicationFactor <= brokerCount,
    subject: "Kafka copies",
    detail: `${brokers} for ${replicationFactor} ${replicationFactor === 1 ? "copy" : "copies"} of every record`,
  };
};

const findings = async (link: KafkaLink, settings: KafkaSettings): Promise<readonly KafkaFinding[]> => [
  { ok: true, subject: `Kafka at ${brokersText(settings)}`, detail: `reachable ${accessText(settings)}` },
  versionFinding(link),
  copiesFinding(link, settings),
  ...(await topicFacts(link, settings)).map((facts) => topicFinding(facts, settings)),
];

/**
 * Looks at the brokers and topics, and changes nothing: whether one can be reached and lets this user in, what it
 * speaks, and each topic's partitions, policy, retention and copies. One attempt, bounded by `openTimeoutInMs`.
 * @throws LanewatchError `file-unreadable` for a certificate or key.
 */
export const checkKafka = async (
  settings: KafkaSettings,
  { clock }: { readonly clock: Clock },
): Promise<readonly KafkaFinding[]> => {
  const access = await readAccess(settings);
  const ended = new AbortController();
  const done = new AbortController();
  void clock.sleep(settings.openTimeoutInMs, done.signal).then(() => ended.abort());
  try {
    const topics = kafkaTopicNames(settings);
    const link = await openLink({ access, topics, onClientLog: () => undefined, signal: ended.signal });
    return await findings(link, settings);
  } catch (cause) {
    if (!(cause instanceof LinkLost)) throw cause;
    return [{ ok: false, subject: `Kafka at ${brokersText(settings)}`, detail: cause.message }];
  } finally {
    done.abort();
    ended.abort();
  }
};
