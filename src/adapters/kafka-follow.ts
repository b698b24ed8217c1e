import type { Clock, LogRecord } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";
import { meaningOf, noError, offsetOutOfRange } from "./kafka-error-codes.ts";
import { decodeFrom, type FetchedPartition, fetchFrom, offsetAt } from "./kafka-fetch.ts";
import { type KafkaLink, LinkLost } from "./kafka-link.ts";
import type { KafkaProblem, LinkSlot } from "./kafka-link-slot.ts";
import { logRecord } from "./kafka-query.ts";
import { BatchUnreadable } from "./kafka-record-batch.ts";

export interface FollowOptions {
  readonly slot: LinkSlot;
  readonly clock: Clock;
  readonly topic: Topic;
  /** As in Kafka. */
  readonly name: string;
  /** By partition, the first offset wanted. Moves on as batches are handed over. */
  readonly next: Map<number, number>;
  readonly onProblem: (problem: KafkaProblem) => void;
  readonly signal: AbortSignal;
}

/**
 * A leader holds a request open until something comes, at most so long; then it is asked again. It has no part in the
 * latency of a record, and the end of a follower cuts its connections without waiting.
 */
const waitInMs = 1_000;
/**
 * Bytes of one answer as stored. Each leader is asked for the next answer while the reader has the last one, so that
 * what a reader does with a batch and the way to the broker take turns in nobody's latency: a follower holds two
 * answers of each leader at most.
 */
const answerBytes = 1_048_576;
/**
 * A leader that has just given a few records is asked again so much later, for what has come meanwhile: else each record
 * of a busy topic is a request of its own, which costs broker and reader more than the record. What comes after a pause is not
 * kept waiting, since the request is open by then. An answer of so many records is a backlog and is gone on with at once.
 */
const gatherInMs = 8;
const backlogRecords = 100;
/** Between looks for a leader where there is none, and after answers that make no sense. */
const pauseInMs = 200;

/** A follower of no partitions looks this often whether that is still so; its end wakes it. */
const idleInMs = 60_000;

interface Answer {
  readonly node: number;
  readonly partitions: readonly FetchedPartition[];
}
type Arrival = Answer | "pause";

/** The partitions a node leads, beginning with a different one each time: brokers fill answers in this order. */
const ledBy = (
  link: KafkaLink,
  { name, next }: FollowOptions,
  turn: number,
): ReadonlyMap<number | undefined, readonly { readonly partition: number; readonly offset: number }[]> => {
  const led = new Map<number | undefined, { readonly partition: number; readonly offset: number }[]>();
  const all = Array.from(next, ([partition, offset]) => ({ partition, offset }));
  const first = all.length === 0 ? 0 : turn % all.length;
  for (const at of [...all.slice(first), ...all.slice(0, first)]) {
    const node = link.leaderOf(name, at.partition);
    const group = led.get(node);
    if (group === undefined) led.set(node, [at]);
    else group.push(at);
  }
  return led;
};

/** Where to go on in a partition whose offset the leader does not have: the oldest it keeps. */
const restart = async (
  options: FollowOptions,
  link: KafkaLink,
  at: Answer,
  partition: number,
): Promise<void> => {
  const { name, next, onProblem } = options;
  const asked = next.get(partition) ?? 0;
  const found = await offsetAt(link, { topic: name, partition, node: at.node }, "earliest");
  if (found.errorCode !== noError) return;
  next.set(partition, found.offset);
  if (asked === 0 || asked === found.offset) return;
  const lost =
    asked > found.offset
      ? `offset ${asked} was stored once, and is there no more. What is kept is read again`
      : `the records from ${asked} to ${found.offset - 1} were removed before they were read`;
  onProblem({ level: "error", message: `${name}, partition ${partition}: ${lost}.` });
};

/** The records of one answer, in order; moves `next` past them. */
const taken = async (
  options: FollowOptions,
  link: KafkaLink,
  answer: Answer,
): Promise<{ readonly batch: readonly LogRecord[]; readonly codes: ReadonlySet<number> }> => {
  const batch: LogRecord[] = [];
  const codes = new Set<number>();
  for (const fetched of answer.partitions) {
    const { partition, errorCode } = fetched;
    const offset = options.next.get(partition);
    if (offset === undefined) continue;
    if (errorCode === offsetOutOfRange) await restart(options, link, answer, partition);
    else if (errorCode !== noError) codes.add(errorCode);
    else if (fetched.bytes.length > 0) {
      const { records, nextOffset } = await decodeFrom(fetched, offset);
      for (const stored of records) {
        const record = logRecord({ topic: options.topic, partition }, stored);
        if (record !== null) batch.push(record);
      }
      options.next.set(partition, Math.max(offset, nextOffset ?? offset));
    }
  }
  return { batch, codes };
};

