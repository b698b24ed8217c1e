import type { LatencySummary } from "../src/core/latency-histogram.ts";
import { grouped, textTable } from "../src/text-table.ts";
import type { Figure, Outcome } from "./figures.ts";
import type { Machine } from "./machine.ts";
import type { LedgerFigures, RaisedAlarm } from "./latency-outcome.ts";

/** Wall clocks of one machine, in milliseconds: when the portal wrote the deciding frame's first byte, and when the row was in the officer's hands. */
export interface Alarm extends RaisedAlarm {
  readonly writtenAt: number | null;
  readonly arrivedAt: number | null;
}

const stages = {
  "written-to-captured": { from: "writtenAt", to: "capturedAt" },
  "captured-to-logged": { from: "capturedAt", to: "loggedAt" },
  "logged-to-decided": { from: "loggedAt", to: "decidedAt" },
  "decided-to-delivered": { from: "decidedAt", to: "arrivedAt" },
  total: { from: "writtenAt", to: "arrivedAt" },
} as const;

export interface StageRow {
  readonly stage: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export interface Report {
  readonly engine: string;
  readonly lanes: number;
  readonly seconds: number;
  readonly cores: number;
  readonly machine: Machine;
  readonly loadMean: number;
  readonly machineBusyCores: number;
  readonly alarms: number;
  readonly stages: readonly StageRow[];
  /** Median of the total in each third of the time: it grows where something falls behind. */
  readonly totalByThird: readonly (number | null)[];
  readonly ledger: LedgerFigures;
  /** In the log and not on the officer's socket. */
  readonly unseen: number;
  readonly repeats: number;
  readonly framesPerSecond: number;
  readonly framesHistorical: number;
  /** Processor seconds a second. */
  readonly cpuShare: Readonly<Record<string, number>>;
  readonly shares: readonly {
    readonly core: string;
    readonly partitions: readonly number[];
    readonly lanes: number;
    readonly framesPerSecond: number;
  }[];
  readonly portals: {
    readonly lateness: LatencySummary | null;
    readonly lines: number;
    readonly reconnections: number;
  };
}

const exactQuantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? Number.NaN;

/** Exact quantiles: the alarms of one run are few. */
export const stageTable = (alarms: readonly Alarm[]): readonly StageRow[] =>
  Object.entries(stages).flatMap(([stage, { from, to }]) => {
    const times = alarms.flatMap((alarm) => {
      const [begun, done] = [alarm[from], alarm[to]];
      return begun === null || done === null ? [] : [done - begun];
    });
    const sorted = times.toSorted((a, b) => a - b);
    if (sorted.length === 0) return [];
    const [p50Ms = 0, p99Ms = 0, p999Ms = 0, maxMs = 0] = [0.5, 0.99, 0.999, 1].map((q) =>
      exactQuantile(sorted, q),
    );
    return [{ stage, count: sorted.length, p50Ms, p99Ms, p999Ms, maxMs }];
  });

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

const stageLines = ({ stages: rows }: Report): readonly string[] =>
  textTable(
    [
      { title: "stage, ms", align: "left" },
      ...["p50", "p99", "p99.9", "max", "alarms"].map((title) => ({ title, align: "right" as const })),
    ],
    rows.map(({ stage, count, p50Ms, p99Ms, p999Ms, maxMs }) => [
      stage,
      ...[p50Ms, p99Ms, p999Ms, maxMs].map((ms) => ms.toFixed(0)),
      grouped(count),
    ]),
  );

const shareLines = ({ shares }: Report): readonly string[] =>
  shares.map(
    ({ core, partitions, lanes, framesPerSecond }) =>
      `${core}: ${lanes} lanes in ${partitions.length} partitions, ${grouped(Math.round(framesPerSecond))} frames/s`,
  );

export const reportText = (report: Report): string => {
  const { machine, ledger, portals, cpuShare } = report;
  const { lateness } = portals;
  const cpu = Object.entries(cpuShare).map(([name, share]) => `${name} ${percent(share)}`);
  const late =
    lateness === null
      ? "said nothing"
      : `spoke late by p50 ${lateness.p50Ms.toFixed(0)}, p99 ${lateness.p99Ms.toFixed(0)}, max ${lateness.maxMs.toFixed(0)} ms`;
  const lines = [
    `${report.engine}, ${report.lanes} lanes, ${report.seconds} s, ${report.cores} core(s)`,
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load ${report.loadMean.toFixed(1)}, ${report.machineBusyCores.toFixed(2)} cores busy`,
    "",
    ...stageLines(report),
    "",
    `median of the total by third: ${report.totalByThird.map((ms) => ms?.toFixed(0) ?? "–").join(", ")} ms`,
    `${grouped(Math.round(report.framesPerSecond))} frames/s, ${report.framesHistorical} of them sent late`,
    `alarms of the whole run: ${ledger.expected} sure, ${ledger.lost} lost, ${report.unseen} unseen, ${ledger.doubled} doubled, ${ledger.mistaken} of another kind, ${ledger.unexpected} unexpected, ${report.repeats} repeated`,
    `CPU, of one core: ${cpu.join(", ")}`,
    ...shareLines(report),
    `portals: ${grouped(portals.lines)} lines, ${late}, ${portals.reconnections} reconnections`,
  ];
  return `${lines.join("\n")}\n`;
};

const cpuFigures = ({ cpuShare }: Report, name: string): readonly Figure[] =>
  Object.entries(cpuShare)
    .filter(([process]) => process !== "portals" && process !== "watcher")
    .map(([process, value]) => ({ measurement: `${name}: CPU of ${process}`, unit: "cores", value }));

/** The report as figures, with what must not be. */
export const latencyOutcome = (report: Report): Required<Outcome> => {
  const { engine, lanes, ledger, unseen } = report;
  const name = `${engine}, ${grouped(lanes)} lanes`;
  const of = (stage: string): readonly Figure[] =>
    report.stages
      .filter((row) => row.stage === stage)
      .flatMap(({ p50Ms, p99Ms, p999Ms, maxMs }) =>
        Object.entries({ p50: p50Ms, p99: p99Ms, "p99.9": p999Ms, max: maxMs }).map(
          ([share, value]): Figure => ({ measurement: `${name}: ${stage}, ${share}`, unit: "ms", value }),
        ),
      );
  const { lost, doubled, mistaken, unexpected } = ledger;
  const wrong = Object.entries({ lost, unseen, doubled, mistaken, unexpected })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${name}: ${count} alarms ${what}.`);
  return {
    figures: [
      ...Object.keys(stages).flatMap(of),
      { measurement: `${name}: alarms`, unit: "alarms", value: report.alarms },
      ...cpuFigures(report, name),
    ],
    skipped: [],
    wrong,
    report,
  };
};
