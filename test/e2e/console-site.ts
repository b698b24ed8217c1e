import { rm } from "node:fs/promises";
import { usersLine } from "../officers.ts";
import { freePort, type RunningProgram, startProgram, temporaryFolder, writeIn } from "./program.ts";

/** The real program on an embedded log, with simulated portals over TCP. It can be killed and started again. */
export interface ConsoleSite {
  readonly folder: string;
  readonly url: string;
  /** The running program; the last one that was started. */
  readonly program: () => RunningProgram;
  /** On the same log and at the same address. */
  readonly startAgain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface SiteWishes {
  /** Each lane's vehicles, in YAML; the lanes are lane-1, lane-2 … */
  readonly vehicles: readonly string[];
  /** Further lines of the configuration. */
  readonly more?: string;
  /** Further lanes, in YAML. */
  readonly lanes?: string;
  /** Done with the folder before the program starts; its log is in `log`. */
  readonly before?: (folder: string) => Promise<void>;
  readonly claimLeaseInMs?: number;
}

/** A strong source that every setting raises an alarm for. */
export const source = (atS: number): string => `{atS: ${atS}, load: 137Cs, strength: 1.5, speedKph: 12}`;

export const openConsoleSite = async (wishes: SiteWishes): Promise<ConsoleSite> => {
  const { vehicles, more = "", lanes = "", before, claimLeaseInMs = 90_000 } = wishes;
  const folder = await temporaryFolder();
  const ports = await Promise.all(vehicles.map(() => freePort()));
  const simulated = vehicles.map(
    (passing, at) =>
      `  - {id: lane-${at + 1}, transport: {kind: tcp, port: ${ports[at] ?? 0}}, arrivalsPerHour: 0, vehicles: [${passing}]}`,
  );
  await writeIn(folder, "scenario.yaml", `seed: browser\nlanes:\n${simulated.join("\n")}\n`);
  const read = ports.map(
    (port, at) =>
      `  - {id: lane-${at + 1}, name: North ${at + 1}, source: {kind: tcp, host: 127.0.0.1, port: ${port}}}`,
  );
  const config = await writeIn(
    folder,
    "site.yaml",
    `site: {name: Browser test}
console: {port: ${await freePort()}, claimLeaseInMs: ${claimLeaseInMs}}
${usersLine}
log: {directory: log}
simulation: {scenario: scenario.yaml}
${more}
lanes:
${read.join("\n")}
${lanes}
`,
  );
  await before?.(folder);
  const start = async (): Promise<{ program: RunningProgram; url: string }> => {
    const program = startProgram(["up", "--config", config]);
    const [, url = ""] = await program.said(/is up: (\S+)/);
    return { program, url };
  };
  let { program, url } = await start();
  return {
    folder,
    url,
    program: () => program,
    startAgain: async () => {
      ({ program, url } = await start());
    },
    close: async () => {
      await program.kill("SIGKILL");
      await rm(folder, { recursive: true });
    },
  };
};
