import { type Admin, Kafka as KafkaClient, logLevel } from "kafkajs";
import { randomBytes } from "node:crypto";
import { openKafkaLog } from "../../src/adapters/kafka-log.ts";
import type { KafkaProblem } from "../../src/adapters/kafka-link-slot.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { type KafkaSettings, kafkaSettingsSchema } from "../../src/kafka-settings.ts";
import type { EventLog } from "../../src/ports.ts";

type Given = Partial<KafkaSettings> & Pick<KafkaSettings, "brokers">;

/** Settings under names of their own, so that many tests share a broker. */
export const settingsFor = (given: Given): KafkaSettings =>
  kafkaSettingsSchema.parse({
    topicPrefix: `t${randomBytes(4).toString("hex")}.`,
    partitionCount: 4,
    ...given,
  });

export interface UsedLog {
  readonly log: EventLog;
  readonly settings: KafkaSettings;
  /** What it told of, in order. */
  readonly problems: KafkaProblem[];
}

export const openLog = async (settings: KafkaSettings): Promise<UsedLog> => {
  const problems: KafkaProblem[] = [];
  const log = await openKafkaLog(settings, {
    clock: systemClock,
    onProblem: (problem) => problems.push(problem),
  });
  return { log, settings, problems };
};

const client = (brokers: readonly string[]): KafkaClient =>
  new KafkaClient({ brokers: [...brokers], logLevel: logLevel.NOTHING });

/** As somebody else would change the cluster. */
export const administer = async (
  brokers: readonly string[],
  act: (admin: Admin) => Promise<unknown>,
): Promise<void> => {
  const admin = client(brokers).admin();
  await admin.connect();
  await act(admin).finally(() => admin.disconnect());
};

/** Writes a record without a value, which deletes its key. */
export const deleteKey = async (
  brokers: readonly string[],
  { topic, key }: { readonly topic: string; readonly key: string },
): Promise<void> => {
  const producer = client(brokers).producer({ createPartitioner: () => () => 0 });
  await producer.connect();
  await producer.send({ topic, messages: [{ key, value: null }] }).finally(() => producer.disconnect());
};
