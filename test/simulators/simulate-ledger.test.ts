import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLedgerFile } from "../../simulators/ledger-file.ts";
import type { LedgerEntry } from "../../simulators/ledger.ts";
import { openProgramLog } from "../../src/adapters/program-log.ts";
import { simulate } from "../../src/commands/simulate.ts";

let folder = "";
let scenario = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lanewatch-simulate-"));
  scenario = join(folder, "scenario.yaml");
  writeFileSync(
    scenario,
    `seed: simulate-ledger
speed: 100
durationS: 40
lanes:
  - id: a
    transport: { kind: tcp, port: 0 }
    arrivalsPerHour: 0
    vehicles: [{ atS: 10, load: 137Cs, strength: 3 }]
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (ledger: string, signal = new AbortController().signal): Promise<void> =>
  simulate({ scenario, ledger, log: openProgramLog(), print: () => undefined }, signal);

const entriesOf = async (path: string): Promise<readonly LedgerEntry[]> => {
  const entries: LedgerEntry[] = [];
  for await (const entry of readLedgerFile(path)) entries.push(entry);
  return entries;
};

describe("lanewatch simulate with a ledger", () => {
  it("writes it anew, from the run's beginning to its end", async () => {
    const path = join(folder, "ledger.jsonl");
    writeFileSync(path, "of another run\n");
    await run(path);
    const entries = await entriesOf(path);
    expect(entries.map(({ kind }) => kind).filter((kind) => kind !== "unheard")).toEqual([
      "run-began",
      "vehicle",
      "occupancy-began",
      "occupancy",
      "run-ended",
    ]);
    expect(entries.find(({ kind }) => kind === "occupancy")).toMatchObject({
      heard: "unheard",
      expected: [],
    });
  });

  it("ends it when it is stopped", async () => {
    const path = join(folder, "stopped.jsonl");
    await run(path, AbortSignal.timeout(50));
    expect((await entriesOf(path)).at(-1)).toMatchObject({ kind: "run-ended" });
  });

  it.each(["/dev/full", "/nowhere/ledger.jsonl"])("does not go on without %s", async (path) => {
    await expect(run(path)).rejects.toMatchObject({ code: "file-unwritable" });
  });
});
