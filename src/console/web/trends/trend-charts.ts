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
}

/** The charts of the page, in its order. */
export const trendCharts = {
  gammaBackground: { what: "gamma-background", level: null, decimals: 0, note: "none" },
  gammaCounts: { what: "gamma-counts", level: null, decimals: 1, note: "none" },
  drift: { what: "drift", level: 0, decimals: 1, note: "rain" },
  variance: { what: "variance", level: 1, decimals: 2, note: "none" },
  neutronBackground: { what: "neutron-background", level: null, decimals: 2, note: "none" },
  deadTime: { what: "dead-time", level: null, decimals: 0, note: "none" },
  occupancies: { what: "occupancies", level: null, decimals: 0, note: "none" },
  alarms: { what: "alarms", level: null, decimals: 0, note: "none" },
  latency: { what: "latency", level: null, decimals: 0, note: "percentiles" },
} as const satisfies Record<string, TrendChartEntry>;
export type TrendChartName = keyof typeof trendCharts;

const isChart = (name: string): name is TrendChartName => Object.hasOwn(trendCharts, name);
export const trendChartNames: readonly TrendChartName[] = Object.keys(trendCharts).filter(isChart);
