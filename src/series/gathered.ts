import type { Clock } from "../ports.ts";

export interface GatherOptions {
  readonly clock: Clock;
  /** A batch is handed over when it has so many items, or when its first has waited so long. */
  readonly itemsMax: number;
  readonly withinMs: number;
}

/** Batches made larger; while one is worked on, the next gathers at the source and not here. */
export async function* gathered<Item>(
  batches: AsyncIterable<readonly Item[]>,
  { clock, itemsMax, withinMs }: GatherOptions,
): AsyncGenerator<readonly Item[]> {
  const source = batches[Symbol.asyncIterator]();
  let coming: Promise<IteratorResult<readonly Item[]>> | null = null;
  let held: Item[] = [];
  let due = { wait: null as Promise<"due"> | null, stop: new AbortController() };
  const settle = (): readonly Item[] => {
    due.stop.abort();
    due = { wait: null, stop: new AbortController() };
    const batch = held;
    held = [];
    return batch;
  };
  try {
    for (;;) {
      coming ??= source.next();
      const first = await (due.wait === null ? coming : Promise.race([coming, due.wait]));
      if (first === "due") {
        yield settle();
        continue;
      }
      coming = null;
      if (first.done === true) {
        if (held.length > 0) yield settle();
        return;
      }
      for (const item of first.value) held.push(item);
      if (held.length >= itemsMax) yield settle();
      else if (held.length > 0)
        due.wait ??= clock.sleep(withinMs, due.stop.signal).then(() => "due" as const);
    }
  } finally {
    due.stop.abort();
    // A source that waits for more ends by its own signal.
    coming?.catch(() => undefined);
    source.return?.().catch(() => undefined);
  }
}
