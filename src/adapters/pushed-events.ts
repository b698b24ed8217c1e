import type { SourceEvent } from "../ports.ts";

/** Bytes that wait for a slow consumer: 256 KiB ≈ 20 min of a portal. Beyond, the other side has to wait (see `bytes`). */
export const maxQueuedBytes = 262_144;
/** What arrives in larger pieces is handed on in pieces of this size. */
export const maxEventBytes = 65_536;

/** Where a driver of sockets puts what happens to it. After `closed` nothing more is taken. */
export interface EventSink {
  opened(endpoint: string): void;
  /**
   * Always taken, and kept as it is: the caller gives its buffer away. False: the queue is full, hold the other side
   * until `resume` is called.
   */
  bytes(bytes: Uint8Array): boolean;
  /** The first reason counts. */
  closed(reason: string): void;
  isFull(): boolean;
}

export interface Pushing {
  /** The queue has room again. */
  resume(): void;
  /** The iteration is over, after `closed` or because the consumer left: give everything back. */
  release(): Promise<void> | void;
}

const pieces = function* (bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += maxEventBytes)
    yield bytes.subarray(from, from + maxEventBytes);
};

/**
 * One connection attempt as an async iterable, for sources that push: events come out in the order they were put in,
 * everything that arrived before `closed` before it, and `closed` exactly once. `start` runs at the first pull.
 */
export const pushedEvents = async function* (
  start: (sink: EventSink) => Pushing,
): AsyncGenerator<SourceEvent, void, undefined> {
  const queue: SourceEvent[] = [];
  let queuedBytes = 0;
  let closed = false;
  let wake = (): void => undefined;

  const put = (event: SourceEvent): void => {
    if (closed) return;
    queue.push(event);
    wake();
  };
  const isFull = (): boolean => queuedBytes >= maxQueuedBytes;
  const pushing = start({
    opened: (endpoint) => put({ kind: "opened", endpoint }),
    bytes: (bytes) => {
      if (closed) return true;
      for (const piece of pieces(bytes)) put({ kind: "bytes", bytes: piece });
      queuedBytes += bytes.length;
      return !isFull();
    },
    closed: (reason) => {
      put({ kind: "closed", reason });
      closed = true;
    },
    isFull,
  });

  try {
    while (true) {
      const event = queue.shift();
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (event.kind === "bytes") {
        const wasFull = isFull();
        queuedBytes -= event.bytes.length;
        if (wasFull && !isFull()) pushing.resume();
      }
      yield event;
      if (event.kind === "closed") return;
    }
  } finally {
    await pushing.release();
  }
};
