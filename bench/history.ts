/**
 * The console's alarm history at its full size: `npx tsx bench/history.ts [--alarms N] [--file PATH] [--json]`.
 * `--file`: an index that is kept, and used as it is where it is there already.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { openAlarmHistory } from "../src/adapters/history-open.ts";
import { openHistoryStore } from "../src/adapters/history-store.ts";
import { startHistoryThread } from "../src/adapters/history-thread.ts";
import { openMemoryLog } from "../src/adapters/memory-log.ts";
import { systemClock } from "../src/adapters/system-clock.ts";
import { entryOf } from "../src/history/history-entry.ts";
import type { IndexThread } from "../src/history/index-thread.ts";
import { alarmCaseCodec } from "../src/wire/alarm.ts";
import type { HistoryFilters } from "../src/wire/history.ts";
import { type Figure, quantile, say } from "./figures.ts";
import { drawing, syntheticCase, syntheticNow } from "./synthetic-cases.ts";

const seed = 1;
const day = 86_400_000;
const rounds = 200;
const timesOf = (measurement: string, times: readonly number[]): readonly Figure[] => {
  const sorted = [...times].sort((a, b) => a - b);
  const row = (name: string, q: number): Figure => ({
    measurement: `${measurement}, ${name}`,
    unit: "ms",
    value: quantile(sorted, q),
  });
  return [row("p50", 0.5), row("p95", 0.95), row("p99", 0.99), row("max", 1)];
};

/** Cases are made and stored as they are from the log, but for their JSON. */
const build = (path: string, count: number): readonly Figure[] => {
  const index = openHistoryStore(path);
  const begun = performance.now();
  let storing = 0;
  for (let at = 0; at < count; at += 1000) {
    const entries = Array.from({ length: Math.min(1000, count - at) }, (_, number) => ({
      partition: 0,
      offset: at + number,
      entry: entryOf(syntheticCase(seed, at + number, count)),
    }));
    const start = performance.now();
    index.take({ entries, positions: [], keptSince: 0 });
    index.commit();
    storing += performance.now() - start;
  }
  const all = performance.now() - begun;
  index.close();
  return [
    { measurement: "index built, cases made and all", unit: "s", value: all / 1000 },
    { measurement: "alarms stored", unit: "1/s", value: count / (storing / 1000) },
  ];
};

/** From records of a log, JSON and all, by way of the thread; and how long the event loop is held meanwhile. */
const follow = async (count: number): Promise<readonly Figure[]> => {
  const directory = mkdtempSync(join(tmpdir(), "lanewatch-bench-"));
  const log = openMemoryLog({ partitionCount: 1, clock: systemClock });
  for (let at = 0; at < count; at += 1) {
    const alarmCase = syntheticCase(seed, at, count);
    const value = alarmCaseCodec.encode(alarmCase);
    await log.append([{ topic: "lanewatch.alarms.v1", partition: 0, key: alarmCase.alarm.alarmId, value }]);
  }
  const stopping = new AbortController();
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const told = { onProblem: () => undefined, retentionInMs: 1e14, timeZone: "UTC" };
  // What the machine itself holds it up, when nothing is done.
  const idle = monitorEventLoopDelay({ resolution: 1 });
  idle.enable();
  await systemClock.sleep(2000, stopping.signal);
  idle.disable();
  const begun = performance.now();
  const history = openAlarmHistory(
    { ...told, log, clock: systemClock, path: join(directory, "history.db") },
    stopping.signal,
  );
  while (history.progress().share === 0) await systemClock.sleep(5, stopping.signal);
  delays.enable();
  while (!history.progress().complete) await systemClock.sleep(5, stopping.signal);
  delays.disable();
  const seconds = (performance.now() - begun) / 1000;
  stopping.abort();
  await history.ended;
  await log.close();
  rmSync(directory, { recursive: true });
  return [
    { measurement: "alarms followed from a log", unit: "1/s", value: count / seconds },
    { measurement: "event loop held when idle, p99", unit: "ms", value: idle.percentile(99) / 1e6 },
    { measurement: "event loop held when idle, max", unit: "ms", value: idle.max / 1e6 },
    { measurement: "event loop held meanwhile, p99", unit: "ms", value: delays.percentile(99) / 1e6 },
    { measurement: "event loop held meanwhile, max", unit: "ms", value: delays.max / 1e6 },
  ];
};

type Draw = () => number;
const pick = (draw: Draw, values: readonly string[]): string =>
  values[Math.floor(draw() * values.length)] ?? "";
const words = ["potash", "thorium", "certificate", "granite", "from", "seal", "gdansk", "patient", "form", "shows", "slate", "customs", "cs-137", "pallets"]; // prettier-ignore
const lanesOf = (draw: Draw): string => `lane-${String(1 + Math.floor(draw() * 200)).padStart(3, "0")}`;

