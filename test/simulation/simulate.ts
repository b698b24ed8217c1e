import { createChance } from "../../simulators/chance.ts";
import { maxBatchFrames } from "../../src/edge/frame-queue.ts";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { cutInMs, type FaultKind, planFaults, type PlannedFault, type Shape } from "./faults.ts";
import {
  type FaultyLogOptions,
  faultyLog,
  type LogLine,
  newLogLine,
  type SilentLoss,
  withSuperseded,
} from "./faulty-log.ts";
import { emptyDisk, type SpoolDisk } from "./memory-spool.ts";
import { type Browser, openBrowser, runOfficer, type Sent } from "./officers.ts";
import { openPortal, type Portal, recordingInS, recordings } from "./portals.ts";
import {
  type ConsoleRole,
  divide,
  type Division,
  type Promised,
  type Role,
  type SiteOptions,
  startConsole,
  startCore,
  startEdge,
} from "./site.ts";
import { type Judged, judgeRun } from "./verdict.ts";
import { openWorld, type World } from "./virtual-time.ts";

export interface SimulationOptions {
  /** For the check of the checker. */
  readonly silentLoss?: SilentLoss;
  /** No faults at all. */
  readonly calm?: boolean;
  /** In place of the one that the seed draws. */
  readonly shape?: Shape;
}

export interface SimulationOutcome {
  readonly seed: string;
  readonly shape: Shape;
  /** Everything that must hold and does not, a sentence each. */
  readonly violations: readonly string[];
  /** How often each fault took effect. */
  readonly faults: ReadonlyMap<FaultKind, number>;
  /** Faults and what roles said, in order, with virtual seconds. */
  readonly trace: readonly string[];
  readonly judged: Judged;
  readonly virtualInS: number;
  readonly steps: number;
}

/** Faults stop and everything that is away comes back while the portals still speak of an empty lane. */
const healedAtMs = 46_000;
const settledAtMs = recordingInS * 1_000 + 8_000;
const settledAtMostMs = settledAtMs + 90_000;

interface Stage extends SiteOptions {
  readonly lines: readonly LogLine[];
  readonly disk: SpoolDisk;
  readonly promised: Promised;
  readonly edge: Role;
  readonly cores: readonly Role[];
  readonly console: ConsoleRole;
  readonly division: Division | null;
  readonly browsers: readonly Browser[];
  readonly repeats: { left: number };
}

const shapeOf = (draw: () => number): Shape => {
  const cores = (["one", "one", "twins", "group"] as const)[Math.floor(draw() * 4)] ?? "one";
  return { cores, isShared: cores !== "one" || draw() < 0.3, hasSpool: draw() < 0.8 };
};

const pick = <T>(items: readonly T[], draw: number): T | undefined => items[Math.floor(draw * items.length)];

