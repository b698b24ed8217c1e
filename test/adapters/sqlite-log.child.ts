/**
 * A process of its own over a log: `sqlite-log.child.ts MODE DIRECTORY`. Each line it prints is one JSON value, written
 * at once. `append` never ends; it is killed.
 */
import { writeSync } from "node:fs";
import { openSqliteLog } from "../../src/adapters/sqlite-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { EventLog } from "../../src/ports.ts";
import type { AppendSeen } from "./log-crash.ts";
import { appendOf, partitionCount } from "./log-crash.ts";
import { newRecord } from "./log-use.ts";

const tell = (value: unknown): number => writeSync(1, `${JSON.stringify(value)}\n`);
const codeOf = (cause: unknown): string => (cause instanceof LanewatchError ? cause.code : String(cause));

/** Up to eight appends at a time, each told of when it is stored. */
const appendForEver = async (log: EventLog, seed: number): Promise<void> => {
  let number = 0;
  const next = async (): Promise<void> => {
    const id = `${seed}-${(number += 1)}`;
    const offsets = await log.append(appendOf(id));
    const seen: AppendSeen = { id, offsets };
    tell(seen);
  };
  const lane = async (): Promise<void> => {
    for (;;) await next();
  };
  await Promise.all(Array.from({ length: 8 }, lane));
};

/** Under a limit of the size of files: what does not fit is refused together with its group, what fits afterwards is not. */
const fillDisk = async (log: EventLog): Promise<void> => {
  const attempt = (text: string): Promise<string> =>
    log.append([newRecord(text)]).then(() => "stored", codeOf);
  const outcomes = [await attempt("before")];
  outcomes.push(...(await Promise.all([attempt("x".repeat(3_500_000)), attempt("beside")])));
  outcomes.push(await attempt("after"));
  tell(outcomes);
  await log.close();
};

const [mode, directory = "", seed = "0"] = process.argv.slice(2);
try {
  const log = await openSqliteLog({ directory, partitionCount, clock: systemClock });
  if (mode === "append") await appendForEver(log, Number(seed));
  else if (mode === "fill-disk") await fillDisk(log);
  else tell("opened");
} catch (cause) {
  tell(codeOf(cause));
  process.exitCode = 1;
}
