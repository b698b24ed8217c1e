import type { Clock } from "../ports.ts";
import type { Utterance } from "./playback.ts";

/** What a recording is played on. */
export interface Line {
  /** Resolves when somebody listens, or when the signal aborts. */
  readonly listener: (signal: AbortSignal) => Promise<void>;
  /** Resolves when there is room for more. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

/**
 * Plays utterances at `speed` times their own pace. Due times are absolute, so lateness does not add up; time during
 * which nobody listens does not count.
 */
export const play = async (
  utterances: AsyncIterable<Utterance>,
  line: Line,
  { speed, clock }: { readonly speed: number; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> => {
  await line.listener(signal);
  let startedAt: number = clock.monotonic();
  for await (const { atMs, bytes } of utterances) {
    const waitedFrom = clock.monotonic();
    await line.listener(signal);
    startedAt += clock.monotonic() - waitedFrom;
    const aheadMs = atMs / speed - (clock.monotonic() - startedAt);
    if (aheadMs > 0) await clock.sleep(aheadMs, signal);
    if (signal.aborted) return;
    await line.write(bytes);
  }
};
