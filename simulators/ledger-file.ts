import { closeSync, createReadStream, fsync, openSync, writeSync } from "node:fs";
import { readLedger, type LedgerEntry } from "./ledger.ts";

export interface LedgerFile {
  /** In the operating system's hands when it returns, so that a killed simulation has written it; on the disk within `SYNC_EVERY_MS`. */
  readonly write: (entry: LedgerEntry) => void;
  /** Everything is on the disk when it resolves. */
  readonly close: () => Promise<void>;
}

/** A machine that loses its power loses so much of a ledger. */
const SYNC_EVERY_MS = 200;

/**
 * Opens a ledger anew; what was in the file is gone. Throws when it cannot be opened. When it cannot be written to later on, `onFailure` is told once
 * and nothing more is written: a ledger with holes would accuse the innocent.
 */
export function openLedgerFile(path: string, onFailure: (cause: unknown) => void): LedgerFile {
  const file = openSync(path, "w");
  let hasFailed = false;
  let isDirty = false;
  let syncing: Promise<void> | undefined;
  const fail = (cause: unknown): void => {
    if (!hasFailed) onFailure(cause);
    hasFailed = true;
  };
  const sync = async (): Promise<void> => {
    isDirty = false;
    const cause = await new Promise((resolve) => fsync(file, resolve));
    if (cause !== null && cause !== undefined) fail(cause);
  };
  const timer = setInterval(() => {
    if (!isDirty || syncing !== undefined) return;
    syncing = sync().finally(() => (syncing = undefined));
  }, SYNC_EVERY_MS);
  timer.unref();
  return {
    write: (entry) => {
      if (hasFailed) return;
      try {
        writeWhole(file, Buffer.from(`${JSON.stringify(entry)}\n`));
        isDirty = true;
      } catch (cause) {
        fail(cause);
      }
    },
    close: async () => {
      clearInterval(timer);
      await syncing;
      await sync();
      closeSync(file);
    },
  };
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

/** The entries of a ledger file, from its beginning to its last whole line. Throws a `LedgerError` where there is another line. */
export function readLedgerFile(path: string): AsyncGenerator<LedgerEntry, undefined> {
  return readLedger(createReadStream(path, { encoding: "utf8" }));
}
