import { setMaxListeners } from "node:events";
import type { Chance } from "../../simulators/chance.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { Clock, EventLog, LogRecord, NewRecord } from "../../src/ports.ts";
import { type Topic, topics } from "../../src/wire/topics.ts";
import type { FaultKind } from "./faults.ts";
import type { Process, World } from "./virtual-time.ts";

export type AppendFault = Extract<FaultKind, `append-${string}` | "answer-lost">;
type FollowFault = Extract<FaultKind, "follow-late" | "follow-repeated" | "follow-failed" | "follow-ended">;

/** What lies between one role and the log; it outlives the role's processes. */
export interface LogLine {
  readonly role: string;
  cutUntilMs: number;
  /** For the next appends, reads and followed batches. */
  readonly appends: AppendFault[];
  readonly follows: FollowFault[];
  readsToFail: number;
}

export const newLogLine = (role: string): LogLine => ({
  role,
  cutUntilMs: 0,
  appends: [],
  follows: [],
  readsToFail: 0,
});

/** For the check of the checker: the n-th append with this topic is acknowledged and not stored. */
export interface SilentLoss {
  readonly topic: Topic;
  left: number;
  /** Set when it has happened. */
  lost: readonly NewRecord[] | null;
  /** What was stored of the topic after that. */
  readonly later: NewRecord[];
}

export interface FaultyLogOptions {
  readonly world: World;
  readonly inner: EventLog;
  readonly isShared: boolean;
  /** Told of each fault when it takes effect. */
  readonly onFault: (kind: FaultKind, detail: string) => void;
  readonly silentLoss?: SilentLoss;
}

export interface LogOfProcess {
  readonly process: Process;
  readonly line: LogLine;
}

const failed = (message: string): LanewatchError => new LanewatchError("log-failed", message);

interface Request {
  readonly records: readonly NewRecord[];
  isCancelled: boolean;
}

/** Some of its streams, and no checkpoints: an engine without an append of several streams that is all or nothing. */
const partOf = (records: readonly NewRecord[], chance: Chance): readonly NewRecord[] => {
  const taken = new Map<string, boolean>();
  return records.filter(({ topic, partition }) => {
    if (topic === "lanewatch.lane-state.v1") return false;
    const stream = `${topic}/${partition}`;
    const isTaken = taken.get(stream) ?? chance.happens(0.5);
    taken.set(stream, isTaken);
    return isTaken;
  });
};

/** The log with the superseded records of its compacted topics, as an engine keeps them that compacts a day later. */
export const withSuperseded = (inner: EventLog, clock: Pick<Clock, "wall">): EventLog => {
  const streams = new Map<string, LogRecord[]>();
  const keptOf = (topic: Topic, partition: number): LogRecord[] => {
    const stream = `${topic}/${partition}`;
    const kept = streams.get(stream) ?? [];
    streams.set(stream, kept);
    return kept;
  };
  return {
    ...inner,
    append: async (records) => {
      const offsets = await inner.append(records);
      for (const [at, record] of records.entries()) {
        if (topics[record.topic].policy !== "compact") continue;
        keptOf(record.topic, record.partition).push({
          ...record,
          offset: offsets[at] ?? Number.NaN,
          appendedAt: clock.wall(),
        });
      }
      return offsets;
    },
    read: (topic, partition, { offset, limit }) =>
      topics[topic].policy === "compact"
        ? Promise.resolve(
            keptOf(topic, partition)
              .filter((record) => record.offset >= offset)
              .slice(0, limit),
          )
        : inner.read(topic, partition, { offset, limit }),
    kept: (topic, partition) => Promise.resolve(keptOf(topic, partition)),
  };
};