/** What officers ask, by kind; each question differs from the one before. */
const questionsOf = (count: number): Readonly<Record<string, (draw: Draw) => HistoryFilters>> => {
  const someId = (draw: Draw): string => {
    const drawn = syntheticCase(seed, Math.floor(draw() * count), count).adjudication.disposal?.entry;
    return drawn?.containerId === "" ? drawn.vehicleId : (drawn?.containerId ?? "msku1234567");
  };
  const month = (draw: Draw): { from: number; to: number } => {
    const from = syntheticNow - Math.floor(30 + draw() * 370) * day;
    return { from, to: from + 30 * day };
  };
  return {
    "first page": () => ({}),
    "one word": (draw) => ({ text: pick(draw, words) }),
    "three words": (draw) => ({ text: [1, 2, 3].map(() => pick(draw, words)).join(" ") }),
    "beginning of a word": (draw) => ({ text: pick(draw, words).slice(0, 2 + Math.floor(draw() * 3)) }),
    "a vehicle or container": (draw) => ({ text: someId(draw) }),
    "part of an id": (draw) => ({ text: someId(draw).slice(2, 7) }),
    "word, lane and month": (draw) => ({ text: pick(draw, words), lanes: [lanesOf(draw)], ...month(draw) }),
    "kind, disposition and officer": (draw) => ({
      kinds: ["neutron", "energy"],
      dispositions: [pick(draw, ["other", "norm-found", "false-other"])],
      officers: [pick(draw, ["chen.a", "farouk.b", "garcia.e"])],
    }),
    "rare words, nothing found": (draw) => ({ text: `slate quagga${Math.floor(draw() * 9)}` }),
  };
};

const timed = async (ask: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await ask();
  return performance.now() - start;
};

const search = async (index: IndexThread, count: number): Promise<readonly Figure[]> => {
  const rows: Figure[] = [];
  const every: number[] = [];
  for (const [name, questionOf] of Object.entries(questionsOf(count))) {
    const draw = drawing(7);
    const times: number[] = [];
    for (let at = 0; at < rounds; at += 1) {
      const filters = questionOf(draw);
      times.push(await timed(() => index.search({ filters, cursor: null, limit: 50 })));
    }
    rows.push(...timesOf(name, times));
    every.push(...times);
  }
  return [...rows, ...timesOf("all of these", every)];
};

/** A thread that has just opened the file, with the operating system's cache as it is. */
const firstQuestions = async (path: string, count: number): Promise<readonly Figure[]> => {
  const times: number[] = [];
  const [, oneWord] = Object.values(questionsOf(count));
  for (let at = 0; at < 10; at += 1) {
    const index = startHistoryThread(path);
    await index.positions();
    const filters = at % 2 === 0 || oneWord === undefined ? {} : oneWord(drawing(at));
    times.push(await timed(() => index.search({ filters, cursor: null, limit: 50 })));
    await index.close();
  }
  return timesOf("first question after opening", times);
};

const reports = async (index: IndexThread): Promise<readonly Figure[]> => {
  const quarter = {
    from: syntheticNow - 92 * day,
    to: syntheticNow,
    now: syntheticNow,
    timeZone: "Europe/Vienna",
  };
  const shift = { from: syntheticNow - day / 3, to: syntheticNow, now: syntheticNow };
  const beside: number[] = [];
  let isOver = false;
  const figures = timed(() => index.figures(quarter)).finally(() => (isOver = true));
  while (!isOver)
    beside.push(await timed(() => index.search({ filters: { text: "potash" }, cursor: null, limit: 50 })));
  return [
    { measurement: "figures of a quarter of a year", unit: "ms", value: await figures },
    ...timesOf("one word while figures are made", beside),
    { measurement: "handover of eight hours", unit: "ms", value: await timed(() => index.handover(shift)) },
  ];
};

const measure = async (path: string, count: number): Promise<readonly Figure[]> => {
  const built = existsSync(path) ? [] : build(path, count);
  const first = await firstQuestions(path, count);
  const index = startHistoryThread(path);
  const alarms = await index.count();
  const rows: readonly Figure[] = [
    { measurement: "alarms", unit: "alarms", value: alarms },
    { measurement: "file", unit: "MB", value: statSync(path).size / 1e6 },
    ...built,
    ...first,
    ...(await search(index, alarms)),
    ...(await reports(index)),
  ];
  await index.close();
  return [...rows, ...(await follow(Math.min(5000, count)))];
};

const { values: options } = parseArgs({
  options: {
    alarms: { type: "string", default: "1000000" },
    file: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const directory = mkdtempSync(join(tmpdir(), "lanewatch-bench-"));
try {
  const figures = await measure(options.file ?? join(directory, "history.db"), Number(options.alarms));
  say({ figures }, options.json);
} finally {
  rmSync(directory, { recursive: true });
}
