import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryInMb: number;
  readonly node: string;
  readonly system: string;
}

export const machine = (): Machine => {
  const all = cpus();
  return {
    cpu: all[0]?.model ?? "unknown",
    cores: all.length,
    memoryInMb: Math.round(totalmem() / 1e6),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
  };
};

/** The load average of the last minute. */
export const load = (): number => loadavg()[0] ?? 0;

/** `sysconf(_SC_CLK_TCK)`, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Fields of proc(5) after the name, which may hold blanks; the first is field 3. Empty where there is no `/proc`. */
const statOf = (pid: number | "self"): readonly string[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
};

const ticksAt = (fields: readonly string[], ...at: readonly number[]): number =>
  at.reduce((sum, field) => sum + Number(fields[field - 3] ?? 0), 0) / ticksPerSecond;

/** Processor time of a process so far, user and system, in seconds; 0 where the system does not tell in `/proc`. */
export const cpuSeconds = (pid: number): number => ticksAt(statOf(pid), 14, 15);

/** Processor time of this process, and of all its descendants that have ended and were waited for, in seconds. */
export const ownCpuSeconds = (): number => ticksAt(statOf("self"), 14, 15, 16, 17);

/** All processor time of the machine that was not idle, in seconds: what others use is in it too. */
export const busySeconds = (): number =>
  cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1_000, 0);

/** Resident memory of a process, bytes; 0 where the system does not tell in `/proc`. */
export const residentBytes = (pid: number): number => {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
};
