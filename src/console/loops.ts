import { LanewatchError } from "../domain/errors.ts";
import type { Clock, EventLog, LogRecord, Positions } from "../ports.ts";
import type { Topic } from "../wire/topics.ts";

export interface TopicReader {
  readonly topic: Topic;
  readonly from: Positions;
  readonly take: (batch: readonly LogRecord[]) => void;
}

/** Hands over each batch until the signal aborts or the log closes. */
export const followTopic = async (
  log: EventLog,
  { topic, from, take }: TopicReader,
  stop: AbortSignal,
): Promise<void> => {
  for await (const batch of log.follow(topic, from, stop)) take(batch);
};

export interface Beat {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly act: () => void;
}

export const repeat = async ({ clock, everyMs, act }: Beat, stop: AbortSignal): Promise<void> => {
  for (;;) {
    await clock.sleep(everyMs, stop);
    if (stop.aborted) return;
    act();
  }
};

/**
 * Runs all until one ends, then stops and awaits the others. One that fails, fails all: a console that has lost one
 * of its topics must not go on showing the others as if it were whole.
 * @throws LanewatchError the first failure; `internal` where it was none of ours.
 */
export const untilFirstEnds = async (
  start: (stop: AbortSignal) => readonly Promise<void>[],
  signal: AbortSignal,
): Promise<void> => {
  const first = new AbortController();
  const all = start(AbortSignal.any([signal, first.signal])).map((loop) => loop.finally(() => first.abort()));
  const outcomes = await Promise.allSettled(all);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") throw asLanewatchError(outcome.reason);
  }
};

const asLanewatchError = (cause: unknown): LanewatchError =>
  cause instanceof LanewatchError
    ? cause
    : new LanewatchError("internal", "The console's picture could not be kept up to date.", cause);
