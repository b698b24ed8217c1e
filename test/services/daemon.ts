import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { isSoon, waitUntil } from "./waiting.ts";

/** A program that serves on the loopback, and how to tell that it does. */
export interface DaemonPlan {
  /** As a person calls it: "Kafka 4.4.0". */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its data and, in `output.log`, all it says. Belongs to it alone. */
  readonly folder: string;
  readonly isReady: () => Promise<boolean>;
  readonly startWithinMs: number;
}

/** A real program under test. Every method is bounded by a deadline and throws when it passes. */
export interface Daemon {
  readonly folder: string;
  /** Throws when it does not run. */
  readonly pid: () => number;
  readonly isRunning: () => boolean;
  /** SIGKILL; resolves once it is gone. Nothing to do where it does not run. */
  readonly kill: () => Promise<void>;
  /** SIGTERM, and SIGKILL after 20 s; resolves once it is gone, its data kept. */
  readonly shutDown: () => Promise<void>;
  /** Again, on the same data and ports; resolves once it answers. */
  readonly start: () => Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers, as on a machine that hangs. Resolves once every thread stands. */
  readonly pause: () => Promise<void>;
  readonly resume: () => void;
  /** Kills it and removes its folder. May be called again. */
  readonly stop: () => Promise<void>;
  readonly residentBytes: () => number;
  /** The end of what it said, for a message. */
  readonly lastLines: () => string;
}

const shutDownWithinMs = 20_000;
const dieWithinMs = 10_000;

/**
 * Waits on its standard input, which ends when this process ends however it ends; then kills the program and removes its
 * folder. A line on the input tells it that the program is gone and nothing is left to do.
 */
const watchdogScript = 'read -r line && exit 0; kill -9 "$1" 2>/dev/null; sleep 0.3; rm -rf "$2"';

const startWatchdog = (pid: number, folder: string): (() => void) => {
  const watchdog = spawn("/bin/sh", ["-c", watchdogScript, "watchdog", String(pid), folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watchdog.on("error", () => undefined);
  watchdog.stdin.on("error", () => undefined);
  watchdog.unref();
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref();
  return () => void watchdog.stdin.end("done\n");
};

export const outputOf = (folder: string): string => join(folder, "output.log");

/** The last lines of what a program in this folder said; a word in their place where there are none. */
export const lastLinesIn = (folder: string, count = 15): string => {
  try {
    return readFileSync(outputOf(folder), "utf8").trimEnd().split("\n").slice(-count).join("\n");
  } catch {
    return "(it said nothing)";
  }
};

/** The program on its own, in a session of its own, its output appended to the folder's file. */
export const launch = ({ command, args, folder }: DaemonPlan): ChildProcess => {
  const output = openSync(outputOf(folder), "a");
  try {
    const child = spawn(command, args, { cwd: folder, detached: true, stdio: ["ignore", output, output] });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
};

const isGone = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

/** Resolves once it answers; throws, with its last lines, when it ends before or the deadline passes. */
export const awaitReady = async (plan: DaemonPlan, child: ChildProcess): Promise<void> => {
  const failed = { reason: `did not answer within ${plan.startWithinMs} ms` };
  child.once("error", (error) => (failed.reason = error.message));
  const isUp = await isSoon(async () => isGone(child) || (await plan.isReady()), plan.startWithinMs);
  if (isUp && !isGone(child)) return;
  if (isGone(child) && child.pid !== undefined)
    failed.reason = `ended with ${child.signalCode ?? child.exitCode}`;
  throw new Error(`${plan.title} did not start: it ${failed.reason}.\n${lastLinesIn(plan.folder)}`);
};

/** Resident memory of a process in bytes; 0 where the system does not tell in `/proc`. */
export const residentBytesOf = (pid: number): number => {
  try {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(match?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
};

/** Whether each thread of a process is stopped; true, too, where the system does not tell in `/proc`. */
const isStopped = (pid: number): boolean => {
  if (!existsSync("/proc/self/task")) return true;
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.every((id) => /\) [Tt] /.test(readFileSync(`/proc/${pid}/task/${id}/stat`, "utf8")));
  } catch {
    // A thread ended while they were looked at.
    return false;
  }
};

interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly dismissWatchdog: () => void;
}

const launchGuarded = (plan: DaemonPlan): Running => {
  const child = launch(plan);
  child.on("error", () => undefined);
  const { pid } = child;
  if (pid === undefined)
    throw new Error(`${plan.title} cannot be started: ${plan.command} does not run here.`);
  return { child, pid, dismissWatchdog: startWatchdog(pid, plan.folder) };
};

/** Starts the program; it dies, and its folder goes, with this process, also when this is killed. */
export const startDaemon = async (plan: DaemonPlan): Promise<Daemon> => {
  let running: Running | null = null;
  const present = (): Running => {
    if (running === null || isGone(running.child)) throw new Error(`${plan.title} does not run.`);
    return running;
  };
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    if (running === null) return;
    const { child, dismissWatchdog } = running;
    if (signal === "SIGTERM") {
      child.kill("SIGTERM");
      await isSoon(() => isGone(child), shutDownWithinMs);
    }
    if (!isGone(child)) child.kill("SIGKILL");
    if (!(await isSoon(() => isGone(child), dieWithinMs))) throw new Error(`${plan.title} cannot be killed.`);
    dismissWatchdog();
    running = null;
  };
  const start = async (): Promise<void> => {
    if (running !== null && !isGone(running.child)) throw new Error(`${plan.title} runs already.`);
    running?.dismissWatchdog();
    running = launchGuarded(plan);
    await awaitReady(plan, running.child);
  };
  const stop = async (): Promise<void> => {
    await end("SIGKILL");
    await rm(plan.folder, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    folder: plan.folder,
    pid: () => present().pid,
    isRunning: () => running !== null && !isGone(running.child),
    kill: () => end("SIGKILL"),
    shutDown: () => end("SIGTERM"),
    start,
    pause: async () => {
      const { child, pid } = present();
      child.kill("SIGSTOP");
      await waitUntil(`${plan.title} stands still`, () => isStopped(pid), 5_000);
    },
    resume: () => void present().child.kill("SIGCONT"),
    stop,
    residentBytes: () => residentBytesOf(present().pid),
    lastLines: () => lastLinesIn(plan.folder),
  };
};
