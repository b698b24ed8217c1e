import { LanewatchError } from "../domain/errors.ts";
import type { KafkaSettings } from "../kafka-settings.ts";
import type { Chance, Clock, PartitionShare } from "../ports.ts";
import { readAccess } from "./kafka-access.ts";
import type { ClientLog } from "./kafka-client-log.ts";
import { type KafkaProblem, linkSlot } from "./kafka-link-slot.ts";
import { beMember } from "./kafka-membership.ts";
import { kafkaTopicNames } from "./kafka-topics.ts";

export interface KafkaShareOptions {
  readonly groupId: string;
  /**
   * A name this member has and no other, and has again after a restart: then it is given its share at once, even
   * after a kill, and nobody takes over within the session. Without, a killed member's share is free when its session ends.
   */
  readonly instanceId?: string;
  /** A member not heard of for so long is out. Default 6 s, the least that brokers take unless told otherwise. */
  readonly sessionTimeoutInMs?: number;
  /** How often a member is heard of, and how soon it learns that the group divides anew. Default 1.5 s. */
  readonly heartbeatInMs?: number;
  readonly clock: Clock;
  readonly chance?: Chance;
  readonly onProblem: (problem: KafkaProblem) => void;
  readonly onClientLog?: ClientLog;
}

/** The newest share that nobody took yet; older ones do not matter any more. */
const mailbox = () => {
  let share: ReadonlySet<number> | null = null;
  let last: string | null = null;
  let wake = (): void => undefined;
  return {
    put: (next: ReadonlySet<number>): void => {
      const text = [...next].toSorted((a, b) => a - b).join();
      if (text === last) return;
      last = text;
      share = next;
      wake();
    },
    take: (): ReadonlySet<number> | null => {
      const taken = share;
      share = null;
      return taken;
    },
    next: (): Promise<void> => new Promise((resolve) => (wake = resolve)),
    wake: (): void => wake(),
  };
};

/**
 * The share of partition numbers that Kafka's group of cores gives to this process, the same of all topics. Kept up
 * in the background, however long the reader takes with a share; a share that is replaced before it is taken is not
 * seen. The first is told of when it is known, be it empty. When the iteration ends, by the signal or the reader, the
 * group is left.
 * @throws LanewatchError `file-unreadable` for a certificate or key.
 */
export const kafkaPartitionShare = (settings: KafkaSettings, options: KafkaShareOptions): PartitionShare => {
  const { groupId, clock, onProblem, chance = Math.random, onClientLog = () => undefined } = options;
  const sessionTimeoutInMs = options.sessionTimeoutInMs ?? 6_000;
  const impatient = {
    ...settings,
    connectTimeoutInMs: Math.min(settings.connectTimeoutInMs, sessionTimeoutInMs / 2),
    requestTimeoutInMs: Math.min(settings.requestTimeoutInMs, sessionTimeoutInMs),
  };

  async function* follow(signal: AbortSignal): AsyncGenerator<ReadonlySet<number>> {
    const access = await readAccess(impatient);
    const leaving = new AbortController();
    const ended = AbortSignal.any([signal, leaving.signal]);
    const slot = linkSlot({
      access,
      topics: kafkaTopicNames(settings),
      onClientLog,
      clock,
      chance,
      onProblem,
      purpose: `the group ${groupId}`,
    });
    const box = mailbox();
    const state: { failure: unknown; isOver: boolean } = { failure: null, isOver: false };
    const membership = beMember({
      slot,
      clock,
      groupId: `${settings.topicPrefix}${groupId}`,
      instanceId: options.instanceId ?? null,
      partitionCount: settings.partitionCount,
      sessionTimeoutInMs,
      heartbeatInMs: options.heartbeatInMs ?? 1_500,
      onShare: box.put,
      onProblem,
      signal: ended,
    })
      .catch((cause: unknown) => {
        state.failure = cause;
      })
      .finally(() => {
        state.isOver = true;
        box.wake();
      });
    try {
      while (!signal.aborted && !state.isOver) {
        const share = box.take();
        if (share !== null) yield share;
        else await box.next();
      }
      if (state.failure !== null)
        throw new LanewatchError("log-failed", `The group ${groupId} was left by mistake.`, state.failure);
    } finally {
      leaving.abort();
      await membership;
    }
  }

  return { follow };
};