/** Does one planned fault. Those of the log lines count when they take effect, the others here. */
const commit = (stage: Stage, { kind, draws: [which, size, more] }: PlannedFault): void => {
  const { world, lines, edge, cores, console, onFault, portals, disk, division, browsers, repeats } = stage;
  const line = pick(lines, which);
  const core = pick(cores, which);
  const awayInMs = 50 + size * size * 6_000;
  const tell = (detail: string): void => onFault(kind, detail);
  switch (kind) {
    case "append-refused":
    case "answer-lost":
    case "append-partly-stored":
    case "append-stored-late":
    case "append-slow":
      for (let left = more < 0.2 ? 4 : 1; left > 0; left -= 1) line?.appends.push(kind);
      return;
    case "read-failed":
      if (line !== undefined) line.readsToFail += 1;
      return;
    case "follow-late":
    case "follow-repeated":
    case "follow-failed":
    case "follow-ended":
      line?.follows.push(kind);
      return;
    case "log-away":
      tell(`${Math.round(awayInMs)} ms`);
      for (const each of lines) each.cutUntilMs = Math.max(each.cutUntilMs, world.now() + awayInMs / 2);
      return;
    case "edge-cut": {
      const forMs = cutInMs(size);
      tell(`${Math.round(forMs)} ms`);
      const [edgeLine] = lines;
      if (edgeLine !== undefined)
        edgeLine.cutUntilMs = Math.min(healedAtMs, Math.max(edgeLine.cutUntilMs, world.now() + forMs));
      return;
    }
    case "edge-killed":
      tell(`away ${Math.round(awayInMs)} ms`);
      edge.kill(awayInMs);
      return;
    case "edge-stopped":
      tell(`away ${Math.round(awayInMs)} ms`);
      edge.stop(awayInMs);
      return;
    case "edge-paused":
      tell(`${Math.round(awayInMs)} ms`);
      edge.process().pause(awayInMs);
      return;
    case "edge-clock-stepped":
      tell(`${Math.round((size - 0.5) * 7_200_000)} ms`);
      edge.process().stepWall((size - 0.5) * 7_200_000);
      return;
    case "spool-unwritable":
      disk.writesToFail += 1 + Math.floor(size * 4);
      return;
    case "spool-full":
      disk.maxBytes = 2_500 + size * 8_000;
      world.at(500 + more * 8_000, () => {
        disk.maxBytes = Infinity;
      });
      return;
    case "link-lost": {
      const portal = pick(portals, which);
      tell(portal?.laneId ?? "");
      portal?.dropConnection();
      return;
    }
    case "core-killed":
      tell(`${core?.process().name ?? ""} away ${Math.round(awayInMs)} ms`);
      core?.kill(awayInMs);
      return;
    case "core-stopped":
      tell(`${core?.process().name ?? ""} away ${Math.round(awayInMs)} ms`);
      core?.stop(awayInMs);
      return;
    case "core-paused":
      tell(`${core?.process().name ?? ""} ${Math.round(awayInMs)} ms`);
      core?.process().pause(awayInMs);
      return;
    case "share-moved":
      tell("");
      division?.move(size);
      return;
    case "console-killed":
      tell(`away ${Math.round(awayInMs)} ms`);
      console.kill(awayInMs);
      return;
    case "console-stopped":
      tell(`away ${Math.round(awayInMs)} ms`);
      console.stop(awayInMs);
      return;
    case "console-paused":
      tell(`${Math.round(awayInMs)} ms`);
      console.process().pause(awayInMs);
      return;
    case "browser-left":
      tell("");
      pick(browsers, which)?.leave();
      return;
    case "command-repeated":
      repeats.left += 1;
  }
};

const heal = ({ lines, edge, cores, console, disk, world, repeats }: Stage): void => {
  for (const line of lines) {
    line.cutUntilMs = world.now();
    line.appends.splice(0);
    line.follows.splice(0);
    line.readsToFail = 0;
  }
  disk.maxBytes = Infinity;
  disk.writesToFail = 0;
  repeats.left = 0;
  for (const role of [edge, ...cores, console]) role.heal();
};

const isSettled = ({ console, disk, browsers }: Stage): boolean =>
  console.running() !== null &&
  disk.live.length + disk.backlog.length === 0 &&
  browsers.every(({ alarms }) =>
    [...alarms.values()].every(({ active, state }) => !active && state === "dispositioned"),
  );

