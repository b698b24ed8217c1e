import { describe, expect, it } from "vitest";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { decide } from "../../src/core/adjudication.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { EventLog, LogRecord, NewRecord } from "../../src/ports.ts";
import { allPartitions, runCore } from "../../src/stream/core.ts";
import { alarmCaseCodec } from "../../src/wire/alarm.ts";
import { encodeFrame } from "../../src/wire/frame.ts";
import { acknowledge } from "../commands.ts";
import { agentOf, alarmedPass, bootNumber, framesOf } from "../core/frame-life.ts";
import { manualClock } from "../manual-clock.ts";
import { judged } from "./core-place.ts";

const lane = judged("north-1");
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (let turns = 0; turns < 2_000; turns += 1) {
    if (await isSo()) return;
    await turn();
  }
  throw new Error("it has not come to that");
};

const frameRecords = (): readonly NewRecord[] =>
  framesOf(agentOf(bootNumber(1), undefined, lane.laneId), alarmedPass).map((frame) => ({
    topic: "lanewatch.frames.v1",
    partition: 0,
    key: lane.laneId,
    value: encodeFrame(frame),
  }));

const run = (log: EventLog, signal: AbortSignal): Promise<void> =>
  runCore(
    {
      log,
      share: allPartitions(1),
      isShared: true,
      clock: manualClock(),
      lanes: [lane],
      onProblem: () => undefined,
    },
    signal,
  );

describe("a core on a log that others write to", () => {
  it("says again what another core has said while its own word was on its way", async () => {
    const log = openMemoryLog({ clock: manualClock(), partitionCount: 1 });
    await log.append(frameRecords());
    const lastWord = async (): Promise<AlarmCase | undefined> => {
      const [record] = await log.latest("lanewatch.alarms.v1", 0);
      return record === undefined ? undefined : alarmCaseCodec.decode(record.value);
    };
    let isHeld = false;
    let held = true;
    const slow: EventLog = {
      ...log,
      append: async (records) => {
        const cases = records.filter(({ topic }) => topic === "lanewatch.alarms.v1");
        const [first] = cases;
        if (first !== undefined && held) {
          held = false;
          isHeld = true;
          // The other core is quicker, and an officer has acknowledged what it said.
          const told = alarmCaseCodec.decode(cases.at(-1)?.value ?? first.value);
          const [acknowledged] = decide(told, acknowledge(told.alarm));
          if (acknowledged === undefined) throw new Error("there is no such case");
          await log.append([{ ...first, value: alarmCaseCodec.encode(acknowledged) }]);
          for (let turns = 0; turns < 20; turns += 1) await turn();
        }
        return log.append(records);
      },
      // What was said comes back after its answer.
      follow: async function* (topic, from, signal) {
        for await (const batch of log.follow(topic, from, signal)) {
          for (let turns = 0; turns < 5; turns += 1) await turn();
          yield batch;
        }
      },
    };
    const stop = new AbortController();
    const running = run(slow, stop.signal);
    await until(async () => isHeld && (await lastWord()) !== undefined);
    await until(async () => (await lastWord())?.adjudication.state === "acknowledged");
    for (let turns = 0; turns < 50; turns += 1) await turn();
    expect((await lastWord())?.adjudication.state).toBe("acknowledged");
    stop.abort();
    await running;
    await log.close();
  });

  it("says the newest word of a case again that was overtaken by an older one while no core was there", async () => {
    const log = openMemoryLog({ clock: manualClock(), partitionCount: 1 });
    await log.append(frameRecords());
    const words: LogRecord[] = [];
    // As a log that several processes write: superseded words stay for a day.
    const shared: EventLog = {
      ...log,
      append: async (records) => {
        const offsets = await log.append(records);
        const stored = records.map((record, at) => ({
          ...record,
          offset: offsets[at] ?? 0,
          appendedAt: manualClock().wall(),
        }));
        words.push(...stored.filter(({ topic }) => topic === "lanewatch.alarms.v1"));
        return offsets;
      },
      kept: () => Promise.resolve(words),
    };
    const lastCase = (): AlarmCase | undefined => {
      const last = words.at(-1);
      return last === undefined ? undefined : alarmCaseCodec.decode(last.value);
    };
    const first = new AbortController();
    const running = run(shared, first.signal);
    await until(() => lastCase()?.alarm.state === "ended");
    first.abort();
    await running;
    const [oldest, last] = [words[0], lastCase()];
    if (oldest === undefined || last === undefined) throw new Error("nothing was said");
    const [acknowledged] = decide(last, acknowledge(last.alarm));
    if (acknowledged === undefined) throw new Error("there is no such case");
    await shared.append([{ ...oldest, value: alarmCaseCodec.encode(acknowledged) }]);
    await shared.append([oldest]);
    expect(lastCase()?.adjudication.state).toBe("unacknowledged");

    const second = new AbortController();
    const again = run(shared, second.signal);
    await until(() => lastCase()?.adjudication.state === "acknowledged");
    expect(lastCase()).toEqual(acknowledged);
    second.abort();
    await again;
    await log.close();
  });

  it.each(["lanewatch.frames.v1", "lanewatch.commands.v1", "lanewatch.alarms.v1"])(
    "ends with an error where %s is no longer told of, and is not deaf",
    async (ending) => {
      const log = openMemoryLog({ clock: manualClock(), partitionCount: 1 });
      const deaf: EventLog = {
        ...log,
        follow: async function* (topic, from, signal) {
          if (topic === ending) return;
          yield* log.follow(topic, from, signal);
        },
      };
      const failure: unknown = await run(deaf, new AbortController().signal).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(LanewatchError);
      expect(failure).toMatchObject({ code: "log-failed" });
      await log.close();
    },
  );
});
