import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Daemon, outputOf, startDaemon } from "../services/daemon.ts";

/** The real program, built, as a user runs it. */
const cli = fileURLToPath(new URL("../../dist/src/cli.js", import.meta.url));

/** A role of the program in a process of its own; it dies with the tests, also when they are killed. */
export interface Role extends Daemon {
  readonly name: string;
  /** All it has said, on both outputs and over all its lives. */
  readonly output: () => string;
}

export interface RolePlan {
  /** Of its folder; one a role of a site. */
  readonly name: string;
  readonly siteFolder: string;
  readonly args: (folder: string) => readonly string[];
  /** Said once a life, when it does its work. */
  readonly isReady: RegExp;
  /** Files of its folder, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** For node itself, before the program. */
  readonly nodeArgs?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const startWithinMs = 40_000;

export const startRole = async (plan: RolePlan): Promise<Role> => {
  if (!existsSync(cli)) throw new Error("The program is not built: npm run build.");
  const folder = join(plan.siteFolder, plan.name);
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(plan.files)) await writeFile(join(folder, name), text);
  const output = (): string => {
    const path = outputOf(folder);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  const lives = (): number => [...output().matchAll(new RegExp(plan.isReady.source, "gm"))].length;
  let readyLives = 0;
  const environment = Object.entries(plan.environment ?? {}).map(([name, value]) => `${name}=${value}`);
  const daemon = await startDaemon({
    title: plan.name,
    command: "/usr/bin/env",
    args: [...environment, process.execPath, ...(plan.nodeArgs ?? []), cli, ...plan.args(folder)],
    folder,
    isReady: () => Promise.resolve(lives() > readyLives),
    startWithinMs,
  });
  readyLives = lives();
  return {
    ...daemon,
    name: plan.name,
    output,
    start: async () => {
      readyLives = lives();
      await daemon.start();
    },
  };
};
