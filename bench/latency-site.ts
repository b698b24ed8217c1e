import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kafka, logLevel } from "kafkajs";
import { decodeShare } from "../src/adapters/kafka-division.ts";
import { openKafkaLog } from "../src/adapters/kafka-log.ts";
import { openSqliteLog } from "../src/adapters/sqlite-log.ts";
import { systemClock } from "../src/adapters/system-clock.ts";
import { kafkaSettingsSchema } from "../src/kafka-settings.ts";
import type { EventLog } from "../src/ports.ts";
import { type Role, startRole } from "../test/faults/role.ts";
import { type Kafka as Broker, startKafka } from "../test/services/kafka.ts";
import { testUsers } from "../test/officers.ts";
import { freePort } from "../test/services/loopback.ts";
import { laneIdOf } from "./latency-traffic.ts";

export interface SiteOptions {
  readonly ports: readonly number[];
  readonly coreCount: number;
  readonly partitionCount: number;
  /** The edge keeps what the log has not yet on its disk, as it does at a crossing. */
  readonly hasSpool: boolean;
  /** A folder for CPU profiles of the processes under test, or null. */
  readonly profileFolder: string | null;
  readonly say: (sentence: string) => void;
}

/** A site of real processes, whose portals are somebody else's. */
export interface BenchSite {
  readonly consoleUrl: string;
  /** The processes under test, by name. */
  readonly pids: ReadonlyMap<string, number>;
  /** The partitions that each core judges; of Kafka alone. */
  readonly shares: () => Promise<ReadonlyMap<string, ReadonlySet<number>>>;
  /** Ends the processes under test and opens what they have said. */
  readonly log: () => Promise<EventLog>;
  readonly stop: () => Promise<void>;
}

const lanesOf = (ports: readonly number[]): readonly object[] =>
  ports.map((port, index) => ({
    id: laneIdOf(index),
    source: { kind: "tcp", host: "127.0.0.1", port },
  }));

const profiling = (folder: string | null): readonly string[] =>
  folder === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];

export const openEmbeddedSite = async (options: SiteOptions): Promise<BenchSite> => {
  const { ports, partitionCount } = options;
  const siteFolder = await mkdtemp(join(tmpdir(), "lanewatch-latency-"));
  const port = await freePort();
  const directory = join(siteFolder, "data");
  const site = {
    site: { name: "Latency" },
    console: { port },
    log: { directory, partitionCount },
    ...(options.hasSpool ? { spool: { directory: "spool" } } : {}),
    users: testUsers,
    lanes: lanesOf(ports),
  };
  const role = await startRole({
    name: "up",
    siteFolder,
    isReady: /lanewatch is up/,
    files: { "site.yaml": JSON.stringify(site) },
    args: (folder) => ["up", "--config", join(folder, "site.yaml")],
    nodeArgs: profiling(options.profileFolder),
  });
  return {
    consoleUrl: `http://127.0.0.1:${port}`,
    pids: new Map([["up", role.pid()]]),
    shares: () => Promise.resolve(new Map()),
    log: async () => {
      await role.shutDown();
      return openSqliteLog({ directory, partitionCount, clock: systemClock });
    },
    stop: async () => {
      await role.stop();
      await rm(siteFolder, { recursive: true, force: true });
    },
  };
};

const groupId = "latency-bench";

const sharesIn = async (broker: Broker): Promise<ReadonlyMap<string, ReadonlySet<number>>> => {
  const admin = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const { groups } = await admin.describeGroups([groupId]);
    const members = groups.flatMap((group) => group.members);
    return new Map(
      members.map(({ clientId, memberAssignment }) => [clientId, decodeShare(memberAssignment)]),
    );
  } finally {
    await admin.disconnect();
  }
};

export const openKafkaSite = async (options: SiteOptions): Promise<BenchSite> => {
  const { ports, coreCount, partitionCount, say } = options;
  const siteFolder = await mkdtemp(join(tmpdir(), "lanewatch-latency-"));
  say("Starting a broker.");
  const broker = await startKafka();
  const port = await freePort();
  const kafka = { brokers: broker.brokers, partitionCount };
  const roles: Role[] = [];
  const start = async (name: string, role: "edge" | "core" | "console", isReady: RegExp): Promise<void> => {
    const site = {
      site: { name: "Latency" },
      console: { port },
      kafka: { ...kafka, clientId: name },
      core: { groupId },
      ...(options.hasSpool ? { spool: { directory: "spool" } } : {}),
      users: testUsers,
      lanes: lanesOf(ports),
    };
    const started = await startRole({
      ...{ name, siteFolder, isReady },
      files: { "site.yaml": JSON.stringify(site) },
      args: (folder) => [role, "--config", join(folder, "site.yaml")],
      nodeArgs: profiling(options.profileFolder),
    });
    roles.push(started);
  };
  const stop = async (): Promise<void> => {
    await Promise.all(roles.map((role) => role.stop()));
    await broker.stop();
    await rm(siteFolder, { recursive: true, force: true });
  };
  try {
    for (let core = 1; core <= coreCount; core += 1) {
      say(`Starting core ${core} of ${coreCount}.`);
      await start(`core-${core}`, "core", /The core judges/);
    }
    await start("console", "console", /The console is up/);
    await start("edge", "edge", /The edge captures/);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    consoleUrl: `http://127.0.0.1:${port}`,
    pids: new Map([["broker", broker.pid()], ...roles.map(({ name, pid }) => [name, pid()] as const)]),
    shares: () => sharesIn(broker),
    log: async () => {
      await Promise.all(roles.map((role) => role.shutDown()));
      return openKafkaLog(kafkaSettingsSchema.parse(kafka), {
        clock: systemClock,
        onProblem: () => undefined,
      });
    },
    stop,
  };
};
