import { cpSync, readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Frame } from "../../src/domain/frames.ts";
import type { BootId } from "../../src/domain/ids.ts";
import type { DroppedRange, FrameSpool, SpoolStream } from "../../src/edge/frame-spool.ts";
import type { SpoolSettings } from "../../src/edge/spool-settings.ts";
import { bytesFrame, newFolder, seededChance, sendAll, sendOne, spoolIn, stampsOf } from "./spool-use.ts";

/** What was stored, and what came out of it. */
interface Ledger {
  /** `boot/lane/sequence` → bytes; only what an append was acknowledged for. */
  readonly stored: Map<string, number>;
  /** Appended, and never acknowledged. */
  readonly doubtful: Set<string>;
  readonly sent: Map<string, number>;
  readonly dropped: Map<string, DroppedRange>;
  readonly lastOf: Map<string, number>;
  readonly disorder: string[];
}

const nameOf = ({ bootId, laneId, sequence }: Frame): string => `${bootId}/${laneId}/${sequence}`;
const payloadOf = ({ body }: Frame): number => (body.kind === "bytes" ? body.bytes.length : 0);

const newLedger = (): Ledger => ({
  stored: new Map(),
  doubtful: new Set(),
  sent: new Map(),
  dropped: new Map(),
  lastOf: new Map(),
  disorder: [],
});

const noteDropped = (ledger: Ledger, range: DroppedRange & { readonly bootId: BootId }): void => {
  for (let sequence = range.firstSequence; sequence <= range.lastSequence; sequence += 1) {
    const name = `${range.bootId}/${range.laneId}/${sequence}`;
    if (ledger.dropped.has(name)) ledger.disorder.push(`${name} is told to be dropped twice`);
    ledger.dropped.set(name, range);
  }
};

const noteSent = (ledger: Ledger, stream: string, frames: readonly Frame[]): void => {
  for (const frame of frames) {
    const name = nameOf(frame);
    const place = `${stream} ${frame.bootId}/${frame.laneId}`;
    if (frame.sequence <= (ledger.lastOf.get(place) ?? -1)) ledger.disorder.push(`${stream} ${name}`);
    ledger.lastOf.set(place, frame.sequence);
    ledger.sent.set(name, (ledger.sent.get(name) ?? 0) + 1);
    if (frame.body.kind !== "frames-dropped") continue;
    noteDropped(ledger, { laneId: frame.laneId, ...frame.body });
  }
};

/** Everything stored was sent once or is told to be dropped, and nothing is both. */
const check = (ledger: Ledger): void => {
  const { stored, sent, dropped, doubtful } = ledger;
  expect(ledger.disorder).toEqual([]);
  const missing = [...stored.keys()].filter((name) => !sent.has(name) && !dropped.has(name));
  expect(missing).toEqual([]);
  expect([...sent].filter(([, times]) => times !== 1)).toEqual([]);
  const both = [...sent.keys()].filter((name) => dropped.has(name));
  expect(both).toEqual([]);
  const unheardOf = [...sent.keys(), ...dropped.keys()].filter(
    (name) => !stored.has(name) && !doubtful.has(name),
  );
  expect(unheardOf).toEqual([]);
  for (const range of new Set(dropped.values())) {
    const names = Array.from(
      { length: range.lastSequence - range.firstSequence + 1 },
      (_, at) => `${range.bootId}/${range.laneId}/${range.firstSequence + at}`,
    );
    if (names.some((name) => doubtful.has(name))) continue;
    expect(names.reduce((sum, name) => sum + (stored.get(name) ?? 0), 0)).toBe(range.bytes);
  }
};

interface Run {
  readonly chance: () => number;
  readonly ledger: Ledger;
  readonly settings: Partial<SpoolSettings>;
  directory: string;
  boot: number;
  spool: FrameSpool;
  stamps: ReturnType<typeof stampsOf>;
}

const upTo = ({ chance }: Run, count: number): number => Math.floor(chance() * count);

const append = async (run: Run, frames: readonly Frame[]): Promise<void> => {
  for (const frame of frames) run.ledger.doubtful.add(nameOf(frame));
  await run.spool.append(frames);
  for (const frame of frames) {
    run.ledger.doubtful.delete(nameOf(frame));
    run.ledger.stored.set(nameOf(frame), payloadOf(frame));
  }
};

const framesOf = (run: Run): readonly Frame[] => {
  const stamp = run.stamps(`lane-${upTo(run, 5)}`);
  return Array.from({ length: 1 + upTo(run, 6) }, () => bytesFrame(stamp, "x".repeat(upTo(run, 120))));
};

const tellDropped = async (run: Run): Promise<void> => {
  for (const { laneId, ...range } of run.spool.takeDropped()) {
    await append(run, [run.stamps(laneId)({ kind: "frames-dropped", ...range })]);
  }
};

