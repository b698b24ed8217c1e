import { mkdtemp, rm } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openSqliteLog } from "../src/adapters/sqlite-log.ts";
import { systemClock } from "../src/adapters/system-clock.ts";
import { readEvents } from "../test/faults/log-reading.ts";
import { startRole } from "../test/faults/role.ts";
import { testUsers } from "../test/officers.ts";
import { outputOf, startDaemon } from "../test/services/daemon.ts";
import { freePort } from "../test/services/loopback.ts";
import { laneIdOf } from "./latency-traffic.ts";
import { startNodeRed } from "./node-red-program.ts";
import { nSigma, type Said, windowIntervals } from "./node-red-traffic.ts";

/** What an alarm rests on, the same whoever decides. `lane ordinal counts threshold`. */
export type Verdicts = ReadonlySet<string>;

/** A program that gets every message and says alarms (the floor: closings). */
export interface Contender {
  readonly name: string;
  readonly pid: number;
  /** MQTT filter of what it says; the lane's id is a level of the topic. */
  readonly says: string;
  /** Which alarm a message of it tells of: the lane's how manyth. */
  readonly isDue: (said: Said) => boolean;
  /** Ends it; what it has decided, or null where it decides nothing or the messages tell already. */
  readonly finish: () => Promise<Verdicts | null>;
}

const isAlarm = ({ alarm }: Said): boolean => alarm > 0;
const closing = Buffer.from('"occupancy-closed"');

export const floor = async (brokerUrl: string): Promise<Contender> => {
  const folder = await mkdtemp(join(tmpdir(), "lanewatch-floor-"));
  const program = fileURLToPath(new URL("./node-red-floor.ts", import.meta.url));
  const daemon = await startDaemon({
    title: "The floor",
    command: process.execPath,
    // Where the loader is, whatever folder it runs in.
    args: ["--import", import.meta.resolve("tsx"), program, brokerUrl],
    folder,
    isReady: () =>
      Promise.resolve(
        existsSync(outputOf(folder)) && /subscribed/.test(readFileSync(outputOf(folder), "utf8")),
      ),
    startWithinMs: 30_000,
  });
  return {
    ...{ name: "split lines", pid: daemon.pid(), says: "bench/floor/+" },
    isDue: ({ payload }) => payload.includes(closing),
    finish: async () => {
      await daemon.stop();
      return null;
    },
  };
};

export const nodeRed = async (installed: string, brokerPort: number): Promise<Contender> => {
  const daemon = await startNodeRed(installed, brokerPort);
  return {
    ...{ name: "Node-RED", pid: daemon.pid(), says: "bench/alarm/+", isDue: isAlarm },
    finish: async () => {
      await daemon.stop();
      return null;
    },
  };
};

const raisedIn = async (directory: string): Promise<Verdicts> => {
  const log = await openSqliteLog({ directory, partitionCount: 4, clock: systemClock });
  const counted = new Map<string, number>();
  const verdicts = new Set<string>();
  for (const { value } of await readEvents(log)) {
    if (value.event.kind !== "alarm-raised") continue;
    const ordinal = (counted.get(value.laneId) ?? 0) + 1;
    counted.set(value.laneId, ordinal);
    for (const decision of value.event.alarm.decisions) {
      if (decision.origin === "portal" || decision.rule !== "gross-count") continue;
      const { counts, threshold } = decision.evidence;
      verdicts.add(`${value.laneId} ${ordinal} ${counts} ${threshold}`);
    }
  }
  await log.close();
  return verdicts;
};

export const lanewatch = async (brokerUrl: string, laneCount: number): Promise<Contender> => {
  const siteFolder = await mkdtemp(join(tmpdir(), "lanewatch-bench-"));
  const directory = join(siteFolder, "data");
  const site = {
    site: { name: "Bench" },
    console: { port: await freePort() },
    log: { directory, partitionCount: 4 },
    users: testUsers,
    signals: { url: brokerUrl, site: "bench" },
    lanes: Array.from({ length: laneCount }, (_, at) => ({
      id: laneIdOf(at),
      source: { kind: "mqtt", url: brokerUrl, topic: `bench/in/${laneIdOf(at)}` },
      driver: { kind: "json-mqtt" },
      grossCount: { nSigma, groups: ["sum"], windowIntervals },
      rules: { "window-ratio": null, "neutron-sprt": null },
    })),
  };
  const role = await startRole({
    name: "up",
    siteFolder,
    isReady: /lanewatch is up/,
    files: { "site.yaml": JSON.stringify(site) },
    args: (folder) => ["up", "--config", join(folder, "site.yaml")],
  });
  // Every lane has its own connection and subscription.
  await sleep(3_000 + laneCount * 20);
  return {
    ...{ name: "lanewatch", pid: role.pid(), says: "lanewatch/bench/+/state", isDue: isAlarm },
    finish: async () => {
      try {
        await role.shutDown();
        return await raisedIn(directory);
      } finally {
        await role.stop();
        await rm(siteFolder, { recursive: true, force: true });
      }
    },
  };
};
