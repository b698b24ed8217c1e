import { LanewatchError } from "../domain/errors.ts";
import { brokersText, type KafkaSettings } from "../kafka-settings.ts";
import type { Chance, Clock, EventLog, LogRecord, Positions } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";
import { readAccess } from "./kafka-access.ts";
import type { ClientLog } from "./kafka-client-log.ts";
import { meaningOf } from "./kafka-error-codes.ts";
import { concerns, grave } from "./kafka-findings.ts";
import { followTopic } from "./kafka-follow.ts";
import { type KafkaLink, LinkLost } from "./kafka-link.ts";
import { type KafkaProblem, linkSlot, type LinkSlot } from "./kafka-link-slot.ts";
import { kafkaProducer } from "./kafka-producer.ts";
import { kafkaQueries } from "./kafka-query.ts";
import { createTopics, kafkaTopicNames, topicFacts, topicNameOf } from "./kafka-topics.ts";

export interface KafkaLogOptions {
  readonly clock: Clock;
  readonly onProblem: (problem: KafkaProblem) => void;
  /** Jitters the pauses between attempts, so that many processes do not come back in step. Default: `Math.random`. */
  readonly chance?: Chance;
  /** What kafkajs itself says. Default: nobody hears it; whatever matters goes to `onProblem` in words of ours. */
  readonly onClientLog?: ClientLog;
}

type SlotFor = (purpose: string) => LinkSlot;

const failed = (settings: KafkaSettings, reason: string, cause?: unknown): LanewatchError =>
  new LanewatchError("log-failed", `The log in Kafka at ${brokersText(settings)} ${reason}.`, cause);

/** Makes topics that are missing, and refuses ones that are not as they must be. @throws LinkLost */
const prepareTopics = async (
  link: KafkaLink,
  settings: KafkaSettings,
  onProblem: (problem: KafkaProblem) => void,
): Promise<"ready" | "again"> => {
  const facts = await topicFacts(link, settings);
  const refused = facts.find(({ refusal }) => refusal !== null);
  if (refused !== undefined)
    throw failed(settings, `cannot be opened: ${refused.name}: ${refused.refusal ?? ""}`);
  const missing = facts.filter(({ partitionCount }) => partitionCount === 0);
  const [first] = missing;
  if (first !== undefined) {
    if (!settings.createTopics) throw failed(settings, `lacks the topic ${first.name}`);
    const [refusal] = await createTopics(
      link,
      settings,
      missing.map(({ topic }) => topic),
    );
    if (refusal !== undefined) throw failed(settings, `cannot be opened: ${refusal}`);
    await link.refresh();
    return "again";
  }
  for (const topic of facts) {
    const [problem] = grave(topic, settings);
    if (problem !== undefined) throw failed(settings, `cannot be opened: ${topic.name}: ${problem}`);
    for (const concern of concerns(topic, settings))
      onProblem({ level: "warn", message: `Kafka's topic ${topic.name}: ${concern}.` });
  }
  const leaderless = facts.some(({ name, partitionCount }) =>
    Array.from({ length: partitionCount }, (_, partition) => link.leaderOf(name, partition)).includes(
      undefined,
    ),
  );
  if (leaderless) await link.refresh();
  return leaderless ? "again" : "ready";
};

/** Between looks whether fresh topics have their leaders. */
const lookPauseInMs = 50;

const open = async (
  slot: LinkSlot,
  settings: KafkaSettings,
  { clock, onProblem }: KafkaLogOptions,
): Promise<void> => {
  const deadlineInMs = clock.monotonic() + settings.openTimeoutInMs;
  const never = new AbortController().signal;
  for (;;) {
    let reason = meaningOf(5).text;
    try {
      if ((await prepareTopics(await slot.link(), settings, onProblem)) === "ready") break;
      if (clock.monotonic() < deadlineInMs) await clock.sleep(lookPauseInMs, never);
    } catch (cause) {
      if (!(cause instanceof LinkLost)) throw cause;
      reason = cause.message;
      if (cause.isFinal) throw failed(settings, `cannot be opened: ${reason}`, cause);
      if (clock.monotonic() < deadlineInMs) await slot.lost(cause, never);
    }
    if (clock.monotonic() >= deadlineInMs) throw failed(settings, `could not be opened in time: ${reason}`);
  }
  slot.works();
};

