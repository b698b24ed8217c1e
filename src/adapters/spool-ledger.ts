import { open, readFile, rename, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { DroppedRange } from "../edge/frame-spool.ts";
import { bootIdSchema, laneIdSchema } from "../wire/scalars.ts";
import { codeOf } from "./sqlite-errors.ts";
import { syncDirectory } from "./spool-files.ts";
import { placeRowSchema } from "./spool-place.ts";
import { jsonOf, ledgerRecord, recordBytes, scan } from "./spool-record.ts";
import { oneAtATime } from "./spool-turns.ts";

/**
 * What the log has, and what it will never have: a snapshot, and after it one line for each batch since. Lines are
 * written and not synced (after a loss of power frames may be sent again), but always synced before frames are removed.
 */
const runSchema = z.strictObject({
  from: z.int().min(0),
  /** Position at which the run ends; null for the live one. */
  to: z.int().min(0).nullable(),
  /** Everything before is accounted for. */
  sentTo: z.int().min(0),
  /** Frames ever written before the run, and before its end. */
  firstFrame: z.int().min(0),
  endFrame: z.int().min(0).nullable(),
  /** Frames of the run that are sent or given up. */
  settled: z.int().min(0),
  damage: z.int().min(0),
  isComplete: z.boolean(),
  places: z.array(placeRowSchema),
  /** Places at `to`. */
  endPlaces: z.array(placeRowSchema),
});
const rangeSchema = z.strictObject({
  laneId: laneIdSchema,
  bootId: bootIdSchema,
  firstSequence: z.int().min(0),
  lastSequence: z.int().min(0),
  bytes: z.int().min(0),
  reason: z.enum(["spool-full", "spool-damaged", "queue-full"]),
}) satisfies z.ZodType<DroppedRange>;
const snapshotSchema = z.strictObject({
  kind: z.literal("snapshot"),
  /** Written at an orderly end: how far frames were written, and the places there. */
  closed: z
    .strictObject({
      position: z.int().min(0),
      frames: z.int().min(0),
      places: z.array(placeRowSchema),
    })
    .nullable(),
  runs: z.array(runSchema),
  untold: z.array(rangeSchema),
});
const sentSchema = z.strictObject({
  kind: z.literal("sent"),
  /** `from` of the run. */
  run: z.int().min(0),
  ...runSchema.pick({ sentTo: true, settled: true, damage: true, isComplete: true, places: true }).shape,
});
const lineSchema = z.discriminatedUnion("kind", [snapshotSchema, sentSchema]);

export type RunRow = z.infer<typeof runSchema>;
export type LedgerSnapshot = z.infer<typeof snapshotSchema>;
export type SentLine = z.infer<typeof sentSchema>;

export interface Ledger {
  /** Adds a line. Where the disk does not take it the next call writes a snapshot instead; never rejects. */
  sent(line: SentLine): Promise<void>;
  /** Writes a snapshot in place of everything, durable when it resolves with true; false where the disk does not take it. */
  save(): Promise<boolean>;
  /** Makes the lines durable. Resolves with false where that cannot be had. */
  sync(): Promise<boolean>;
  close(): Promise<void>;
}

const ledgerName = "ledger";
/** Lines that are added to a snapshot before the next one: about 40 batches of 512 lanes. */
const maxLineBytes = 1_048_576;

/** The ledger of a folder as its last snapshot and the lines after it; null where there is no readable one. */
export const readLedger = async (
  directory: string,
): Promise<{ readonly snapshot: LedgerSnapshot; readonly lines: readonly SentLine[] } | null> => {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(directory, ledgerName));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "EIO") return null;
    throw cause;
  }
  let snapshot: LedgerSnapshot | null = null;
  const lines: SentLine[] = [];
  for (const entry of scan(bytes, { position: 0, isLast: true }).entries) {
    const line = entry.kind === "ledger" ? lineSchema.safeParse(jsonOf(entry.body)) : null;
    if (line?.success !== true) continue;
    if (line.data.kind === "snapshot") snapshot = line.data;
    else lines.push(line.data);
  }
  return snapshot === null ? null : { snapshot, lines };
};

export const openLedger = (directory: string, snapshot: () => LedgerSnapshot): Ledger => {
  const inTurn = oneAtATime();
  const path = join(directory, ledgerName);
  let file: FileHandle | null = null;
  let end = 0;
  let snapshotBytes = 0;
  let isClosed = false;

  const forget = async (): Promise<void> => {
    const old = file;
    file = null;
    await old?.close().catch(() => undefined);
  };

  const write = async (): Promise<boolean> => {
    // Another process may have the folder by now.
    if (isClosed) return false;
    try {
      await forget();
      const bytes = recordBytes([ledgerRecord(snapshot())], 0);
      const fresh = `${path}.new`;
      await writeFile(fresh, bytes, { flush: true });
      await rename(fresh, path);
      await syncDirectory(directory);
      file = await open(path, "r+");
      end = bytes.length;
      snapshotBytes = bytes.length;
      return true;
    } catch {
      await forget();
      return false;
    }
  };

  return {
    save: () => inTurn(write),
    sent: (line) =>
      inTurn(async () => {
        if (file === null || end - snapshotBytes > maxLineBytes) {
          await write();
          return;
        }
        try {
          const bytes = recordBytes([ledgerRecord(line)], end);
          const { bytesWritten } = await file.write(bytes, 0, bytes.length, end);
          if (bytesWritten < bytes.length) await forget();
          end += bytes.length;
        } catch {
          await forget();
        }
      }),
    sync: () =>
      inTurn(async () => {
        if (file === null) return write();
        try {
          await file.datasync();
          return true;
        } catch {
          await forget();
          return false;
        }
      }),
    close: () =>
      inTurn(async () => {
        isClosed = true;
        await forget();
      }),
  };
};
