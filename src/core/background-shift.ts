import { z } from "zod";

/**
 * Step changes of a vacant lane's gamma background: a source set down nearby, a panel gone, a wall built. Slow changes,
 * rain among them, are followed.
 */
export const backgroundShiftSettings = z.strictObject({
  /** The portal's own average behind each background record, in seconds. Recorded portals scatter like 18 s. */
  portalAverageInSeconds: z.number().min(1).max(600).default(18),
  /** How many records the mean goes back. 12 records of 5 s are 60 s: rain of 20 % in 20 minutes stays within the limit. */
  records: z.int().min(2).max(60).default(12),
  /** Distance from the mean, in standard deviations of a record, that is an exceedance. */
  nSigma: z.number().min(1).max(50).default(4),
  /** So many exceedances in a row are a shift. */
  exceedances: z.int().min(1).max(20).default(2),
});
export type BackgroundShiftSettings = z.infer<typeof backgroundShiftSettings>;

export interface BackgroundTrend {
  /** Counts per second of all panels; null before the first record. */
  readonly meanCps: number | null;
  /** Records in the mean so far, at most `records`. */
  readonly records: number;
  readonly exceedances: number;
}

export const noTrend: BackgroundTrend = { meanCps: null, records: 0, exceedances: 0 };

export interface BackgroundShift {
  readonly fromCps: number;
  readonly toCps: number;
}

/** Below so many records the mean is too young to judge by. */
const settledAfter = 4;

/**
 * Takes the next background record, counts per second of all panels:
 *
 *     exceedance ⇔ |x − m| > N·√(m/T)
 *
 * m: mean of the last `records` records; T: the portal's own averaging time. `exceedances` of them in a row drop the
 * mean and begin it anew at x; a single one is left out of the mean.
 */
export const stepBackgroundTrend = (
  settings: BackgroundShiftSettings,
  trend: BackgroundTrend,
  cps: number,
): readonly [BackgroundTrend, BackgroundShift | null] => {
  const { meanCps } = trend;
  if (meanCps === null) return [{ meanCps: cps, records: 1, exceedances: 0 }, null];
  const limit = settings.nSigma * Math.sqrt(Math.max(meanCps, 1) / settings.portalAverageInSeconds);
  if (trend.records < settledAfter || Math.abs(cps - meanCps) <= limit) {
    const records = Math.min(trend.records + 1, settings.records);
    return [{ meanCps: meanCps + (cps - meanCps) / records, records, exceedances: 0 }, null];
  }
  const exceedances = trend.exceedances + 1;
  if (exceedances < settings.exceedances) return [{ ...trend, exceedances }, null];
  return [
    { meanCps: cps, records: 1, exceedances: 0 },
    { fromCps: meanCps, toCps: cps },
  ];
};
