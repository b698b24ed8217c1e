/** A message that its topic keeps. */
export interface RetainedMessage {
  readonly topic: string;
  readonly payload: string;
}

export interface OutletProblem {
  /** An attempt failed; a connection that stood was lost; the broker will not keep a message of one topic. */
  readonly kind: "not-connected" | "connection-lost" | "topic-refused";
  /** A phrase for a person. */
  readonly reason: string;
}

export interface OutletGreetings {
  /** Left with the broker, which says it when we are gone without a word. */
  readonly will: RetainedMessage;
  /** Said at each connection after everything that is kept, so that nobody believes an older state. */
  readonly online: RetainedMessage;
  /** Said before leaving. */
  readonly offline: RetainedMessage;
  readonly onProblem: (problem: OutletProblem) => void;
  readonly onConnected: () => void;
}

/** Keeps the last message of each topic with a broker that may come and go. */
export interface SignalOutlet {
  /**
   * Takes the topic's latest message; an earlier one that is not sent yet is dropped. Kept are as many messages as there
   * are topics: lanes and two more.
   */
  readonly keep: (message: RetainedMessage) => void;
  /** Connects and connects again until the signal aborts; then says `offline` and leaves. Never rejects. */
  readonly run: (greetings: OutletGreetings, signal: AbortSignal) => Promise<void>;
}