/** The log over three kinds of links: one that appends, one that is asked, and one for each follower. */
const logOver = (settings: KafkaSettings, options: KafkaLogOptions, slotFor: SlotFor): EventLog => {
  const { clock, onProblem } = options;
  const topicName = (topic: Topic): string => topicNameOf(settings, topic);
  const appending = slotFor("appending");
  const asking = slotFor("reading");
  const producer = kafkaProducer({ slot: appending, clock, settings, topicName });
  const timeoutInMs = settings.appendTimeoutInMs;
  const queries = kafkaQueries({ slot: asking, clock, timeoutInMs, topicName });
  const closing = new AbortController();
  let closed: Promise<void> | null = null;

  const assertPartition = (partition: number): void => {
    if (Number.isInteger(partition) && partition >= 0 && partition < settings.partitionCount) return;
    throw new LanewatchError(
      "log-failed",
      `The log has partitions 0 to ${settings.partitionCount - 1}; there is no partition ${partition}.`,
    );
  };
  const whileOpen = async <T>(partitions: readonly number[], call: () => Promise<T>): Promise<T> => {
    if (closed !== null) throw new LanewatchError("log-closed", "The log is closed.");
    for (const partition of partitions) assertPartition(partition);
    return call();
  };
  async function* follow(
    topic: Topic,
    from: Positions,
    signal: AbortSignal,
  ): AsyncGenerator<readonly LogRecord[]> {
    const ended = AbortSignal.any([signal, closing.signal]);
    if (ended.aborted) return;
    const name = topicName(topic);
    const next = new Map(from);
    const slot = slotFor(`following ${name}`);
    yield* followTopic({ slot, clock, topic, name, next, onProblem, signal: ended });
  }
  const close = async (): Promise<void> => {
    closing.abort();
    await producer.flush();
    appending.close();
    asking.close();
  };

  return {
    partitionCount: settings.partitionCount,
    append: (records) =>
      whileOpen(
        records.map(({ partition }) => partition),
        () => (records.length === 0 ? Promise.resolve([]) : producer.append(records)),
      ),
    read: (topic, partition, from) => whileOpen([partition], () => queries.read({ topic, partition }, from)),
    end: (topic, partition) => whileOpen([partition], () => queries.end({ topic, partition })),
    latest: (topic, partition, from) =>
      whileOpen([partition], () => queries.latest({ topic, partition }, from?.since)),
    kept: (topic, partition, from) =>
      whileOpen([partition], () => queries.kept({ topic, partition }, from?.since)),
    follow,
    close: () => (closed ??= close()),
  };
};

/**
 * The log in Kafka. Missing topics are made, with partitions, retention and policy as they must be.
 *
 * `append` is acknowledged by every in-sync copy; what fails is repeated until it is acknowledged or
 * `appendTimeoutInMs` has passed, in order within each partition; of one append, checkpoints are stored when all else
 * is. A follower never ends for a broker's sake. Closing stores what was appended before, for as long as an append may
 * take.
 * @throws LanewatchError `log-failed` when no broker answers within `openTimeoutInMs`, when they refuse this user, and
 * when a topic has another partition count or policy; `file-unreadable` for a certificate or key.
 */
export const openKafkaLog = async (settings: KafkaSettings, options: KafkaLogOptions): Promise<EventLog> => {
  const access = await readAccess(settings);
  const topics = kafkaTopicNames(settings);
  const { clock, onProblem, chance = Math.random, onClientLog = () => undefined } = options;
  const slotFor = (purpose: string): LinkSlot =>
    linkSlot({ access, topics, onClientLog, clock, chance, onProblem, purpose });
  const first = slotFor("opening the log");
  try {
    await open(first, settings, options);
  } finally {
    first.close();
  }
  return logOver(settings, options, slotFor);
};
