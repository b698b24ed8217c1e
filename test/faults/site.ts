import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LedgerEntry, readLedger } from "../../simulators/ledger.ts";
import { openKafkaLog } from "../../src/adapters/kafka-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { kafkaSettingsSchema } from "../../src/kafka-settings.ts";
import type { EventLog } from "../../src/ports.ts";
import { joinConsole, type Officer } from "../e2e/officer.ts";
import { testUsers } from "../officers.ts";
import { freePort, freePorts } from "../services/loopback.ts";
import { waitUntil } from "../services/waiting.ts";
import { type Role, type RolePlan, startRole } from "./role.ts";
import { type FaultLane, scenarioText } from "./scenario.ts";
import { isWhole, judge, type Verdict } from "./verdict.ts";

/** The long form repeats each fault as often as is promised; the short one shows that the suite works. */
export const isLong = process.env["LANEWATCH_FAULTS"] === "1";

/** The first or the second, as the form is. */
export const byForm = <T>(short: T, long: T): T => (isLong ? long : short);

export const roleNames = ["edge", "core", "console"] as const;
export type RoleName = (typeof roleNames)[number];

type Section = Readonly<Record<string, unknown>>;

export interface SiteOptions {
  /** Names the site, and its topics on a broker that others use. */
  readonly name: string;
  readonly brokers: readonly string[];
  readonly laneCount?: number;
  readonly speed?: number;
  /** More of each lane of the scenario. */
  readonly lane?: (lane: FaultLane, index: number, folder: string) => FaultLane;
  /** In place of the simulated lanes. */
  readonly laneSettings?: readonly Section[];
  /** Sections of the configuration, merged into the ordinary ones. */
  readonly kafka?: Section;
  readonly spool?: Section;
}

export interface RoleOptions extends Partial<Pick<RolePlan, "name" | "nodeArgs" | "environment">> {
  readonly kafka?: Section;
  readonly core?: Section;
}

