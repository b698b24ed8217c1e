import fc from "fast-check";
import { expect } from "vitest";
import type { EventLog, LogRecord, NewRecord, Positions } from "../../src/ports.ts";
import type { Topic } from "../../src/wire/topics.ts";
import { events, frames, laneState, ofPartition, readOn } from "./log-use.ts";

/** One made-up use of a log: appends that are awaited or not, turns of the event loop, followers that come by. */
type Step =
  | { readonly kind: "append"; readonly awaited: boolean; readonly records: readonly NewRecord[] }
  | { readonly kind: "turn" }
  | { readonly kind: "follow"; readonly topic: Topic };

const topicArbitrary = fc.constantFrom<Topic>(frames, events, laneState);
const recordArbitrary: fc.Arbitrary<NewRecord> = fc.record({
  topic: topicArbitrary,
  partition: fc.nat({ max: 1 }),
  key: fc.oneof(
    fc.constantFrom("lane-1", "lane-2"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
  ),
  value: fc.uint8Array({ maxLength: 64 }),
});
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("append"),
      awaited: fc.boolean(),
      records: fc.array(recordArbitrary, { maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("turn") }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("follow"), topic: fc.constantFrom<Topic>(frames, events) }),
  },
);

type Content = readonly (readonly [key: string, value: Uint8Array])[];

const contentOf = (records: readonly NewRecord[]): Content => records.map(({ key, value }) => [key, value]);

/** What a log with one caller at a time should hold: all records in the order of the calls. */
const modelOf = () => {
  const all: NewRecord[] = [];
  return {
    add: (records: readonly NewRecord[]): number => all.push(...records),
    length: (): number => all.length,
    content: (topic: Topic, partition: number, from: number): Content =>
      contentOf(all.slice(from).filter((record) => record.topic === topic && record.partition === partition)),
  };
};
type Model = ReturnType<typeof modelOf>;

const partitions = [0, 1] as const;

const endOf = async (log: EventLog, topic: Topic): Promise<Positions> =>
  new Map([
    [0, await log.end(topic, 0)],
    [1, await log.end(topic, 1)],
  ]);

/** Follows from the end; the check waits until all that the model has since has come, and that nothing else has. */
const followNow = async (log: EventLog, model: Model, topic: Topic): Promise<() => Promise<void>> => {
  const [since, from] = [model.length(), await endOf(log, topic)];
  const seen: LogRecord[] = [];
  const abort = new AbortController();
  const following = (async () => {
    for await (const batch of log.follow(topic, from, abort.signal)) seen.push(...batch);
  })();
  return async () => {
    const wanted = partitions.map((partition) => model.content(topic, partition, since));
    await expect.poll(() => seen.length, { timeout: 10_000, interval: 1 }).toBe(wanted.flat().length);
    abort.abort();
    await following;
    expect(partitions.map((partition) => contentOf(ofPartition(seen, partition)))).toEqual(wanted);
  };
};

const use = async (log: EventLog, model: Model, steps: readonly Step[]): Promise<void> => {
  const pending: Promise<unknown>[] = [];
  const checks: (() => Promise<void>)[] = [];
  for (const step of steps) {
    switch (step.kind) {
      case "append": {
        const appended = log.append(step.records);
        model.add(step.records);
        pending.push(appended);
        if (step.awaited) await appended;
        break;
      }
      case "turn":
        await new Promise(setImmediate);
        break;
      case "follow":
        await Promise.all(pending);
        checks.push(await followNow(log, model, step.topic));
        break;
    }
  }
  await Promise.all(pending);
  for (const check of checks) await check();
};

/** Each run goes on where the last one ended, so that an engine whose logs are dear opens one only. */
export const checkAgainstModel = async (log: EventLog): Promise<void> => {
  const model = modelOf();
  const run = async (steps: readonly Step[]): Promise<void> => {
    const since = model.length();
    const starts = [
      [frames, await endOf(log, frames)],
      [events, await endOf(log, events)],
    ] as const;
    await use(log, model, steps);
    for (const partition of partitions) {
      for (const [topic, start] of starts) {
        const records = await readOn(log, topic, partition, start.get(partition));
        expect(contentOf(records)).toEqual(model.content(topic, partition, since));
      }
      const latest = new Map(contentOf(await log.latest(laneState, partition)));
      expect(latest).toEqual(new Map(model.content(laneState, partition, 0)));
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 20 }), run), { numRuns: 60 });
};
