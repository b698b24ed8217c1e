import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { spawn as spawnInTerminal } from "@lydell/node-pty";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { usersSchema } from "../../src/identity/user-settings.ts";
import { doorViewSchema } from "../../src/wire/console.ts";
import { siteViewSchema } from "../../src/wire/site.ts";
import { freePort, runProgram, startProgram, temporaryFolder, writeIn } from "./program.ts";

/** How users are made, and how they sign in at the real program. */
const cli = fileURLToPath(new URL("../../dist/src/cli.js", import.meta.url));
const passphrase = "correct horse battery";

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true }));

const piped = async (
  args: readonly string[],
  text: string,
): Promise<{ code: number | null; told: string[] }> => {
  const child = spawn(process.execPath, [cli, "user", ...args], { stdio: ["pipe", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (more: string) => (stdout += more));
  child.stderr.setEncoding("utf8").on("data", (more: string) => (stderr += more));
  child.stdin.on("error", () => undefined).end(text);
  await once(child, "close");
  return { code: child.exitCode, told: [stdout, stderr] };
};

/** Answers each prompt in turn; all that the terminal showed. */
const typed = async (answers: readonly string[]): Promise<{ code: number; shown: string }> => {
  const terminal = spawnInTerminal(process.execPath, [cli, "user", "Olga", "--role", "officer"], {
    cols: 200,
  });
  let shown = "";
  let answered = 0;
  terminal.onData((text) => {
    shown += text;
    while ((shown.match(/(Passphrase|again): /g) ?? []).length > answered) {
      terminal.write(`${answers[answered] ?? ""}\r`);
      answered += 1;
    }
  });
  const code = await new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  return { code, shown };
};

describe("user", () => {
  test("prints the line for a passphrase that is piped in, which the configuration takes", async () => {
    const { code, told } = await piped(["Olga P.", "--role", "officer"], `${passphrase}\nmore\n`);
    expect([code, told[1]]).toEqual([0, ""]);
    const [user] = usersSchema.parse(parse(told[0] ?? ""));
    expect(user).toMatchObject({ name: "Olga P.", role: "officer" });
    expect(told.join()).not.toContain(passphrase);
  });

  test("asks twice at a terminal, and shows nothing of what is typed", async () => {
    const { code, shown } = await typed([passphrase, passphrase]);
    expect(code).toBe(0);
    expect(shown).toContain('- { name: "Olga", role: officer, passphrase: "scrypt:');
    expect(shown).not.toContain("horse");
  });

  test("refuses two that differ", async () => {
    const { code, shown } = await typed([passphrase, "correct horse butterz"]);
    expect(code).toBe(2);
    expect(shown).toContain("The two passphrases differ.");
    expect(shown).not.toContain("scrypt");
  });

  test.each([
    ["a short passphrase", ["Olga", "--role", "officer"], "short\n"],
    ["no passphrase", ["Olga", "--role", "officer"], ""],
    ["a role there is not", ["Olga", "--role", "king"], passphrase],
    ["no name", [" ", "--role", "officer"], passphrase],
  ])("is one clear sentence for %s", async (_, args, text) => {
    const { code, told } = await piped(args, text);
    expect([code, told[0]]).toEqual([2, ""]);
    expect((told[1] ?? "").trim().split("\n")).toHaveLength(1);
  });
});

const lanes = "lanes:\n  - {id: lane-1, name: North 1, source: {kind: tcp, host: 127.0.0.1, port: 1}}\n";

const enter = (url: string, name: string, entered: string): Promise<Response> =>
  fetch(`${url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, passphrase: entered }),
  });
const door = async (url: string): Promise<z.infer<typeof doorViewSchema>> =>
  doorViewSchema.parse(await (await fetch(`${url}/api/door`)).json());

test("users of the configuration and of their own file sign in, and stay so when the program is killed", async () => {
  const made = await piped(["Olga", "--role", "officer"], passphrase);
  const second = await piped(["Sofia", "--role", "supervisor"], passphrase);
  await writeIn(folder, "users.yaml", second.told[0] ?? "");
  const config = await writeIn(
    folder,
    "site.yaml",
    `site: {name: Here}\nconsole: {port: ${await freePort()}}\nusers:\n${made.told[0] ?? ""}usersFile: users.yaml
log: {directory: log}\nguidance: {gamma: Look.}\nmap: {lanes: {lane-1: {x: 0.5, y: 0.25}}}\n${lanes}`,
  );
  const start = async (): Promise<{ program: ReturnType<typeof startProgram>; url: string }> => {
    const program = startProgram(["up", "--config", config]);
    const [, url = ""] = await program.said(/is up: (\S+)/);
    return { program, url };
  };
  const first = await start();
  expect(await door(first.url)).toEqual({ site: "Here", demo: [] });
  expect((await enter(first.url, "Olga", "wrong horse battery")).status).toBe(401);
  expect((await enter(first.url, "Olga", passphrase)).status).toBe(200);
  const entered = await enter(first.url, "sofia", passphrase);
  const cookie = entered.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const killed = await first.program.kill("SIGKILL");
  expect(killed.stderr).toContain("Sofia signed in at 127.0.0.1 (supervisor).");
  expect(killed.stderr + killed.stdout).not.toContain("horse");

  const again = await start();
  const session = await fetch(`${again.url}/api/session`, { headers: { cookie } });
  expect(await session.json()).toMatchObject({ officer: { name: "Sofia", role: "supervisor" } });
  const site = await fetch(`${again.url}/api/site`, { headers: { cookie } });
  expect(siteViewSchema.parse(await site.json())).toEqual({
    name: "Here",
    timeZone: "UTC",
    lanes: [{ laneId: "lane-1", name: "North 1", at: { x: 0.5, y: 0.25 } }],
    guidance: { gamma: "Look." },
    claimLeaseInMs: 90_000,
  });
  const kept = await readFile(`${folder}/log/console-sessions.json`, "utf8");
  expect(kept).not.toContain(cookie.split("=")[1] ?? "");
  expect((await again.program.kill("SIGTERM")).code).toBe(0);
});

test("the demonstration's door shows accounts that open it", async () => {
  const config = await writeIn(
    folder,
    "demo.yaml",
    `site: {name: Here}\nconsole: {port: 0, demo: true}\nlog: {directory: demo-log}\n${lanes}`,
  );
  const program = startProgram(["up", "--config", config]);
  const [, url = ""] = await program.said(/is up: (\S+)/);
  const { demo } = await door(url);
  expect(demo.map(({ name, role }) => `${name} ${role}`)).toEqual([
    "olga officer",
    "omar officer",
    "sofia supervisor",
    "emil engineer",
  ]);
  for (const account of demo) expect((await enter(url, account.name, account.passphrase)).status).toBe(200);
  await program.kill("SIGTERM");
});

test("a site without users starts, and its door says that nobody can sign in", async () => {
  const config = await writeIn(
    folder,
    "nobody.yaml",
    `site: {name: Here}\nconsole: {port: 0}\nlog: {directory: nobody-log}\n${lanes}`,
  );
  const program = startProgram(["up", "--config", config]);
  const [, url = ""] = await program.said(/is up: (\S+)/);
  expect(await door(url)).toEqual({ site: "Here", nobody: true, demo: [] });
  expect((await enter(url, "olga", "olga at the demo")).status).toBe(401);
  expect((await program.kill("SIGTERM")).stderr).toContain("Nobody can sign in at the console yet");
});

test("names that users and their file share are one clear problem", async () => {
  const { told } = await piped(["Olga", "--role", "officer"], passphrase);
  await writeIn(folder, "same.yaml", told[0] ?? "");
  const config = await writeIn(
    folder,
    "same-site.yaml",
    `site: {name: Here}\nusers:\n${told[0] ?? ""}usersFile: same.yaml\n${lanes}`,
  );
  const { code, stderr } = await runProgram(["check", "--config", config]);
  expect(code).toBe(1);
  expect(stderr).toContain("same.yaml has 1 problem");
  expect(stderr).toContain("The name olga is used already at users[0].name.");
});
