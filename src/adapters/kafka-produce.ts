import type { Clock } from "../ports.ts";
import type { KafkaSettings } from "../kafka-settings.ts";
import type { Topic } from "../wire/topics.ts";
import type { Batch } from "./kafka-append-queue.ts";
import { meaningOf, noError } from "./kafka-error-codes.ts";
import { type KafkaLink, LinkLost } from "./kafka-link.ts";
import { kafkaRequests } from "./kafka-requests.ts";

/** What came of one batch. `unanswered`: nobody knows whether it is stored. */
export type Outcome =
  | { readonly kind: "stored"; readonly baseOffset: number }
  | { readonly kind: "answered"; readonly code: number }
  | { readonly kind: "unanswered"; readonly cause: LinkLost };

export interface Sender {
  /** One request to each leader, all at once. @throws LinkLost when it could not begin. */
  send(link: KafkaLink, batches: readonly Batch[]): Promise<ReadonlyMap<Batch, Outcome>>;
  /** Forgets the id: the next batches are those of a new producer. */
  becomeNew(): void;
}

export interface SenderOptions {
  readonly clock: Pick<Clock, "wall">;
  readonly settings: KafkaSettings;
  readonly topicName: (topic: Topic) => string;
}

/** Sequence numbers are 32 bits, signed; a new producer begins well before the last. */
const lastSequence = 2 ** 30;
/** Of the request's time, so that the broker gives up before we do. */
const brokerShare = 0.8;
const noLeader = 5;
const all = -1;
const codecs = { none: 0, gzip: 1 } as const;

interface Producer {
  readonly id: string;
  readonly epoch: number;
  /** Records stored of each partition, which is the number of its next. */
  readonly sequences: Map<string, number>;
}

const becomeProducer = async (link: KafkaLink): Promise<Producer> => {
  const answer = await link.send(
    link.anyNode(),
    kafkaRequests.initProducerId({ transactionalId: null, transactionTimeout: 60_000 }),
  );
  if (answer.errorCode !== noError) {
    const { text, consequence } = meaningOf(answer.errorCode);
    throw new LinkLost(text, { isFinal: consequence === "refused" });
  }
  return { id: answer.producerId, epoch: answer.producerEpoch, sequences: new Map() };
};

const byLeader = (
  link: KafkaLink,
  batches: readonly Batch[],
  topicName: (topic: Topic) => string,
): ReadonlyMap<number | undefined, readonly Batch[]> => {
  const groups = new Map<number | undefined, Batch[]>();
  for (const batch of batches) {
    const leader = link.leaderOf(topicName(batch.topic), batch.partition);
    const group = groups.get(leader);
    if (group === undefined) groups.set(leader, [batch]);
    else group.push(batch);
  }
  return groups;
};

export const batchSender = (options: SenderOptions): Sender => {
  const { clock, settings, topicName } = options;
  let producer: Producer | null = null;

  const streamOf = ({ topic, partition }: Batch): string => `${topic}/${partition}`;

  const request = (batches: readonly Batch[], by: Producer) => {
    const topicsOfRequest = [...new Set(batches.map(({ topic }) => topic))];
    const timestamp = clock.wall();
    return kafkaRequests.produce({
      acks: all,
      timeout: Math.floor(settings.requestTimeoutInMs * brokerShare),
      producerId: by.id,
      producerEpoch: by.epoch,
      compression: codecs[settings.compression],
      topicData: topicsOfRequest.map((topic) => ({
        topic: topicName(topic),
        partitions: batches
          .filter((batch) => batch.topic === topic)
          .map((batch) => ({
            partition: batch.partition,
            firstSequence: by.sequences.get(streamOf(batch)) ?? 0,
            messages: batch.records.map(({ key, value }) => ({ key, value, timestamp })),
          })),
      })),
    });
  };

  const sendTo = async (
    to: { readonly link: KafkaLink; readonly leader: number; readonly by: Producer },
    batches: readonly Batch[],
  ): Promise<readonly (readonly [Batch, Outcome])[]> => {
    try {
      const { topics } = await to.link.send(to.leader, request(batches, to.by));
      return batches.map((batch) => {
        const found = topics
          .find(({ topicName: name }) => name === topicName(batch.topic))
          ?.partitions.find(({ partition }) => partition === batch.partition);
        if (found?.errorCode !== noError) return [batch, { kind: "answered", code: found?.errorCode ?? -1 }];
        const stream = streamOf(batch);
        to.by.sequences.set(stream, (to.by.sequences.get(stream) ?? 0) + batch.records.length);
        return [batch, { kind: "stored", baseOffset: Number(found.baseOffset) }];
      });
    } catch (cause) {
      if (!(cause instanceof LinkLost)) throw cause;
      return batches.map((batch) => [batch, { kind: "unanswered", cause }]);
    }
  };

  return {
    send: async (link, batches) => {
      const isWornOut = producer !== null && Math.max(0, ...producer.sequences.values()) > lastSequence;
      if (producer === null || isWornOut) producer = await becomeProducer(link);
      const by = producer;
      const sent = Array.from(byLeader(link, batches, topicName), ([leader, group]) =>
        leader === undefined
          ? Promise.resolve(group.map((batch) => [batch, { kind: "answered", code: noLeader }] as const))
          : sendTo({ link, leader, by }, group),
      );
      return new Map((await Promise.all(sent)).flat());
    },
    becomeNew: () => {
      producer = null;
    },
  };
};
