/**
 * How long an alarm takes from a portal to an officer's socket:
 * `npx tsx bench/latency.ts --engine embedded|kafka --lanes 100 --seconds 60 [--cores 2] [--json]`. The program must be
 * built. Portals, officer, broker and each role are processes of their own; `bench/README.md` says how to read the table.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { signIn } from "../test/officers.ts";
import { presenceOf } from "../test/services/presence.ts";
import { say as sayOutcome } from "./figures.ts";
import { startChild } from "./child.ts";
import { busySeconds, cpuSeconds, load, machine } from "./machine.ts";
import { lanesOfPartitions, outcomeOf } from "./latency-outcome.ts";
import type { PortalsAnswer, PortalsCommand } from "./latency-portals.ts";
import { type Alarm, latencyOutcome, type Report, reportText, stageTable } from "./latency-report.ts";
import { type BenchSite, openEmbeddedSite, openKafkaSite } from "./latency-site.ts";
import { laneIdOf } from "./latency-traffic.ts";
import type { WatcherAnswer, WatcherCommand } from "./latency-watcher.ts";

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "embedded" },
    lanes: { type: "string", default: "100" },
    seconds: { type: "string", default: "60" },
    cores: { type: "string", default: "1" },
    partitions: { type: "string", default: "12" },
    "vehicles-per-hour": { type: "string", default: "240" },
    alarms: { type: "string", default: "400" },
    "base-share": { type: "string", default: "0.33" },
    spool: { type: "boolean", default: false },
    profile: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const engine = values.engine === "kafka" ? "kafka" : "embedded";
const laneCount = Number(values.lanes);
const seconds = Number(values.seconds);
const partitionCount = Number(values.partitions);

/** First vehicles come after 12 s; what the first seconds of a program take is not of its every day. */
const warmUpS = 25;

const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

const portals = startChild<PortalsCommand, PortalsAnswer>("./latency-portals.ts");
const watcher = startChild<WatcherCommand, WatcherAnswer>("./latency-watcher.ts");

type Answer<Kind extends string, Of extends { readonly kind: string }> = Extract<Of, { readonly kind: Kind }>;

const fromPortals = async <Kind extends PortalsAnswer["kind"]>(
  command: PortalsCommand,
  kind: Kind,
): Promise<Answer<Kind, PortalsAnswer>> => {
  const answer = await portals.ask(command, 60_000);
  if (!isOf(answer, kind)) throw new Error(`The portals answered ${answer.kind}.`);
  return answer;
};
const isOf = <Of extends { readonly kind: string }, Kind extends Of["kind"]>(
  answer: Of,
  kind: Kind,
): answer is Answer<Kind, Of> => answer.kind === kind;

const seen = async (): Promise<Answer<"seen", WatcherAnswer>> => {
  const answer = await watcher.ask({ kind: "report" }, 30_000);
  if (answer.kind !== "seen") throw new Error("The watcher did not report.");
  return answer;
};

interface Usage {
  readonly cpu: ReadonlyMap<string, number>;
  readonly busyS: number;
  readonly at: number;
}

const usageOf = (pids: ReadonlyMap<string, number>): Usage => ({
  cpu: new Map([...pids].map(([name, pid]) => [name, cpuSeconds(pid)])),
  busyS: busySeconds(),
  at: Date.now(),
});

/** Until no alarm has come for 2 s, for 60 s at most. */
const untilQuiet = async (): Promise<void> => {
  let count = -1;
  for (let turn = 0; turn < 30; turn += 1) {
    const next = (await seen()).alarms.length;
    if (next === count) return;
    count = next;
    await sleep(2_000);
  }
};

const measured = async (
  pids: ReadonlyMap<string, number>,
): Promise<{ readonly before: Usage; readonly after: Usage; readonly loads: readonly number[] }> => {
  const before = usageOf(pids);
  const loads: number[] = [];
  for (let rest = seconds; rest > 0; rest -= 5) {
    await sleep(Math.min(5, rest) * 1_000);
    loads.push(load());
    const { alarms, characters } = await seen();
    const mb = (characters / 1e6).toFixed(1);
    say(`${Math.max(0, rest - 5)} s left: ${alarms.length} alarms seen, ${mb} MB received, load ${load()}`);
  }
  return { before, after: usageOf(pids), loads };
};