/** Follows over one link, until that is lost or the signal aborts. @throws LinkLost, BatchUnreadable */
async function* followOver(options: FollowOptions, link: KafkaLink): AsyncGenerator<readonly LogRecord[]> {
  const { slot, clock, name, signal } = options;
  const asked = new Map<number, Promise<Answer>>();
  const pauses = new AbortController();
  /** By node: not to be asked before. */
  const gathersUntil = new Map<number, number>();
  const ask = async (
    node: number,
    partitions: readonly { readonly partition: number; readonly offset: number }[],
  ): Promise<Answer> => {
    const restInMs = (gathersUntil.get(node) ?? 0) - clock.monotonic();
    if (restInMs > 0) await clock.sleep(restInMs, pauses.signal);
    const wanted = { topic: name, partitions, waitInMs, bytes: answerBytes };
    return { node, partitions: await fetchFrom(link, node, wanted) };
  };
  const paused = async (): Promise<"pause"> => {
    await clock.sleep(pauseInMs, pauses.signal);
    return "pause";
  };
  /** Asks every leader that owes no answer; whether there are partitions without one. */
  const askAll = (turn: number): boolean => {
    let isLeaderless = false;
    for (const [node, partitions] of ledBy(link, options, turn)) {
      if (node === undefined) isLeaderless = true;
      else if (!asked.has(node)) {
        const answer = ask(node, partitions);
        // Nobody may be waiting when it fails; who waits next hears of it all the same.
        answer.catch(() => undefined);
        asked.set(node, answer);
      }
    }
    return isLeaderless;
  };
  try {
    for (let turn = 0; !signal.aborted; turn += 1) {
      const isLeaderless = askAll(turn);
      if (asked.size === 0 && !isLeaderless) {
        // Nothing is followed: there is only the end to wait for.
        await clock.sleep(idleInMs, signal);
        continue;
      }
      // The end is not raced for: it cuts the link, which rejects whatever is asked.
      const first: Promise<Arrival>[] = [...asked.values(), ...(isLeaderless ? [paused()] : [])];
      const arrival = await Promise.race(first);
      if (arrival === "pause") {
        await link.refresh();
        continue;
      }
      asked.delete(arrival.node);
      const { batch, codes } = await taken(options, link, arrival);
      slot.works();
      if (batch.length > 0) {
        if (batch.length < backlogRecords) gathersUntil.set(arrival.node, clock.monotonic() + gatherInMs);
        if (codes.size === 0) askAll(turn + 1);
        yield batch;
      }
      if (codes.size === 0) continue;
      tell(options, codes);
      await clock.sleep(pauseInMs, signal);
      await link.refresh();
    }
  } finally {
    pauses.abort();
  }
}

/** Refusals, which a person must look into; the rest passes by itself. */
const tell = ({ onProblem, name }: FollowOptions, codes: ReadonlySet<number>): void => {
  for (const code of codes) {
    const { consequence, text } = meaningOf(code);
    if (consequence === "refused") onProblem({ level: "error", message: `${name} cannot be read: ${text}.` });
  }
};

/** Records nobody can read stay where they are; a person may change the topic, so it is looked at again. */
const unreadablePauseInMs = 5_000;

/**
 * Batches of one topic for ever: a lost connection, a broker that dies, leaders that change places only make it wait.
 * Ends when the signal aborts, at once. The slot is the follower's own and is closed with it.
 */
export async function* followTopic(options: FollowOptions): AsyncGenerator<readonly LogRecord[]> {
  const { slot, clock, signal, name, onProblem } = options;
  const onAbort = (): void => slot.close();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      try {
        const link = await slot.link();
        yield* followOver(options, link);
      } catch (cause) {
        if (cause instanceof LinkLost) {
          await slot.lost(cause, signal);
        } else if (cause instanceof BatchUnreadable) {
          onProblem({ level: "error", message: `${name} cannot be read: ${cause.message}.` });
          await clock.sleep(unreadablePauseInMs, signal);
        } else throw cause;
      }
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    slot.close();
  }
}