const send = async (run: Run, stream: SpoolStream): Promise<void> => {
  if (upTo(run, 5) === 0) {
    const batch = await run.spool.next(stream);
    batch?.putBack();
    return;
  }
  noteSent(run.ledger, stream, (await sendOne(run.spool, stream)) ?? []);
};

const reopen = async (run: Run): Promise<void> => {
  run.boot += 1;
  run.stamps = stampsOf(run.boot.toString(16).padStart(8, "0"));
  run.spool = await spoolIn(run.directory, run.settings);
};

/** The folder as it is while appends are under way, perhaps with the beginning of one more write at its end. */
const crash = async (run: Run): Promise<void> => {
  const underWay = append(run, framesOf(run)).catch(() => undefined);
  if (upTo(run, 2) === 0) await new Promise((resolve) => setImmediate(resolve));
  const copy = newFolder();
  const before = new Set(run.ledger.stored.keys());
  cpSync(run.directory, copy, { recursive: true });
  await underWay;
  await run.spool.close();
  // What was acknowledged after the copy is not in it.
  for (const name of [...run.ledger.stored.keys()]) {
    if (before.has(name)) continue;
    run.ledger.stored.delete(name);
    run.ledger.doubtful.add(name);
  }
  run.directory = copy;
  await reopen(run);
};

const step = async (run: Run): Promise<void> => {
  const draw = run.chance();
  if (draw < 0.5) await append(run, framesOf(run));
  else if (draw < 0.6) await Promise.all(Array.from({ length: 4 }, () => append(run, framesOf(run)).then()));
  else if (draw < 0.7) await send(run, "live");
  else if (draw < 0.78) await send(run, "backlog");
  else if (draw < 0.82) await run.spool.divert();
  else if (draw < 0.92) await tellDropped(run);
  else if (draw < 0.96) {
    await run.spool.close();
    await reopen(run);
  } else await crash(run);
};

const simulate = async (seed: number, settings: Partial<SpoolSettings>): Promise<Ledger> => {
  const directory = newFolder();
  const spool = await spoolIn(directory, settings);
  const stamps = stampsOf("00000000");
  const chance = seededChance(seed);
  const run: Run = { chance, ledger: newLedger(), settings, directory, boot: 0, spool, stamps };
  for (let count = 0; count < 150; count += 1) await step(run);
  for (let round = 0; round < 50; round += 1) {
    await tellDropped(run);
    noteSent(run.ledger, "live", await sendAll(run.spool, "live"));
    noteSent(run.ledger, "backlog", await sendAll(run.spool, "backlog"));
  }
  check(run.ledger);
  expect(run.spool.figures()).toMatchObject({ frames: 0, backlogFrames: 0 });
  expect(run.ledger.stored.size).toBeGreaterThan(100);
  return run.ledger;
};

const seeds = Array.from({ length: 12 }, (_, index) => 1_000 + index);

describe("a spool under random use", () => {
  it.each(seeds)("gives everything out once and in order, seed %i", async (seed) => {
    expect((await simulate(seed, {})).dropped.size).toBe(0);
  });

  it.each(seeds)("that is full says exactly what it gave up, seed %i", async (seed) => {
    expect((await simulate(seed, { maxBytes: 12_000 })).dropped.size).toBeGreaterThan(0);
  });
});

describe("a torn tail", () => {
  it("costs nothing that was acknowledged, wherever it is torn", async () => {
    const whole = newFolder();
    const spool = await spoolIn(whole);
    const stamp = stampsOf("00000001")("north");
    await spool.append([bytesFrame(stamp, "first"), bytesFrame(stamp, "second")]);
    const kept = newFolder();
    cpSync(whole, kept, { recursive: true });
    const [name = ""] = readdirSync(kept).filter((file) => file.startsWith("frames-"));
    const acknowledged = statSync(join(kept, name)).size;
    await spool.append([bytesFrame(stamp, "third")]);
    cpSync(whole, kept, { recursive: true });
    const end = statSync(join(kept, name)).size;
    expect(end).toBeGreaterThan(acknowledged + 50);
    for (let cut = acknowledged; cut < end; cut += 1) {
      const torn = newFolder();
      cpSync(kept, torn, { recursive: true });
      truncateSync(join(torn, name), cut);
      const again = await spoolIn(torn);
      expect(again.takeProblems()).toMatchObject([{ tornBytes: cut - acknowledged, frames: 2 }]);
      await again.append([bytesFrame(stampsOf("00000002")("north"), "after")]);
      const sent = await sendAll(again, "live");
      expect(sent.map(({ bootId, sequence }) => `${bootId}#${sequence}`)).toEqual([
        "00000001#0",
        "00000001#1",
        "00000002#0",
      ]);
      expect(again.takeProblems()).toEqual([]);
      await again.close();
    }
  });
});
