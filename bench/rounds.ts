import { type Figure, figureOf, type Unit } from "./figures.ts";

/** Work that is done again and again, and how many of the unit's things one time of it deals with. */
export interface Repeated {
  readonly measurement: string;
  readonly unit: Unit;
  readonly work: () => number | Promise<number>;
}

export interface RoundsOptions {
  /** Rounds that count; one before them is thrown away. */
  readonly runs: number;
  /** How long one measurement repeats its work in one round, at the least. */
  readonly runInMs: number;
}

interface Run {
  readonly perSecond: number;
  /** Of processor time, all threads of the process together: hardly moves when others use the machine. */
  readonly perCpuSecond: number;
}

const runOnce = async ({ work }: Repeated, runInMs: number): Promise<Run> => {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  let done = 0;
  while (performance.now() - start < runInMs) done += await work();
  const cpu = process.cpuUsage(cpuStart);
  return {
    perSecond: done / ((performance.now() - start) / 1_000),
    perCpuSecond: done / ((cpu.user + cpu.system) / 1_000_000),
  };
};

/**
 * The measurements take turns, so that a noisy second hits all of them alike. Two figures each: by the clock on the
 * wall, and of processor time.
 */
export const inRounds = async (
  measurements: readonly Repeated[],
  { runs, runInMs }: RoundsOptions,
): Promise<readonly Figure[]> => {
  const all = measurements.map((each) => ({ each, runs: new Array<Run>() }));
  for (const { each } of all) await runOnce(each, runInMs);
  for (let round = 0; round < runs; round += 1) {
    for (const entry of all) entry.runs.push(await runOnce(entry.each, runInMs));
  }
  return all.flatMap(({ each: { measurement, unit }, runs: done }) => [
    figureOf(
      measurement,
      unit,
      done.map(({ perSecond }) => perSecond),
    ),
    figureOf(
      `${measurement}, of CPU`,
      unit,
      done.map(({ perCpuSecond }) => perCpuSecond),
    ),
  ]);
};
