import type { Chance, Clock } from "../ports.ts";
import { type KafkaLink, LinkLost, type LinkOptions, openLink } from "./kafka-link.ts";

/** A sentence for a person. `warn`: unexpected, nothing lost. `error`: something was lost or a person must act. */
export interface KafkaProblem {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}

export interface SlotOptions extends Omit<LinkOptions, "signal"> {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly onProblem: (problem: KafkaProblem) => void;
  /** What the link is for, as in "Kafka cannot be reached for …": `appending`. */
  readonly purpose: string;
}

/**
 * The link of one user, replaced when it is lost. An outage is told of once when it begins and once when it ends,
 * however many attempts it takes.
 */
export interface LinkSlot {
  /** The link, opened where there is none; callers at the same time share one attempt. @throws LinkLost */
  link(): Promise<KafkaLink>;
  /** To be told of a failure: cuts the link if it is still up, and waits before the next attempt. */
  lost(cause: LinkLost, signal: AbortSignal): Promise<void>;
  /** To be told that an answer came: the outage, if there was one, is over. */
  works(): void;
  /** Cuts the link; whatever is under way rejects. */
  close(): void;
}

const firstPauseInMs = 50;
const lastPauseInMs = 1_000;
const pauseInMs = (failures: number, chance: Chance): number =>
  Math.min(lastPauseInMs, firstPauseInMs * 2 ** Math.min(failures, 10)) * (0.5 + chance() / 2);

export const linkSlot = (options: SlotOptions): LinkSlot => {
  const { clock, chance, onProblem, purpose } = options;
  let current: KafkaLink | null = null;
  let opening: Promise<KafkaLink> | null = null;
  let failures = 0;
  let lostAt: number | null = null;
  const closing = new AbortController();
  const { signal: closed } = closing;

  const open = async (): Promise<KafkaLink> => {
    current = await openLink({ ...options, signal: closed });
    return current;
  };

  return {
    link: () => {
      if (closed.aborted) return Promise.reject(new LinkLost("the log is closed", { isFinal: true }));
      if (current?.isUsable() === true) return Promise.resolve(current);
      opening ??= open().finally(() => (opening = null));
      return opening;
    },
    lost: async (cause, signal) => {
      if (!closed.aborted && !signal.aborted && lostAt === null) {
        lostAt = clock.monotonic();
        onProblem({
          level: "warn",
          message: `Kafka cannot be reached for ${purpose}: ${cause.message}. It is tried again until it can.`,
        });
      }
      failures += 1;
      await clock.sleep(pauseInMs(failures - 1, chance), signal);
    },
    works: () => {
      failures = 0;
      if (lostAt === null) return;
      const outageInS = ((clock.monotonic() - lostAt) / 1_000).toFixed(1);
      lostAt = null;
      onProblem({ level: "info", message: `Kafka is back for ${purpose} after ${outageInS} s.` });
    },
    close: () => closing.abort(),
  };
};