/** One run of a site, from its seed alone: the same seed gives the same trace. */
export const simulate = async (
  seed: string,
  { silentLoss, calm = false, shape: given }: SimulationOptions = {},
): Promise<SimulationOutcome> => {
  const chance = createChance(`lanewatch simulation ${seed}`);
  const world: World = openWorld(chance.stream("world"));
  const drawn = chance.stream("shape");
  const shape = given ?? shapeOf(drawn.uniform);
  const partitionCount = 1 + Math.floor(drawn.uniform() * 3);
  const broker = world.process("log");
  const stored = openMemoryLog({ clock: broker.clock, partitionCount });
  const inner = shape.isShared ? withSuperseded(stored, broker.clock) : stored;
  const faults = new Map<FaultKind, number>();
  const trace: string[] = [];
  const broken: string[] = [];
  const say = (what: string): void => void trace.push(`${(world.now() / 1_000).toFixed(3)} ${what}`);
  const onFault: FaultyLogOptions["onFault"] = (kind, detail) => {
    faults.set(kind, (faults.get(kind) ?? 0) + 1);
    say(`${kind} ${detail}`);
  };
  const logOptions = {
    world,
    inner,
    isShared: shape.isShared,
    onFault,
    ...(silentLoss === undefined ? {} : { silentLoss }),
  };
  const portals: readonly Portal[] = Array.from({ length: 1 + Math.floor(drawn.uniform() * 2.3) }, (_, at) =>
    openPortal(world, `lane-${at}`),
  );
  const siteOptions: SiteOptions = {
    world,
    shape,
    logOptions,
    portals,
    inOrder:
      drawn.uniform() < 0.7
        ? { inOrderBacklogBytes: drawn.uniform() ** 2 * 4_000, inOrderBacklogInMs: drawn.uniform() * 6_000 }
        : { inOrderBacklogBytes: 1_048_576, inOrderBacklogInMs: 30_000 },
    onFault,
    onBroken: (what) => void broken.push(what),
    onNote: say,
  };
  const coreNames = shape.cores === "one" ? ["core-a"] : ["core-a", "core-b"];
  const [edgeLine, consoleLine] = [newLogLine("edge"), newLogLine("console")];
  const coreLines = coreNames.map(newLogLine);
  const disk = emptyDisk(Math.floor(1 + drawn.uniform() ** 4 * maxBatchFrames));
  const promised: Promised = { acknowledged: new Map(), attempted: new Set() };
  const division = shape.cores === "group" ? divide(world, partitionCount, coreNames) : null;
  const edge = startEdge(siteOptions, { line: edgeLine, disk, promised });
  const cores = coreLines.map((line) => startCore(siteOptions, { name: line.role, line, division }));
  const console = startConsole(siteOptions, consoleLine);
  const sent: Sent[] = [];
  const repeats = { left: 0 };
  const browsers = Array.from({ length: 2 }, (_, at) => {
    const browser = openBrowser(console.running);
    runOfficer({ world, name: `officer-${at}`, running: console.running, browser, sent, repeats, onFault });
    return browser;
  });
  const lines = [edgeLine, ...coreLines, consoleLine];
  const stage: Stage = {
    ...siteOptions,
    lines,
    disk,
    promised,
    edge,
    cores,
    console,
    division,
    browsers,
    repeats,
  };
  for (const portal of portals) {
    const recording = pick(recordings, drawn.uniform());
    if (recording !== undefined) portal.play(recording);
  }
  const plan = calm ? [] : planFaults(chance.stream("faults"), shape, { fromMs: 1_000, toMs: healedAtMs });
  for (const fault of plan) world.at(fault.atMs, () => commit(stage, fault));

  await world.run(healedAtMs);
  heal(stage);
  say("healed");
  await world.run(settledAtMs);
  while (!isSettled(stage) && world.now() < settledAtMostMs) await world.run(world.now() + 2_000);
  if (!isSettled(stage)) broken.push("the site has not settled");
  // No more frames, so that what is compared stands still.
  edge.stop(Infinity);
  await world.run(world.now() + 8_000);
  for (const browser of browsers) browser.look();
  const fresh = faultyLog(logOptions, { process: world.process("fresh console"), line: newLogLine("fresh") });
  const judged = await judgeRun({ ...stage, log: inner, fresh, sent });
  await inner.close();
  return {
    seed,
    shape,
    violations: [...broken, ...judged.violations],
    faults,
    trace,
    judged,
    virtualInS: world.now() / 1_000,
    steps: world.steps(),
  };
};
