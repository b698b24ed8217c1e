import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sessionFile } from "../../src/adapters/session-file.ts";
import { wallMs } from "../../src/domain/units.ts";
import type { KeptSession } from "../../src/identity/sessions.ts";

const session: KeptSession = {
  id: "A".repeat(43),
  officer: { name: "Ada", role: "officer" },
  credential: "c",
  since: wallMs(1),
  seenAt: wallMs(2),
};

let folder: string;
let told: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sessions-"));
  told = [];
});
afterEach(() => rm(folder, { recursive: true }));
const open = (path: string): ReturnType<typeof sessionFile> =>
  sessionFile(path, (sentence) => told.push(sentence));

it("gives back what was saved last, in a file for its owner alone", async () => {
  const path = join(folder, "new", "sessions.json");
  expect(await open(path).load()).toEqual([]);
  await open(path).save([session, session]);
  await open(path).save([session]);
  expect(await open(path).load()).toEqual([session]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, "new"))).toEqual(["sessions.json"]);
  expect(told).toEqual([]);
});

it.each([
  ["no JSON", "{"],
  ["of another form", '{"version":1,"sessions":[{"id":"x"}]}'],
  ["of another version", '{"version":2,"sessions":[]}'],
])("signs everybody out, and says so, when the file is %s", async (_, text) => {
  const path = join(folder, "sessions.json");
  await writeFile(path, text);
  expect(await open(path).load()).toEqual([]);
  expect(told).toEqual([expect.stringContaining("is damaged")]);
});

it("says once that it cannot be written, and again after it could", async () => {
  const path = join(folder, "sessions.json");
  await mkdir(join(path, "in-the-way"), { recursive: true });
  const store = open(path);
  await store.save([session]);
  await store.save([session]);
  expect(told).toHaveLength(1);
  await rm(path, { recursive: true });
  await store.save([session]);
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ version: 1 });
  await rm(path);
  await mkdir(join(path, "in-the-way"), { recursive: true });
  await store.save([session]);
  expect(told).toHaveLength(2);
});
