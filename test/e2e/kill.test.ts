import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningSimulation, startSimulation } from "../../simulators/run.ts";
import { parseScenario } from "../../simulators/scenario.ts";
import type { DispositionEntry } from "../../src/domain/dispositions.ts";
import type { AlarmRow } from "../../src/wire/console.ts";
import { usersLine } from "../officers.ts";
import { joinConsole, type Officer } from "./officer.ts";
import {
  eventually,
  freePort,
  type RunningProgram,
  startProgram,
  temporaryFolder,
  writeIn,
} from "./program.ts";

/**
 * `kill -9` of the real program during occupancies: the portals (a simulation in this process) go on talking, the
 * program starts again on the same log, and every vehicle with a source has its alarm, once, with its history.
 */
const rounds = process.env["LANEWATCH_SLOW"] === "1" ? 10 : 3;
const seed = 20261121;
const firstVehicleAtS = 4;
const vehicleEveryS = 20;

let folder: string;
let portals: RunningSimulation;
let config: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  const port = await freePort();
  const vehicles = Array.from({ length: rounds }, (_, round) => ({
    atS: firstVehicleAtS + round * vehicleEveryS,
    load: "137Cs",
    strength: 1.5,
  }));
  const lane = { id: "lane-1", transport: { kind: "tcp", port }, arrivalsPerHour: 0, vehicles };
  portals = await startSimulation(parseScenario({ seed: "kill", lanes: [lane] }));
  config = await writeIn(
    folder,
    "site.yaml",
    `site: {name: Kill}
console: {port: ${await freePort()}}
${usersLine}
lanes:
  - {id: lane-1, source: {kind: tcp, host: 127.0.0.1, port: ${port}}}
`,
  );
});

afterAll(async () => {
  await portals.stop();
  await rm(folder, { recursive: true });
});

const declared: DispositionEntry = {
  disposition: "declared-shipment",
  isotopes: ["137Cs"],
  commodity: "sealed sources",
  vehicleId: "",
  containerId: "",
  riidResult: "",
  notes: "",
};

interface Site {
  readonly program: RunningProgram;
  readonly officer: Officer;
}

const start = async (): Promise<Site> => {
  const program = startProgram(["up", "--config", config]);
  const [, url] = await program.said(/is up: (\S+)/);
  if (url === undefined) throw new Error("No address.");
  return { program, officer: await joinConsole(url) };
};

const killed = async ({ program, officer }: Site): Promise<void> => {
  officer.leave();
  const { signal } = await program.kill("SIGKILL");
  expect(signal).toBe("SIGKILL");
};

const gammaRows = (officer: Officer): readonly AlarmRow[] =>
  [...officer.alarms.values()].filter((row) => row.kind === "gamma");

/** Kills as soon as the vehicle is seen, with the alarm still to come, or after it; then starts again. */
const killDuringOccupancy = async (
  round: number,
  known: readonly string[],
): Promise<{ site: Site; alarmId: string; acknowledged: boolean }> => {
  const site = await start();
  const isNew = (row: AlarmRow): boolean => row.active && !known.includes(row.alarmId);
  const before = round % 2 === 1;
  if (before) {
    await eventually(
      "a vehicle",
      () => site.officer.lanes.get("lane-1")?.occupied === true || undefined,
      40_000,
    );
    await killed(site);
    const again = await start();
    const raised = await eventually("the alarm after the restart", () =>
      gammaRows(again.officer).find(isNew),
    );
    return { site: again, alarmId: raised.alarmId, acknowledged: false };
  }
  const raised = await eventually("a new alarm", () => gammaRows(site.officer).find(isNew), 40_000);
  expect(site.officer.lanes.get("lane-1")?.occupied, "the vehicle is still in the portal").toBe(true);
  await new Promise((resolve) => setTimeout(resolve, (Math.imul(seed, round + 1) >>> 0) % 800));
  const decision = await site.officer.act(raised, { kind: "acknowledge" });
  expect(decision.outcome).toBe("accepted");
  await killed(site);
  const again = await start();
  const row = await eventually("the alarm after the restart", () => again.officer.alarms.get(raised.alarmId));
  expect(row.state).toBe("acknowledged");
  expect(row.raisedAt).toBe(raised.raisedAt);
  return { site: again, alarmId: raised.alarmId, acknowledged: true };
};

test(
  `kill -9 in ${rounds} occupancies (seed ${seed}): each alarm exists once, and what was acknowledged stays acknowledged`,
  { timeout: rounds * 40_000 },
  async () => {
    const known: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { site, alarmId, acknowledged } = await killDuringOccupancy(round, known);
      const { officer } = site;
      const ended = await eventually("the end of the occupancy", () => {
        const now = officer.alarms.get(alarmId);
        return now?.active === false ? now : undefined;
      });
      if (!acknowledged) await officer.act(ended, { kind: "acknowledge" });
      const { alarm, adjudication } = await officer.alarmCase(alarmId);
      expect(alarm.profile.gamma.length).toBeGreaterThan(20);
      expect(adjudication.history.map(({ act }) => act.kind)).toEqual(["acknowledge"]);
      const now = await eventually("the acknowledgement on the board", () => {
        const row = officer.alarms.get(alarmId);
        return row?.state === "acknowledged" ? row : undefined;
      });
      const claimed = await officer.act(now, { kind: "claim" });
      const disposed = await officer.act(now, { kind: "dispose", entry: declared }, claimed.version);
      expect(disposed.outcome).toBe("accepted");
      known.push(alarmId);
      await killed(site);

      const last = await start();
      expect(
        gammaRows(last.officer)
          .map((row) => row.alarmId)
          .sort(),
      ).toEqual(known.toSorted());
      for (const row of gammaRows(last.officer)) expect(row.state).toBe("dispositioned");
      await killed(last);
    }
  },
);
