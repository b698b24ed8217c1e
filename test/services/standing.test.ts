import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAbsent } from "./presence.ts";

const run = promisify(execFile);
const cli = fileURLToPath(new URL("cli.ts", import.meta.url));

/** What the command says; throws what it says on standard error when it fails. */
const services = async (folder: string, ...args: readonly string[]): Promise<string> => {
  const env = { ...process.env, LANEWATCH_SERVICES_FOLDER: folder, LANEWATCH_SERVICES_PORT_OFFSET: "3000" };
  const { stdout } = await run(process.execPath, ["--import", "tsx", cli, ...args], { env, timeout: 30_000 });
  return stdout;
};

describe.skipIf(isAbsent("mosquitto"))("services that stand on their own", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lanewatch-standing-"));
  });
  afterEach(async () => {
    await services(folder, "down", "--erase");
    await rm(folder, { recursive: true, force: true });
  });

  it("go up once, tell their state, and go down", async () => {
    expect(await services(folder, "up", "mosquitto")).toMatch(
      /is up after \d+ ms: mqtt:\/\/127\.0\.0\.1:14883/,
    );
    expect(await services(folder, "up", "mosquitto")).toMatch(/^mosquitto runs already/);
    expect(await services(folder, "status")).toMatch(/^mosquitto runs: .*\d+ MB\.$/m);
    expect(await services(folder, "down")).toMatch(/^mosquitto is down\.$/m);
    expect(await services(folder, "status")).toMatch(/^mosquitto does not run\.$/m);
    expect(existsSync(join(folder, "mosquitto"))).toBe(true);
    await services(folder, "down", "--erase");
    expect(existsSync(join(folder, "mosquitto"))).toBe(false);
  }, 30_000);

  it("do not touch a process that is somebody else's", async () => {
    await writeFile(join(folder, "mosquitto.pid"), String(process.pid));
    expect(await services(folder, "down", "mosquitto")).toBe("mosquitto does not run.\n");
  });

  it("refuse names that are not known", async () => {
    await expect(services(folder, "up", "nonsense")).rejects.toThrow("There is no nonsense");
  });
});
