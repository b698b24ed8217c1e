import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { openSpool } from "../../src/adapters/spool.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { bootId, laneId } from "../../src/domain/ids.ts";
import type { DroppedRange, FrameSpool, SpoolStream } from "../../src/edge/frame-spool.ts";
import { type FrameStamp, frameStamp } from "../../src/edge/frame-stamp.ts";
import { type SpoolSettings, spoolSettingsSchema } from "../../src/edge/spool-settings.ts";
import { decodeFrame } from "../../src/wire/frame.ts";

const folders = new Set<string>();
const mounted = new Set<string>();
const opened = new Set<FrameSpool>();
afterEach(async () => {
  await Promise.all([...opened].map((spool) => spool.close()));
  opened.clear();
  for (const folder of mounted) execFileSync("umount", [folder]);
  mounted.clear();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
});

/** A folder that is gone after the test. */
export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "lanewatch-spool-"));
  folders.add(folder);
  return folder;
};

/** A file system of 2 MB; null where this user may not mount one. */
export const smallDisk = (): string | null => {
  const folder = newFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    return null;
  }
  mounted.add(folder);
  return folder;
};

/** Small segments and no wait, unless the test asks for something else. */
export const settingsOf = (directory: string, changes: Partial<SpoolSettings> = {}): SpoolSettings => ({
  ...spoolSettingsSchema.parse({ directory }),
  segmentBytes: 2_000,
  minFreeBytes: 0,
  fsyncWithinInMs: 0,
  ...changes,
});

/** A spool that is closed after the test. */
export const spoolIn = async (
  directory: string,
  changes: Partial<SpoolSettings> = {},
): Promise<FrameSpool> => {
  const spool = await openSpool(settingsOf(directory, changes), systemClock);
  opened.add(spool);
  return spool;
};

/** Makes frames of many lanes of one boot. */
export const stampsOf = (boot: string): ((lane: string) => FrameStamp) => {
  const stamps = new Map<string, FrameStamp>();
  return (lane) => {
    const known =
      stamps.get(lane) ?? frameStamp({ laneId: laneId(lane), bootId: bootId(boot), clock: systemClock });
    stamps.set(lane, known);
    return known;
  };
};

export const bytesFrame = (stamp: FrameStamp, text: string): Frame =>
  stamp({ kind: "bytes", bytes: Buffer.from(text) });

/** Takes the next batch as sent. */
export const sendOne = async (spool: FrameSpool, stream: SpoolStream): Promise<readonly Frame[] | null> => {
  const batch = await spool.next(stream);
  if (batch === null) return null;
  const frames = batch.frames.map(({ value }) => decodeFrame(value));
  await batch.stored();
  return frames;
};

/** Takes all of a stream as sent. */
export const sendAll = async (spool: FrameSpool, stream: SpoolStream): Promise<readonly Frame[]> => {
  const sent: Frame[] = [];
  for (let frames = await sendOne(spool, stream); frames !== null; frames = await sendOne(spool, stream)) {
    sent.push(...frames);
  }
  return sent;
};

/** `lane#sequence` of frames, without the boot. */
export const namesOf = (frames: readonly Frame[]): readonly string[] =>
  frames.map((frame) => `${frame.laneId}#${frame.sequence}`);

/** `lane first-last bytes reason` */
export const rangeText = ({
  laneId: lane,
  firstSequence,
  lastSequence,
  bytes,
  reason,
}: DroppedRange): string => `${lane} ${firstSequence}-${lastSequence} ${bytes} ${reason}`;

/** Numbers from [0, 1) that follow from the seed (mulberry32). */
export const seededChance = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