const run = async (site: BenchSite): Promise<Report> => {
  const cookie = await signIn(site.consoleUrl);
  await watcher.ask({ kind: "join", url: site.consoleUrl, cookie }, 30_000);
  // Every core has its share, and every lane its connection.
  await sleep(5_000 + laneCount * 3);
  await fromPortals({ kind: "begin" }, "begun");
  say(`The portals speak; measuring begins in ${warmUpS} s.`);
  await sleep(warmUpS * 1_000);
  const pids = new Map([...site.pids, ["portals", portals.pid], ["watcher", watcher.pid]]);
  const { before, after, loads } = await measured(pids);
  const shares = await site.shares();
  await fromPortals({ kind: "hush" }, "hushed");
  await untilQuiet();
  const { alarms: arrivals } = await seen();
  say("Reading what the log has.");
  const log = await site.log();
  const outcome = await outcomeOf(log, { from: before.at, to: after.at });
  await log.close();
  const bytes = outcome.raised.map(({ laneId, frameByte }) => ({ laneId, byte: frameByte }));
  const { report } = await fromPortals({ kind: "report", bytes }, "reported");
  const seenAt = new Map(arrivals);
  const alarms = outcome.raised.map((raised, at): Alarm => ({
    ...raised,
    writtenAt: report.writtenAt[at] ?? null,
    arrivedAt: seenAt.get(raised.alarmId) ?? null,
  }));
  const within = alarms.filter(({ capturedAt }) => capturedAt >= before.at && capturedAt < after.at);
  const lastedS = (after.at - before.at) / 1_000;
  const framesOf = (partitions: Iterable<number>): number =>
    [...partitions].reduce((sum, partition) => sum + (outcome.framesByPartition.get(partition) ?? 0), 0);
  const laneIds = Array.from({ length: laneCount }, (_, index) => laneIdOf(index));
  const third = (part: number): readonly Alarm[] =>
    within.filter(
      ({ capturedAt }) => Math.floor(((capturedAt - before.at) / (lastedS * 1_000)) * 3) === part,
    );
  return {
    ...{ engine, lanes: laneCount, seconds, cores: engine === "kafka" ? Number(values.cores) : 1 },
    machine: machine(),
    loadMean: loads.reduce((sum, each) => sum + each, 0) / Math.max(1, loads.length),
    machineBusyCores: (after.busyS - before.busyS) / lastedS,
    alarms: within.length,
    stages: stageTable(within),
    totalByThird: [0, 1, 2].map(
      (part) => stageTable(third(part)).find(({ stage }) => stage === "total")?.p50Ms ?? null,
    ),
    ledger: outcome.compare(report.entries),
    ...{ unseen: alarms.filter(({ arrivedAt }) => arrivedAt === null).length, repeats: outcome.repeats },
    framesPerSecond: framesOf(outcome.framesByPartition.keys()) / lastedS,
    framesHistorical: outcome.framesHistorical,
    cpuShare: Object.fromEntries(
      [...pids.keys()].map((name) => [
        name,
        ((after.cpu.get(name) ?? 0) - (before.cpu.get(name) ?? 0)) / lastedS,
      ]),
    ),
    shares: Array.from(shares, ([core, partitions]) => ({
      core,
      partitions: [...partitions],
      lanes: lanesOfPartitions(laneIds, partitions, partitionCount),
      framesPerSecond: framesOf(partitions) / lastedS,
    })),
    portals: { lateness: report.lateness, lines: report.lines, reconnections: report.reconnections },
  };
};

const presence = engine === "kafka" ? presenceOf("kafka") : ({ kind: "present" } as const);
if (presence.kind === "absent") {
  sayOutcome({ figures: [], skipped: [`Kafka is left out: ${presence.reason}.`] }, values.json);
  portals.end();
  watcher.end();
  process.exit(0);
}

const open = engine === "kafka" ? openKafkaSite : openEmbeddedSite;
let site: BenchSite | null = null;
try {
  const { ports } = await fromPortals(
    {
      kind: "open",
      traffic: {
        seed: "latency",
        laneCount,
        vehiclesPerHour: Number(values["vehicles-per-hour"]),
        alarmsPerMinute: Number(values.alarms),
        baseShare: Number(values["base-share"]),
      },
    },
    "opened",
  );
  say(`${ports.length} portals listen. Starting the site (${engine}).`);
  site = await open({
    ...{ ports, partitionCount, say, hasSpool: values.spool },
    coreCount: Number(values.cores),
    profileFolder: values.profile ?? null,
  });
  const report = await run(site);
  const outcome = latencyOutcome(report);
  if (values.json) sayOutcome(outcome, true);
  else process.stdout.write(reportText(report));
  if (outcome.wrong.length > 0) process.exitCode = 1;
} finally {
  await site?.stop();
  portals.end();
  watcher.end();
}
