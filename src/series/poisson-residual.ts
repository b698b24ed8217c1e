/**
 * How far a vacant lane's background scatters, against counts that come independently of each other.
 *
 * A portal says the mean of its last T = 18 s every few seconds (recorded portals scatter like 18 s), so records overlap;
 * one every 20 s does not. Of those, the k-th of ten minutes differs from the mean of the k − 1 before it by r, and
 * w² = r²·(k − 1)/k is an unbiased estimate of the variance, independent of the others (recursive residuals: Brown, Durbin
 * and Evans, J. R. Stat. Soc. B 37, 1975, p. 149). Poisson counts have the variance m/T, so that w²·T/m is 1 on average, and
 * its mean over any stretch of time is the index of dispersion there. Drift that takes longer than ten minutes is not in it.
 */
const averageInSeconds = 18;
const apartInMs = 20_000;
const blockInMs = 600_000;

/** Of the records of one panel since the block began. */
export interface ResidualState {
  readonly block: number;
  readonly records: number;
  readonly meanCps: number;
}

export const noResiduals: ResidualState = { block: -1, records: 0, meanCps: 0 };

/** The state after the record, and w²·T/m; null for the first of a block, and where nothing is expected. */
export const residualStep = (
  state: ResidualState,
  { at, cps }: { readonly at: number; readonly cps: number },
): readonly [ResidualState, number | null] => {
  const block = Math.floor(at / blockInMs);
  if (block !== state.block) return [{ block, records: 1, meanCps: cps }, null];
  const records = state.records + 1;
  const residual = cps - state.meanCps;
  const next = { block, records, meanCps: state.meanCps + residual / records };
  if (state.meanCps <= 0) return [next, null];
  return [next, (((residual * residual * state.records) / records) * averageInSeconds) / state.meanCps];
};

/** Whether a record stands far enough from the last one that was taken not to overlap it. */
export const isApart = (at: number, lastAt: number | null): boolean =>
  lastAt === null || at - lastAt >= apartInMs || at < lastAt;
