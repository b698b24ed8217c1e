import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export type Direction = "toServer" | "toClient";

export interface ProxyFaults {
  /** Every byte arrives so much later; their order stays. */
  readonly toServerDelayInMs: number;
  readonly toClientDelayInMs: number;
  /** What comes is dropped without a word: a request, or an answer, that is lost. */
  readonly isToServerSwallowed: boolean;
  readonly isToClientSwallowed: boolean;
  /**
   * Nothing is forwarded, not even that a side is gone, and nothing is lost: a cable pulled out. New connections are
   * accepted, and all goes on when it is over.
   */
  readonly isStalled: boolean;
  /** New connections are refused; open ones go on. */
  readonly isRefusing: boolean;
  /** Of each direction of each connection. */
  readonly bandwidthInBytesPerS: number;
}

export const noFaults: ProxyFaults = {
  toServerDelayInMs: 0,
  toClientDelayInMs: 0,
  isToServerSwallowed: false,
  isToClientSwallowed: false,
  isStalled: false,
  isRefusing: false,
  bandwidthInBytesPerS: Infinity,
};

/** What all connections of a proxy share. */
export interface Wire {
  readonly faults: () => ProxyFaults;
  /** Emits `change` when the faults did. */
  readonly changed: EventEmitter;
  readonly forwarded: (direction: Direction, byteCount: number) => void;
  readonly swallowed: (byteCount: number) => void;
}

export interface Pumping {
  readonly from: Socket;
  readonly into: Socket;
  readonly direction: Direction;
  readonly wire: Wire;
  readonly swallow: (byteCount: number) => void;
  readonly signal: AbortSignal;
}

interface Arrived {
  readonly bytes: Buffer;
  readonly atMs: number;
}

/** Stands in the queue for the end. */
const noBytes = Buffer.alloc(0);
/** 1 MiB waits in each direction of a connection; past it the sender is held back. */
const queueInBytes = 1_048_576;
/** Granularity of the bandwidth: bytes leave in portions of so much time. */
const portionInMs = 20;

/** Resolves at the next emission of any of the names, or when the signal says so. */
const next = (emitter: EventEmitter, names: readonly string[], signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const settle = (): void => {
      for (const name of names) emitter.off(name, settle);
      signal.removeEventListener("abort", settle);
      resolve();
    };
    for (const name of names) emitter.on(name, settle);
    signal.addEventListener("abort", settle);
    if (signal.aborted) settle();
  });

const delayOf = (faults: ProxyFaults, direction: Direction): number =>
  direction === "toServer" ? faults.toServerDelayInMs : faults.toClientDelayInMs;
const isSwallowed = (faults: ProxyFaults, direction: Direction): boolean =>
  direction === "toServer" ? faults.isToServerSwallowed : faults.isToClientSwallowed;

/** Until anything can pass at all. */
export const untilFree = async (wire: Wire, signal: AbortSignal): Promise<void> => {
  while (wire.faults().isStalled && !signal.aborted) await next(wire.changed, ["change"], signal);
};

/** Until what arrived is due and the way is free. */
const passTime = async ({ atMs }: Arrived, { direction, wire, signal }: Pumping): Promise<void> => {
  while (!signal.aborted) {
    await untilFree(wire, signal);
    const leftMs = atMs + delayOf(wire.faults(), direction) - performance.now();
    if (leftMs > 0) await sleep(Math.min(leftMs, portionInMs));
    else if (!wire.faults().isStalled) return;
  }
};

const write = async (bytes: Buffer, { into, wire, direction, signal }: Pumping): Promise<void> => {
  let rest = bytes;
  while (rest.length > 0 && !signal.aborted) {
    const { bandwidthInBytesPerS } = wire.faults();
    const isLimited = Number.isFinite(bandwidthInBytesPerS);
    const portion = isLimited ? Math.ceil((bandwidthInBytesPerS * portionInMs) / 1_000) : rest.length;
    const part = rest.subarray(0, portion);
    rest = rest.subarray(part.length);
    if (isLimited) await sleep((part.length / bandwidthInBytesPerS) * 1_000);
    wire.forwarded(direction, part.length);
    if (!into.write(part)) await next(into, ["drain", "close"], signal);
  }
};

/** Carries the bytes of one direction and their end, with the faults of the moment, until the signal says stop. */
export const pump = async (pumping: Pumping): Promise<void> => {
  const { from, into, direction, wire, swallow, signal } = pumping;
  const queue: Arrived[] = [];
  let queuedBytes = 0;
  from.on("data", (bytes: Buffer) => {
    queue.push({ bytes, atMs: performance.now() });
    queuedBytes += bytes.length;
    if (queuedBytes > queueInBytes) from.pause();
  });
  from.once("end", () => queue.push({ bytes: noBytes, atMs: performance.now() }));
  while (!signal.aborted) {
    const first = queue.shift();
    if (first === undefined) {
      await next(from, ["data", "end"], signal);
      continue;
    }
    await passTime(first, pumping);
    if (first.bytes === noBytes) break;
    queuedBytes -= first.bytes.length;
    if (queuedBytes <= queueInBytes) from.resume();
    if (isSwallowed(wire.faults(), direction)) {
      swallow(first.bytes.length);
      wire.swallowed(first.bytes.length);
    } else await write(first.bytes, pumping);
  }
  into.end();
};
