import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { openSqliteLog } from "../../src/adapters/sqlite-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { type Attachments, openAttachments } from "../../src/console/attachments.ts";
import { type RunningConsole, runConsole } from "../../src/console/console.ts";
import type { AlarmCase, Attachment } from "../../src/domain/adjudication.ts";
import type { EventLog } from "../../src/ports.ts";
import { caseInput } from "../core/board-history.ts";
import { recordOf, runSmallCore } from "./small-core.ts";

/** A console and a core over a log that knows one case. */
export interface AttachmentStage {
  readonly log: EventLog;
  readonly officers: RunningConsole;
  readonly attachments: Attachments;
  /** The case as the board holds it. */
  readonly held: () => AlarmCase;
  /** The board's case once it has so many attachments. */
  readonly heldWith: (count: number) => Promise<AlarmCase>;
  readonly close: () => Promise<void>;
}

export const openAttachmentStage = async (
  engine: "memory" | "sqlite",
  known: AlarmCase,
): Promise<AttachmentStage> => {
  const directory = await mkdtemp(join(tmpdir(), "attachments-"));
  const options = { partitionCount: 2, clock: systemClock };
  const log = engine === "memory" ? openMemoryLog(options) : await openSqliteLog({ ...options, directory });
  const stop = new AbortController();
  const problems: unknown[] = [];
  await log.append([recordOf(caseInput(known), 2)]);
  const officers = await runConsole(
    {
      log,
      clock: systemClock,
      settings: {
        site: { name: "Site", timeZone: "UTC" },
        lanes: [{ laneId: known.alarm.laneId, name: "North" }],
      },
      stream: "run",
      onProblem: (problem) => problems.push(problem),
    },
    stop.signal,
  );
  const core = runSmallCore(log, [known], stop.signal);
  const held = (): AlarmCase => {
    const found = officers.alarmCase(known.alarm.alarmId);
    if (found === undefined) throw new Error("The board has lost the case.");
    return found;
  };
  return {
    log,
    officers,
    attachments: openAttachments({ log, officers }),
    held,
    heldWith: async (count) => {
      const deadline = Date.now() + 5000;
      while (attached(held()).length < count) {
        if (Date.now() > deadline) throw new Error(`The board has no ${count} attachments.`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return held();
    },
    close: async () => {
      stop.abort();
      await Promise.all([officers.ended, core]);
      await log.close();
      await rm(directory, { recursive: true });
      if (problems.length > 0) throw new Error(`Problems: ${JSON.stringify(problems)}`);
    },
  };
};

/** Everything that was ever attached, repeats too. */
export const attached = ({ adjudication }: AlarmCase): readonly Attachment[] =>
  adjudication.history.flatMap(({ act }) => (act.kind === "attach" ? [act.attachment] : []));

/** A picture by its first bytes, and of any length; the rest is seeded noise. */
export const pictureOf = (sizeBytes: number, seed = 1): Uint8Array => {
  const bytes = new Uint8Array(sizeBytes);
  let word = seed;
  for (let at = 0; at < sizeBytes; at += 1) {
    word = (Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = word >>> 24;
  }
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return bytes;
};
