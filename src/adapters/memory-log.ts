import type { LogRecord } from "../ports.ts";
import { topics } from "../wire/topics.ts";
import type { StoredLog, StoredLogOptions } from "./log-over-store.ts";
import { logOverStore } from "./log-over-store.ts";
import type { PromptStore, ReadRange, Stream } from "./log-store.ts";
import { expiredCount, pruneLimit } from "./log-store.ts";

/** Superseded records of a compacted stream are swept out once they are the greater part, and 64 at least. */
const sweepAtLeast = 64;

interface Shelf {
  /** In offset order; of a compacted stream also superseded ones, until they are swept out. */
  records: LogRecord[];
  end: number;
  readonly retentionInMs: number | null;
  /** Compacted streams: the offset of each key's last record. */
  readonly heads: Map<string, number> | undefined;
}

const newShelf = ({ topic }: Stream): Shelf => ({
  records: [],
  end: 0,
  retentionInMs: topics[topic].retentionInMs,
  heads: topics[topic].policy === "compact" ? new Map() : undefined,
});

const isLive = (shelf: Shelf, record: LogRecord): boolean =>
  shelf.heads === undefined || shelf.heads.get(record.key) === record.offset;

/** Index of the first record at `offset` or after it. */
const indexOf = (records: readonly LogRecord[], offset: number): number => {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const record = records[middle];
    if (record !== undefined && record.offset < offset) low = middle + 1;
    else high = middle;
  }
  return low;
};

const put = (shelf: Shelf, record: LogRecord): void => {
  shelf.records.push(record);
  shelf.end = record.offset + 1;
  if (shelf.heads === undefined) return;
  shelf.heads.set(record.key, record.offset);
  const superseded = shelf.records.length - shelf.heads.size;
  if (superseded >= sweepAtLeast && superseded > shelf.heads.size) {
    shelf.records = shelf.records.filter((kept) => isLive(shelf, kept));
  }
};

const readShelf = (shelf: Shelf, range: ReadRange): readonly LogRecord[] => {
  const found: LogRecord[] = [];
  let bytes = 0;
  for (
    let at = indexOf(shelf.records, range.offset);
    found.length < range.limit && bytes < range.bytes;
    at += 1
  ) {
    const record = shelf.records[at];
    if (record === undefined) break;
    if (!isLive(shelf, record)) continue;
    found.push(record);
    bytes += record.value.byteLength;
  }
  return found;
};

const pruneShelf = (shelf: Shelf, now: number): number => {
  if (shelf.retentionInMs === null) return 0;
  const oldest = shelf.records.slice(0, pruneLimit + 1).map((record) => record.appendedAt);
  const expired = expiredCount(oldest, now - shelf.retentionInMs);
  shelf.records.splice(0, expired);
  return expired;
};

export const memoryStore = (partitionCount: number): PromptStore => {
  const shelves = new Map<string, Shelf>();
  const shelfOf = (stream: Stream): Shelf => {
    const name = `${stream.topic}/${stream.partition}`;
    const shelf = shelves.get(name) ?? newShelf(stream);
    shelves.set(name, shelf);
    return shelf;
  };
  return {
    partitionCount,
    commit: (records, appendedAt) =>
      records.map((fresh) => {
        const shelf = shelfOf(fresh);
        const record = { ...fresh, offset: shelf.end, appendedAt };
        put(shelf, record);
        return record;
      }),
    read: (stream, range) => readShelf(shelfOf(stream), range),
    end: (stream) => shelfOf(stream).end,
    latest: (stream, since) => {
      const shelf = shelfOf(stream);
      const isWanted = ({ appendedAt }: LogRecord): boolean => since === undefined || appendedAt >= since;
      return shelf.records.filter((record) => isLive(shelf, record) && isWanted(record));
    },
    prune: (now) => {
      for (const shelf of shelves.values()) {
        const removed = pruneShelf(shelf, now);
        if (removed > 0) return removed;
      }
      return 0;
    },
    close: () => shelves.clear(),
  };
};

/**
 * A log that lives as long as the process, for tests and replays; otherwise as the one over SQLite. It holds what the
 * topics' retention lets it hold.
 */
export const openMemoryLog = (options: StoredLogOptions & { readonly partitionCount: number }): StoredLog =>
  logOverStore(memoryStore(options.partitionCount), options);
