import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type Unit, units } from "./figures.ts";
import { busySeconds, load, ownCpuSeconds } from "./machine.ts";
import type { Program } from "./suite-programs.ts";

const isUnit = (value: unknown): value is Unit => typeof value === "string" && Object.hasOwn(units, value);

const figureSchema = z
  .strictObject({
    measurement: z.string(),
    unit: z.custom<Unit>(isUnit, "a unit of bench/figures.ts"),
    value: z.number(),
    runs: z.array(z.number()).readonly().exactOptional(),
  })
  .readonly();

const outcomeSchema = z
  .strictObject({
    figures: z.array(figureSchema).readonly(),
    skipped: z.array(z.string()).readonly().default([]),
    wrong: z.array(z.string()).readonly().default([]),
    report: z.unknown().optional(),
  })
  .readonly();

export const programRunSchema = z
  .strictObject({
    name: z.string(),
    /** For whoever wants to run it again. */
    command: z.string(),
    at: z.iso.datetime(),
    lastedS: z.number(),
    /** Load average of the machine's last minute when the program began and when it ended; its own is in the second. */
    loadBefore: z.number(),
    loadAfter: z.number(),
    /** Cores that processes which are none of ours kept busy meanwhile, on average. */
    othersCores: z.number(),
    /** The figures are not worth much: others worked too. */
    busy: z.boolean(),
    outcome: outcomeSchema.nullable(),
    /** Why there is no outcome. */
    failure: z.string().nullable(),
  })
  .readonly();
export type ProgramRun = z.infer<typeof programRunSchema>;

export const suiteRunSchema = z
  .strictObject({
    version: z.literal(1),
    at: z.iso.datetime(),
    short: z.boolean(),
    commit: z.string().nullable(),
    machine: z
      .strictObject({
        cpu: z.string(),
        cores: z.number(),
        memoryInMb: z.number(),
        node: z.string(),
        system: z.string(),
      })
      .readonly(),
    programs: z.array(programRunSchema).readonly(),
  })
  .readonly();
export type SuiteRun = z.infer<typeof suiteRunSchema>;

/** A tenth of a core of others is what an idle machine has; three tenths move a median by more than the tolerance. */
const busyCores = 0.3;
const endWithinMs = 30 * 60_000;
const outputBytesMax = 256 * 1_048_576;
const root = fileURLToPath(new URL("..", import.meta.url));

interface Ended {
  readonly text: string;
  readonly failure: string | null;
}

const execute = (args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd: root, maxBuffer: outputBytesMax, timeout: endWithinMs };
    execFile(process.execPath, [...args], options, (error, stdout, stderr) => {
      const failure =
        error === null
          ? null
          : `it ended with ${error.code ?? error.signal ?? "an error"}: ${stderr.slice(-500)}`;
      resolve({ text: stdout, failure });
    });
  });

const parsed = (text: string): z.infer<typeof outcomeSchema> | null => {
  try {
    return outcomeSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

export interface RunOptions {
  readonly isShort: boolean;
  /** Where the compiled programs are. */
  readonly builtFolder: string;
}

/** Runs one program in a process of its own. What goes wrong is told in the result. */
export const runProgram = async (
  { name, file, from, args, shortArgs }: Program,
  { isShort, builtFolder }: RunOptions,
): Promise<ProgramRun> => {
  const own = [...(isShort && shortArgs !== null ? shortArgs : args), "--json"];
  const path = from === "built" ? join(builtFolder, `${file}.js`) : join(root, "bench", `${file}.ts`);
  const before = { busyS: busySeconds(), ownS: ownCpuSeconds(), at: performance.now() };
  const [at, loadBefore] = [new Date().toISOString(), load()];
  const { text, failure } = await execute([...(from === "built" ? [] : ["--import", "tsx"]), path, ...own]);
  const lastedS = (performance.now() - before.at) / 1_000;
  const othersS = busySeconds() - before.busyS - (ownCpuSeconds() - before.ownS);
  const othersCores = Math.max(0, othersS / lastedS);
  const outcome = parsed(text);
  return {
    ...{ name, command: `npx tsx bench/${file}.ts ${own.slice(0, -1).join(" ")}`.trimEnd() },
    ...{ at, lastedS, loadBefore, loadAfter: load() },
    ...{ othersCores, busy: othersCores > busyCores },
    outcome,
    failure: outcome === null ? (failure ?? "it said nothing that is an outcome") : null,
  };
};