/** The log as one process sees it: everything takes time, and fails as its line is told to. */
export const faultyLog = (options: FaultyLogOptions, { process: owner, line }: LogOfProcess): EventLog => {
  const { world, inner, isShared, onFault } = options;
  const { chance } = world;
  const requests = new Set<Request>();
  let lastDueMs = 0;

  const isAway = (): boolean => line.cutUntilMs > world.now();
  const tell = (kind: FaultKind, detail: string): void => onFault(kind, `${line.role}: ${detail}`);

  const store = async (records: readonly NewRecord[]): Promise<readonly number[]> => {
    if (records.length === 0) return [];
    const { silentLoss } = options;
    if (silentLoss?.lost === null && records.some(({ topic }) => topic === silentLoss.topic)) {
      silentLoss.left -= 1;
      if (silentLoss.left < 0) {
        silentLoss.lost = records;
        return Promise.all(records.map(({ topic, partition }) => inner.end(topic, partition)));
      }
    }
    silentLoss?.later.push(
      ...records.filter(({ topic }) => silentLoss.lost !== null && topic === silentLoss.topic),
    );
    return inner.append(records);
  };

  /** Requests of one process are stored in the order in which they were made. */
  const storeAfter = (
    delayInMs: number,
    request: Request,
    stored: (offsets: readonly number[]) => void,
  ): void => {
    lastDueMs = Math.max(world.now() + delayInMs, lastDueMs + 0.001);
    requests.add(request);
    world.at(lastDueMs - world.now(), () => {
      requests.delete(request);
      if (!request.isCancelled) void world.track(store(request.records)).then(stored);
    });
  };

  /** What a killed process had asked for: of a log of its own it happens at once or never, of a shared one perhaps later. */
  owner.onKill(() => {
    for (const request of requests) {
      const happens = chance.happens(0.5);
      if (!happens || !isShared) request.isCancelled = true;
      if (happens && !isShared) void world.track(store(request.records));
    }
    requests.clear();
  });

  const append: EventLog["append"] = (records) =>
    new Promise((resolve, reject) => {
      if (records.length === 0) {
        resolve([]);
        return;
      }
      const answer = (offsets: readonly number[]): void =>
        void owner.after(chance.between(0.2, 4), () => resolve(offsets));
      const refuse = (delayInMs: number, message: string): void =>
        void owner.after(delayInMs, () => reject(failed(message)));
      if (isAway()) {
        refuse(chance.between(20, 500), "The log cannot be reached.");
        return;
      }
      const request: Request = { records, isCancelled: false };
      const fault = line.appends.shift();
      if (fault !== undefined) tell(fault, `${records.length} records of ${records[0]?.topic ?? ""}`);
      switch (fault) {
        case undefined:
          storeAfter(chance.between(0.2, 5), request, answer);
          return;
        case "append-refused":
          refuse(chance.between(1, 300), "The append was refused.");
          return;
        case "answer-lost":
          storeAfter(chance.between(0.2, 5), request, () =>
            refuse(chance.between(1, 1_500), "The answer was lost."),
          );
          return;
        case "append-partly-stored":
          storeAfter(chance.between(0.2, 5), { ...request, records: partOf(records, chance) }, () =>
            refuse(chance.between(1, 500), "Some of it was not stored."),
          );
          return;
        case "append-stored-late": {
          refuse(chance.between(1, 300), "The append took too long.");
          world.at(chance.between(300, 4_000), () => void world.track(store(partOf(records, chance))));
          return;
        }
        case "append-slow":
          storeAfter(chance.between(200, 4_000), request, answer);
      }
    });

  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    await owner.wait(chance.between(0.1, 3));
    if (isAway()) throw failed("The log cannot be reached.");
    if (line.readsToFail > 0) {
      line.readsToFail -= 1;
      tell("read-failed", "a read");
      throw failed("The read failed.");
    }
    const found = await world.track(work());
    await owner.wait(chance.between(0.1, 3));
    return found;
  };

  /** Lets the batch wait on its way; false where it never comes, because nobody waits for it any more. */
  const travel = async (signal: AbortSignal): Promise<boolean> => {
    await owner.clock.sleep(chance.between(0.1, 4), signal);
    while (isAway() && !signal.aborted)
      await owner.clock.sleep(line.cutUntilMs - world.now() + chance.between(0, 200), signal);
    return !signal.aborted;
  };

  async function* follow(
    topic: Topic,
    from: ReadonlyMap<number, number>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly LogRecord[]> {
    const stop = new AbortController();
    const end = (): void => stop.abort();
    owner.onKill(end);
    // A console follows as many topics on one signal as there are, and each of these waits is one more.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", end);
    const isStopped = (): boolean => signal.aborted;
    if (isStopped()) return;
    try {
      for await (const batch of inner.follow(topic, from, stop.signal)) {
        if (!(await travel(signal))) return;
        const fault = line.follows.shift();
        if (fault !== undefined) tell(fault, topic);
        if (fault === "follow-failed") throw failed("Following failed.");
        if (fault === "follow-ended") return;
        if (fault === "follow-late") await owner.clock.sleep(chance.between(200, 4_000), signal);
        if (isStopped()) return;
        const cut = chance.happens(0.2) ? Math.floor(chance.uniform() * batch.length) : 0;
        if (cut > 0) yield batch.slice(0, cut);
        if (cut > 0 && !(await travel(signal))) return;
        yield batch.slice(cut);
        if (fault !== "follow-repeated") continue;
        if (!(await travel(signal))) return;
        yield batch;
      }
    } finally {
      signal.removeEventListener("abort", end);
      end();
    }
  }

  return {
    partitionCount: inner.partitionCount,
    append,
    read: (topic, partition, range) => asked(() => inner.read(topic, partition, range)),
    end: (topic, partition) => asked(() => inner.end(topic, partition)),
    latest: (topic, partition, from) => asked(() => inner.latest(topic, partition, from)),
    kept: (topic, partition, from) => asked(() => inner.kept(topic, partition, from)),
    follow,
    close: () => Promise.resolve(),
  };
};
