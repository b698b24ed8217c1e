import { LanewatchError } from "../domain/errors.ts";
import type { Chance, Clock } from "../ports.ts";

export interface KeepWritingOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Writes until the signal aborts. @throws LanewatchError `series-failed` */
  readonly write: (signal: AbortSignal) => Promise<void>;
  /** Told when it first fails, and when it has gone well again for ten seconds. */
  readonly onState: (
    state: { readonly kind: "failing"; readonly reason: string } | { readonly kind: "writing" },
  ) => void;
}

const firstDelayInMs = 250;
const longestDelayInMs = 5_000;
const goodAfterMs = 10_000;

/**
 * Writes for ever: a store that is away is tried again within 5 s of its return, from the positions it keeps. Nothing
 * waits in memory meanwhile, so an outage may last as long as the log keeps its records.
 * @throws what is no failure of the store: the log's, or a mistake of our own.
 */
export const keepWriting = async (
  { clock, chance, write, onState }: KeepWritingOptions,
  signal: AbortSignal,
): Promise<void> => {
  let failures = 0;
  while (!signal.aborted) {
    const stop = new AbortController();
    const startedAt = clock.monotonic();
    const good = clock.sleep(goodAfterMs, AbortSignal.any([signal, stop.signal])).then(() => {
      if (failures === 0 || stop.signal.aborted || signal.aborted) return;
      failures = 0;
      onState({ kind: "writing" });
    });
    try {
      await write(signal);
      return;
    } catch (cause) {
      if (!(cause instanceof LanewatchError) || cause.code !== "series-failed") throw cause;
      if (failures === 0) onState({ kind: "failing", reason: cause.message });
      if (clock.monotonic() - startedAt > goodAfterMs) failures = 0;
      failures += 1;
    } finally {
      stop.abort();
      await good;
    }
    const delay = Math.min(longestDelayInMs, firstDelayInMs * 2 ** Math.min(failures, 10));
    await clock.sleep(delay * (0.5 + chance() / 2), signal);
  }
};
