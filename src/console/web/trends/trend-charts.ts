import type { ChartSeries } from "../../../wire/series.ts";

/** What is under a chart besides its course. */
export type TrendNote = "rain" | "percentiles" | "none";

interface TrendChartEntry {
  readonly what: ChartSeries;
  /** A line across, where a value is what it should be. */
  readonly level: number | null;
  /** Figures behind the decimal point. */
  readonly decimals: number;
  readonly note: TrendNote;
  /** Values that are no further apart are joined by a line: twice and more of what usually lies between two. */
  readonly joinedInMs: number;
}

/** The charts of the page, in its order. */
export const trendCharts = {
  gammaBackground: { what: "gamma-background", level: null, decimals: 0, note: "none", joinedInMs: 60_000 },
  gammaCounts: { what: "gamma-counts", level: null, decimals: 1, note: "none", joinedInMs: 2_000 },
  drift: { what: "drift", level: 0, decimals: 1, note: "rain", joinedInMs: 60_000 },
  variance: { what: "variance", level: 1, decimals: 2, note: "none", joinedInMs: 600_000 },
  neutronBackground: {
    what: "neutron-background",
    level: null,
    decimals: 2,
    note: "none",
    joinedInMs: 60_000,
  },
  deadTime: { what: "dead-time", level: null, decimals: 0, note: "none", joinedInMs: 0 },
  occupancies: { what: "occupancies", level: null, decimals: 0, note: "none", joinedInMs: 0 },
  alarms: { what: "alarms", level: null, decimals: 0, note: "none", joinedInMs: 0 },
  latency: { what: "latency", level: null, decimals: 0, note: "percentiles", joinedInMs: 60_000 },
} as const satisfies Record<string, TrendChartEntry>;
export type TrendChartName = keyof typeof trendCharts;

const isChart = (name: string): name is TrendChartName => Object.hasOwn(trendCharts, name);
export const trendChartNames: readonly TrendChartName[] = Object.keys(trendCharts).filter(isChart);
