import { isDeepStrictEqual } from "node:util";
import { runConsole } from "../../src/console/console.ts";
import type { Alarm } from "../../src/domain/alarms.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { laneId } from "../../src/domain/ids.ts";
import type { EventLog } from "../../src/ports.ts";
import { framesByBoot, type Logged, missingRanges } from "../faults/log-reading.ts";
import type { Shape } from "./faults.ts";
import { type Browser, openBrowser, type Sent } from "./officers.ts";
import type { Portal } from "./portals.ts";
import type { ConsoleRole, Promised } from "./site.ts";
import type { World } from "./virtual-time.ts";

export interface Evidence {
  readonly world: World;
  readonly shape: Shape;
  readonly portals: readonly Portal[];
  readonly log: EventLog;
  /** The same log, for a console that starts now. */
  readonly fresh: EventLog;
  readonly promised: Promised;
  readonly console: ConsoleRole;
  readonly browsers: readonly Browser[];
  readonly sent: readonly Sent[];
}

/** The board's bookkeeping of frames against the log's own. */
export const judgeLosses = (
  browser: Browser,
  frames: readonly Logged<Frame>[],
  dropped: ReadonlySet<string>,
): readonly string[] => {
  const missing = missingRanges(frames).flatMap(({ laneId: lane, bootId, first, last }) =>
    Array.from({ length: last - first + 1 }, (_, at) => ({ lane, name: `${lane}~${bootId}~${first + at}` })),
  );
  const lanes = new Set([...framesByBoot(frames).keys()].map((key) => key.split(" ")[0] ?? ""));
  return [...lanes].flatMap((lane) => {
    const shown = browser.lanes.get(lane);
    if (shown === undefined) return [`lane ${lane} is not on the board`];
    const expected = missing.filter((each) => each.lane === lane && !dropped.has(each.name)).length;
    const droppedHere = [...dropped].filter((name) => name.startsWith(`${lane}~`)).length;
    const droppedShown = shown.framesDropped.reduce((sum, each) => sum + each.frames, 0);
    return [
      ...(shown.framesLost === expected
        ? []
        : [`lane ${lane} shows ${shown.framesLost} missing frames; the log misses ${expected}`]),
      ...(droppedShown === droppedHere
        ? []
        : [`lane ${lane} shows ${droppedShown} dropped frames of ${droppedHere}`]),
    ];
  });
};

/** What a console shows that has just started, beside those that have seen everything come. */
export const judgeBoards = async (
  evidence: Evidence,
  alarms: ReadonlyMap<string, Alarm>,
): Promise<readonly string[]> => {
  const { world, fresh, portals, browsers } = evidence;
  const started = world.process("fresh console");
  const stop = new AbortController();
  const opening = runConsole(
    {
      log: fresh,
      clock: started.clock,
      settings: {
        site: { name: "Simulated", timeZone: "UTC" },
        lanes: portals.map((portal) => ({ laneId: laneId(portal.laneId), name: portal.laneId })),
      },
      stream: "fresh",
      onProblem: () => undefined,
    },
    stop.signal,
  );
  await world.run(world.now() + 1_000);
  const running = await opening;
  const browser = openBrowser(() => running);
  browser.look();
  const violations: string[] = [];
  const told = [...alarms.keys()].toSorted();
  for (const [at, each] of [...browsers, browser].entries()) {
    const name = at === browsers.length ? "a console that starts anew" : `browser ${at}`;
    violations.push(...each.disorder.map((what) => `${name}: ${what}`));
    const shown = [...each.alarms.keys()].toSorted();
    if (!isDeepStrictEqual(shown, told))
      violations.push(`${name} shows ${shown.length} alarms of ${told.length}`);
    for (const [id, row] of each.alarms) {
      const other = browser.alarms.get(id);
      if (!isDeepStrictEqual(row, other))
        violations.push(`${name} shows ${id} otherwise: ${differenceOf(row, other)}`);
    }
    for (const [id, lane] of each.lanes) {
      const other = browser.lanes.get(id);
      if (!isDeepStrictEqual({ ...lane, data: null, heardAt: null }, { ...other, data: null, heardAt: null }))
        violations.push(`${name} shows ${id} otherwise: ${differenceOf(lane, other)}`);
    }
  }
  stop.abort();
  await world.run(world.now() + 10);
  return violations;
};

const differenceOf = (a: object, b: object | undefined): string => {
  const others = new Map<string, unknown>(Object.entries(b ?? {}));
  return Object.entries(a)
    .filter(([key, value]) => !isDeepStrictEqual(value, others.get(key)))
    .map(([key, value]) => `${key} ${JSON.stringify(value)} and ${JSON.stringify(others.get(key))}`)
    .join("; ");
};
