import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The real program, built, as a user runs it. */
const cli = fileURLToPath(new URL("../../dist/src/cli.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  readonly process: ChildProcess;
  /** Resolves with the match as soon as standard output has it; rejects when the program ends before. */
  readonly said: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
  readonly kill: (signal: NodeJS.Signals) => Promise<Ended>;
}

export const startProgram = (
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): RunningProgram => {
  if (!existsSync(cli)) throw new Error("The program is not built: npm run build.");
  const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"], ...options });
  const told = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (told.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (told.stderr += text));
  const ended = once(child, "close").then((): Ended => ({
    code: child.exitCode,
    signal: child.signalCode,
    ...told,
  }));
  const said = async (pattern: RegExp): Promise<RegExpExecArray> => {
    while (true) {
      const match = pattern.exec(told.stdout);
      if (match !== null) return match;
      const more = await Promise.race([once(child.stdout, "data").then(() => true), ended.then(() => false)]);
      if (more) continue;
      const last = pattern.exec(told.stdout);
      if (last !== null) return last;
      throw new Error(`The program ended without saying ${String(pattern)}:\n${told.stdout}\n${told.stderr}`);
    }
  };
  const kill = (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal);
    return ended;
  };
  return { process: child, said, ended, kill };
};

export const runProgram = (
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<Ended> => startProgram(args, options).ended;

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "lanewatch-"));

export const writeIn = async (
  folder: string,
  name: string,
  content: string | Uint8Array,
): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

/** A loopback port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("No port.");
  server.close();
  await once(server, "close");
  return address.port;
};

/** Asks again every 50 ms until there is an answer that is not undefined. */
export const eventually = async <T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  withinMs = 15_000,
): Promise<T> => {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Not within ${withinMs} ms: ${what}`);
};
