import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Daemon, type DaemonPlan, startDaemon } from "./daemon.ts";
import { waitUntil } from "./waiting.ts";

const crashing = fileURLToPath(new URL("daemon-crash.ts", import.meta.url));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("a daemon", () => {
  let folder: string;
  let daemon: Daemon | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lanewatch-daemon-"));
  });
  afterEach(async () => {
    await daemon?.stop();
    daemon = undefined;
    await rm(folder, { recursive: true, force: true });
  });
  const script = (text: string, isReady = true): DaemonPlan => ({
    ...{ title: "A script", command: "/bin/sh", args: ["-c", text], folder },
    ...{ isReady: () => Promise.resolve(isReady), startWithinMs: 300 },
  });

  it("is killed, starts again as another process and goes with its folder", async () => {
    daemon = await startDaemon(script("exec sleep 60"));
    const first = daemon.pid();
    await daemon.kill();
    expect(isAlive(first)).toBe(false);
    expect(() => daemon?.pid()).toThrow("A script does not run.");
    await daemon.start();
    const second = daemon.pid();
    expect(second).not.toBe(first);
    await daemon.stop();
    await daemon.stop();
    expect(isAlive(second)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  it("is not started twice", async () => {
    daemon = await startDaemon(script("exec sleep 60"));
    await expect(daemon.start()).rejects.toThrow("A script runs already.");
  });

  it("is killed though it is paused", async () => {
    daemon = await startDaemon(script("exec sleep 60"));
    await daemon.pause();
    await daemon.kill();
    expect(daemon.isRunning()).toBe(false);
  });

  it("may end in its own way when it is shut down", async () => {
    daemon = await startDaemon(
      script("trap 'kill $!; echo goodbye; exit 0' TERM; sleep 60 & echo hello; wait"),
    );
    await waitUntil("it listens to signals", () => daemon?.lastLines() === "hello", 3_000);
    await daemon.shutDown();
    expect(daemon.lastLines()).toBe("hello\ngoodbye");
  });

  it.each([
    ["ends at once", "echo 'no such port'; exit 3", false, /ended with 3\.\nno such port/],
    ["never answers", "exec sleep 60", false, /did not answer within 300 ms/],
  ])("that %s is an error that says so", async (_, text, isReady, message) => {
    await expect(startDaemon(script(text, isReady))).rejects.toThrow(message);
    expect(existsSync(folder)).toBe(false);
  });

  it("whose program is not there is an error that says so", async () => {
    const plan = { ...script(""), command: "/no/such/program" };
    await expect(startDaemon(plan)).rejects.toThrow("/no/such/program does not run here");
  });

  it("dies with the process that started it, folder and all, also when that is killed", async () => {
    const place = join(folder, "child");
    const parent = spawn(process.execPath, ["--import", "tsx", crashing, place], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said: unknown[] = await once(parent.stdout, "data", { signal: AbortSignal.timeout(10_000) });
    const pid = Number(String(said[0]));
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await waitUntil("it is dead and its folder gone", () => !isAlive(pid) && !existsSync(place), 5_000);
  });
});
