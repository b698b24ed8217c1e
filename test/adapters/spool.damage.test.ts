import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Frame } from "../../src/domain/frames.ts";
import type { DroppedRange } from "../../src/edge/frame-spool.ts";
import { bytesFrame, newFolder, seededChance, sendAll, sendOne, spoolIn, stampsOf } from "./spool-use.ts";

const segmentsOf = (directory: string): readonly string[] =>
  readdirSync(directory)
    .filter((name) => name.startsWith("frames-"))
    .sort()
    .map((name) => join(directory, name));

type Chance = () => number;
type Harm = (path: string, chance: Chance) => void;

const change = (path: string, mend: (bytes: Buffer) => Buffer): void =>
  writeFileSync(path, mend(readFileSync(path)));

const harms: Readonly<Record<string, Harm>> = {
  "a flipped bit": (path, chance) =>
    change(path, (bytes) => {
      const at = Math.floor(chance() * bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(chance() * 8));
      return bytes;
    }),
  "a stretch of zeros": (path, chance) =>
    change(path, (bytes) => {
      const at = Math.floor(chance() * bytes.length);
      return bytes.fill(0, at, Math.min(bytes.length, at + Math.floor(chance() * 700)));
    }),
  "all zeros": (path) => change(path, (bytes) => bytes.fill(0)),
  garbage: (path, chance) =>
    change(path, (bytes) => Buffer.from(bytes.map(() => Math.floor(chance() * 256)))),
  "a cut": (path, chance) => truncateSync(path, Math.floor(chance() * statSync(path).size)),
  "a missing file": (path) => rmSync(path),
  "bytes out of place": (path) => change(path, (bytes) => Buffer.concat([bytes.subarray(200), bytes])),
};

interface Written {
  readonly directory: string;
  readonly frames: readonly Frame[];
  /** Sent before the damage. */
  readonly sent: readonly Frame[];
}

/** Some segments of five lanes; a part of it is sent already. */
const written = async (chance: Chance, isClosed: boolean): Promise<Written> => {
  const directory = newFolder();
  const spool = await spoolIn(directory);
  const stamps = stampsOf("0000000a");
  const frames: Frame[] = [];
  for (let count = 0; count < 80; count += 1) {
    const stamp = stamps(`lane-${Math.floor(chance() * 5)}`);
    const frame = bytesFrame(stamp, "x".repeat(Math.floor(chance() * 150)));
    frames.push(frame);
    await spool.append([frame]);
  }
  const sent: Frame[] = [];
  for (let count = Math.floor(chance() * 3); count > 0; count -= 1) {
    sent.push(...((await sendOne(spool, "live")) ?? []));
  }
  if (chance() < 0.3) await spool.divert();
  if (isClosed) {
    await spool.close();
    return { directory, frames, sent };
  }
  const copy = newFolder();
  cpSync(directory, copy, { recursive: true });
  return { directory: copy, frames, sent };
};

/** What comes out after the next boot, which writes some more of the same lanes. */
const readAll = async (
  directory: string,
): Promise<{
  readonly frames: readonly Frame[];
  readonly dropped: readonly DroppedRange[];
  damagedBytes: number;
}> => {
  const spool = await spoolIn(directory);
  const stamps = stampsOf("0000000b");
  const dropped: DroppedRange[] = [];
  await spool.append([0, 1, 2, 3, 4].map((lane) => bytesFrame(stamps(`lane-${lane}`), "after")));
  const frames = [...(await sendAll(spool, "backlog")), ...(await sendAll(spool, "live"))];
  dropped.push(...spool.takeDropped());
  const damagedBytes = spool
    .takeProblems()
    .reduce((sum, problem) => sum + (problem.kind === "spool-damaged" ? problem.damagedBytes : 0), 0);
  await spool.close();
  return { frames, dropped, damagedBytes };
};

const nameOf = ({ bootId, laneId, sequence }: Frame): string => `${bootId}/${laneId}/${sequence}`;
const namesIn = (ranges: readonly DroppedRange[]): readonly string[] =>
  ranges.flatMap(({ bootId, laneId, firstSequence, lastSequence }) =>
    Array.from(
      { length: lastSequence - firstSequence + 1 },
      (_, at) => `${bootId}/${laneId}/${firstSequence + at}`,
    ),
  );
