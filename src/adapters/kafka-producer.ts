import { LanewatchError } from "../domain/errors.ts";
import type { Clock, NewRecord } from "../ports.ts";
import type { KafkaSettings } from "../kafka-settings.ts";
import type { Topic } from "../wire/topics.ts";
import { type Batch, appendQueue } from "./kafka-append-queue.ts";
import { meaningOf, noError } from "./kafka-error-codes.ts";
import { LinkLost } from "./kafka-link.ts";
import type { LinkSlot } from "./kafka-link-slot.ts";
import { type Outcome, type Sender, batchSender } from "./kafka-produce.ts";

export interface ProducerOptions {
  readonly slot: LinkSlot;
  readonly clock: Clock;
  readonly settings: KafkaSettings;
  readonly topicName: (topic: Topic) => string;
}

export interface KafkaProducer {
  /** Offsets in the order of the records. @throws LanewatchError `log-failed` */
  append(records: readonly NewRecord[]): Promise<readonly number[]>;
  /** Resolves when everything appended so far is stored or given up. */
  flush(): Promise<void>;
}

const failed = (reason: string, cause?: unknown): LanewatchError =>
  new LanewatchError("log-failed", `Kafka did not store the records: ${reason}.`, cause);

/** Between attempts that a broker answered, and that changed nothing. */
const firstPauseInMs = 20;
const lastPauseInMs = 500;

/** One round's batches, sent until each is stored, refused, or late. */
const roundOf = (options: ProducerOptions, sender: Sender) => {
  const { slot, clock } = options;
  const never = new AbortController().signal;

  /** One attempt. Gives up when the deadline passes, by cutting the link. */
  const attempt = async (
    batches: readonly Batch[],
    deadlineInMs: number,
  ): Promise<ReadonlyMap<Batch, Outcome>> => {
    const link = await slot.link();
    const leftInMs = Math.max(0, deadlineInMs - clock.monotonic());
    const late = setTimeout(() => link.discard(), leftInMs);
    try {
      return await sender.send(link, batches);
    } finally {
      clearTimeout(late);
    }
  };

  const pause = async (tries: number): Promise<void> =>
    clock.sleep(Math.min(lastPauseInMs, firstPauseInMs * 2 ** Math.min(tries, 6)), never);

  /** Learns what the refusals asked for. */
  const mend = async (codes: readonly number[]): Promise<void> => {
    const consequences = new Set(codes.map((code) => meaningOf(code).consequence));
    if (consequences.has("producer")) sender.becomeNew();
    if (consequences.has("leader")) await (await slot.link()).refresh();
  };

  return { attempt, pause, mend, lost: (cause: LinkLost) => slot.lost(cause, never) };
};

/**
 * Appends gather for `lingerInMs`, or while a round of requests is on its way; a round has one batch a partition and
 * one request a leader, and the next begins when all of it is acknowledged, refused or late. Batches carry the producer's id and
 * a sequence number, so that one whose answer was lost can be sent again and is stored once. When a round is given up,
 * nobody knows what was stored of it, and so neither which number comes next: the producer becomes a new one. Then, and
 * only then, records may be in the log twice, if the caller appends them again.
 */
export const kafkaProducer = (options: ProducerOptions): KafkaProducer => {
  const { clock, settings } = options;
  const queue = appendQueue(settings.batchBytes);
  const sender = batchSender(options);
  const { attempt, pause, mend, lost } = roundOf(options, sender);
  let running: Promise<void> | null = null;

  /** Settles what it can, and gives back the batches that need another attempt, with the codes they got. */
  const judge = (
    outcomes: ReadonlyMap<Batch, Outcome>,
  ): {
    readonly left: readonly Batch[];
    readonly codes: readonly number[];
    readonly cause: LinkLost | null;
  } => {
    const left: Batch[] = [];
    const codes: number[] = [];
    let cause: LinkLost | null = null;
    for (const [batch, outcome] of outcomes) {
      switch (outcome.kind) {
        case "stored":
          queue.acknowledge(batch, outcome.baseOffset);
          break;
        case "unanswered":
          left.push(batch);
          cause = outcome.cause;
          break;
        case "answered":
          if (meaningOf(outcome.code).consequence === "refused")
            queue.fail(batch, failed(meaningOf(outcome.code).text));
          else left.push(batch);
          codes.push(outcome.code);
          break;
      }
    }
    return { left, codes, cause };
  };

  const giveUp = (batches: readonly Batch[], reason: string): void => {
    sender.becomeNew();
    for (const batch of batches) queue.fail(batch, failed(reason));
  };

  const sendRound = async (batches: readonly Batch[]): Promise<void> => {
    const deadlineInMs = Math.min(
      ...batches.flatMap(({ records }) => records.map(({ append }) => append.deadlineInMs)),
    );
    let left = batches;
    let reason = "there was no time";
    for (let tries = 0; left.length > 0; tries += 1) {
      if (clock.monotonic() >= deadlineInMs) {
        giveUp(left, reason);
        return;
      }
      try {
        const judged = judge(await attempt(left, deadlineInMs));
        left = judged.left;
        if (judged.cause !== null) throw judged.cause;
        options.slot.works();
        if (left.length === 0) return;
        const [code = noError] = judged.codes;
        reason = meaningOf(code).text;
        await mend(judged.codes);
        await pause(tries);
      } catch (cause) {
        if (!(cause instanceof LinkLost)) {
          giveUp(left, "the program failed");
          throw cause;
        }
        reason = cause.message;
        await lost(cause);
      }
    }
  };

  const run = async (): Promise<void> => {
    await clock.sleep(settings.lingerInMs, new AbortController().signal);
    for (;;) {
      queue.expire(clock.monotonic(), () => failed("it could not be reached in time"));
      const batches = queue.take();
      if (batches.length === 0) return;
      await sendRound(batches);
    }
  };

  const start = (): void => {
    running ??= run().finally(() => {
      running = null;
      if (!queue.isEmpty()) start();
    });
  };

  return {
    append: (records) => {
      const stored = queue.add(records, clock.monotonic() + settings.appendTimeoutInMs);
      start();
      return stored;
    },
    flush: async () => {
      while (running !== null) await running;
    },
  };
};