/** A site of real processes over a real Kafka. */
export interface FaultSite {
  readonly folder: string;
  readonly lanes: readonly FaultLane[];
  readonly log: EventLog;
  readonly simulator: Role | null;
  readonly start: (role: RoleName, options?: RoleOptions) => Promise<Role>;
  /** Who watches the console that was started last. */
  readonly officer: () => Officer;
  /** Joins the console anew, as after its end. */
  readonly watch: () => Promise<void>;
  readonly entries: () => Promise<readonly LedgerEntry[]>;
  readonly verdict: (options?: { readonly isClockTrue?: boolean }) => Promise<Verdict>;
  /**
   * Lets the portals fall silent, and gives the verdict as soon as nothing is missing, or when the time is over; what
   * comes twice has another moment to come.
   */
  readonly finalVerdict: (options?: {
    readonly isClockTrue?: boolean;
    readonly withinMs?: number;
  }) => Promise<Verdict>;
  /** So many more alarms on the console than now. */
  readonly moreAlarms: (count: number, withinMs: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const ready = {
  edge: /The edge captures/,
  core: /The core judges/,
  console: /The console is up/,
} as const;

const ledgerOf = async (folder: string): Promise<readonly LedgerEntry[]> => {
  const entries: LedgerEntry[] = [];
  const text = createReadStream(join(folder, "simulator", "ledger.jsonl"), "utf8");
  for await (const entry of readLedger(text)) entries.push(entry);
  return entries;
};

const sourceOf = ({ port, link }: FaultLane): Section =>
  link === undefined ? { kind: "tcp", host: "127.0.0.1", port } : { kind: "serial", path: link };

export const openSite = async (options: SiteOptions): Promise<FaultSite> => {
  const { name, brokers, laneCount = 4, speed = 4, lane = (each: FaultLane) => each } = options;
  const folder = await mkdtemp(join(tmpdir(), "lanewatch-site-"));
  const ports = await freePorts(laneCount);
  const lanes = ports.map((port, index) => lane({ id: `${name}-${index + 1}`, port }, index, folder));
  const consolePort = await freePort();
  const kafka = { brokers, topicPrefix: `${name}.`, partitionCount: 4, ...options.kafka };
  const log = await openKafkaLog(kafkaSettingsSchema.parse(kafka), {
    clock: systemClock,
    onProblem: () => undefined,
  });
  const roles: Role[] = [];
  const started = async (plan: Omit<RolePlan, "siteFolder">): Promise<Role> => {
    const role = await startRole({ ...plan, siteFolder: folder });
    roles.push(role);
    return role;
  };
  const simulator =
    options.laneSettings !== undefined
      ? null
      : await started({
          name: "simulator",
          isReady: new RegExp(`^${lanes.at(-1)?.id ?? ""} `),
          files: { "scenario.yaml": scenarioText({ seed: name, speed, lanes }) },
          args: (at) => [
            "simulate",
            "--scenario",
            join(at, "scenario.yaml"),
            "--ledger",
            join(at, "ledger.jsonl"),
          ],
        });
  let officer: Officer | null = null;
  // Less than the simulated vehicles keep away from each other, in the time of the portals.
  const resumeWithinInMs = Math.max(1_000, Math.round(5_000 / speed));
  const siteText = ({ kafka: more = {}, core = {} }: RoleOptions): string =>
    JSON.stringify({
      site: { name, timeZone: "UTC" },
      console: { port: consolePort },
      users: testUsers,
      kafka: { ...kafka, ...more },
      core,
      spool: { directory: "spool", ...options.spool },
      lanes:
        options.laneSettings ??
        lanes.map((each) => ({ id: each.id, source: sourceOf(each), occupancy: { resumeWithinInMs } })),
    });
  const watch = async (): Promise<void> => {
    officer?.leave();
    officer = await joinConsole(`http://127.0.0.1:${consolePort}`);
  };
  const present = (): Officer => {
    if (officer === null) throw new Error("Nobody watches: no console was started.");
    return officer;
  };
  const entries = (): Promise<readonly LedgerEntry[]> => ledgerOf(folder);
  const verdict: FaultSite["verdict"] = async (judging = {}) =>
    judge({ ...judging, log, entries: await entries(), onConsole: new Set(present().alarms.keys()) });

  return {
    folder,
    lanes,
    log,
    simulator,
    start: async (role, more = {}) => {
      const begun = await started({
        name: more.name ?? role,
        isReady: ready[role],
        files: { "site.yaml": siteText(more) },
        args: (at) => [role, "--config", join(at, "site.yaml")],
        ...(more.nodeArgs === undefined ? {} : { nodeArgs: more.nodeArgs }),
        ...(more.environment === undefined ? {} : { environment: more.environment }),
      });
      if (role === "console") await watch();
      return begun;
    },
    officer: present,
    watch,
    entries,
    verdict,
    finalVerdict: async ({ withinMs = 30_000, ...judging } = {}) => {
      await simulator?.shutDown();
      const until = performance.now() + withinMs;
      let last = await verdict(judging);
      while (!isWhole(last) && performance.now() < until) {
        await systemClock.sleep(500, new AbortController().signal);
        last = await verdict(judging);
      }
      await systemClock.sleep(1_500, new AbortController().signal);
      return verdict(judging);
    },
    moreAlarms: (count, withinMs) => {
      const { alarms } = present();
      const wanted = alarms.size + count;
      return waitUntil(`${count} more alarms on the console`, () => alarms.size >= wanted, withinMs);
    },
    stop: async () => {
      officer?.leave();
      await Promise.all(roles.map((role) => role.stop()));
      await log.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** A site for one case; whatever comes of it, none of its processes outlives it. */
export const withSite = async (
  options: SiteOptions,
  use: (site: FaultSite) => Promise<void>,
): Promise<void> => {
  const site = await openSite(options);
  try {
    await use(site);
  } finally {
    await site.stop();
  }
};

/** One of each role, all there before the first vehicle is. */
export const startAll = async (
  site: FaultSite,
  options: Partial<Readonly<Record<RoleName, RoleOptions>>> = {},
): Promise<Readonly<Record<RoleName, Role>>> => {
  const [core, console, edge] = await Promise.all([
    site.start("core", options.core),
    site.start("console", options.console),
    site.start("edge", options.edge),
  ]);
  return { core, console, edge };
};