const bytesOf = (frames: readonly Frame[]): number =>
  frames.reduce((sum, { body }) => sum + (body.kind === "bytes" ? body.bytes.length : 0), 0);

const cases = Object.keys(harms).flatMap((harm) =>
  Array.from({ length: 5 }, (_, index) => ({ harm, seed: 2_000 + index })),
);

describe("a damaged spool", () => {
  it.each(cases)(
    "after an orderly end loses what $harm took, and says it exactly, seed $seed",
    async ({ harm, seed }) => {
      const chance = seededChance(seed);
      const { directory, frames, sent } = await written(chance, true);
      const paths = segmentsOf(directory);
      const path = paths[Math.floor(chance() * paths.length)] ?? "";
      harms[harm]?.(path, chance);
      const after = await readAll(directory);
      const came = new Set([...sent, ...after.frames].map(nameOf));
      const lost = frames.filter((frame) => !came.has(nameOf(frame)));
      expect([...namesIn(after.dropped)].sort()).toEqual(lost.map(nameOf).sort());
      expect(after.dropped.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(bytesOf(lost));
      expect(after.dropped.every(({ reason }) => reason === "spool-damaged")).toBe(true);
      expect(came.size).toBe(sent.length + after.frames.length);
      expect(after.frames.filter(({ bootId }) => bootId === "0000000b")).toHaveLength(5);
      if (lost.length > 0) expect(after.damagedBytes).toBeGreaterThan(0);
    },
  );

  it.each(cases)(
    "after a crash loses what $harm took of the segments before the last, seed $seed",
    async ({ harm, seed }) => {
      const chance = seededChance(seed);
      const { directory, frames, sent } = await written(chance, false);
      const paths = segmentsOf(directory);
      const path = paths[Math.floor(chance() * (paths.length - 1))] ?? "";
      if (paths.length > 1) harms[harm]?.(path, chance);
      const after = await readAll(directory);
      const came = new Set([...sent, ...after.frames].map(nameOf));
      const lost = frames.filter((frame) => !came.has(nameOf(frame)));
      expect([...namesIn(after.dropped)].sort()).toEqual(lost.map(nameOf).sort());
      expect(came.size).toBe(sent.length + after.frames.length);
    },
  );

  it("loses one frame to a flipped bit, wherever it is", async () => {
    const directory = newFolder();
    const spool = await spoolIn(directory, { segmentBytes: 100_000 });
    const stamp = stampsOf("0000000a")("lane-1");
    await spool.append(["one", "two", "three", "four"].map((text) => bytesFrame(stamp, text)));
    await spool.close();
    const [path = ""] = segmentsOf(directory);
    const { size } = statSync(path);
    let lostOne = 0;
    for (let at = 0; at < size; at += 7) {
      const copy = newFolder();
      cpSync(directory, copy, { recursive: true });
      change(segmentsOf(copy)[0] ?? "", (bytes) => {
        bytes[at] = (bytes[at] ?? 0) ^ 0x10;
        return bytes;
      });
      const { frames, dropped } = await readAll(copy);
      const old = frames.filter(({ bootId }) => bootId === "0000000a");
      // The places at the segment's beginning may be what is hit; then nothing is lost.
      expect(old.length + namesIn(dropped).length).toBe(4);
      expect(old.length).toBeGreaterThanOrEqual(3);
      lostOne += dropped.length;
    }
    expect(lostOne).toBeGreaterThan(10);
  });

  it("sends again what it cannot know to be sent when its ledger is damaged, and loses nothing", async () => {
    const chance = seededChance(7);
    for (const harm of Object.values(harms)) {
      const { directory, frames, sent } = await written(chance, true);
      harm(join(directory, "ledger"), chance);
      const after = await readAll(directory);
      const came = new Set([...sent, ...after.frames].map(nameOf));
      expect(frames.filter((frame) => !came.has(nameOf(frame)))).toEqual([]);
      expect(after.dropped).toEqual([]);
    }
  });

  it("leaves files alone that are not its own", async () => {
    const directory = newFolder();
    writeFileSync(join(directory, "frames-1.lws"), "notes");
    writeFileSync(join(directory, "frames-0000000000000000.lws"), "not a segment at all");
    const { frames } = await readAll(directory);
    expect(frames).toHaveLength(5);
    expect(readFileSync(join(directory, "frames-1.lws"), "utf8")).toBe("notes");
  });
});
