import type { SeriesView } from "../../../wire/series.ts";

/** All panels rise together by as much, and for as long: rain washes radon's daughters down, a source is at one panel more than at others and gone. */
export const rain = { percentMin: 4, lengthInMsMin: 300_000 } as const;

export interface Rise {
  readonly from: number;
  readonly to: number;
  /** Of the panel that rose least, at its highest. */
  readonly peakPercent: number;
}

/** The least of the panels' drifts in a stretch; null where no panel was measured. */
const leastAt = ({ parts }: SeriesView, at: number): number | null => {
  const known = parts.flatMap(({ mean }) => mean[at] ?? []);
  return known.length === 0 ? null : Math.min(...known);
};

/** Rain-like rises in a view of `drift`. A stretch in which nothing was measured neither ends a rise nor makes one. */
export const rainLikeRises = (drift: SeriesView): readonly Rise[] => {
  const rises: Rise[] = [];
  let open: Rise | null = null;
  const close = (): void => {
    if (open !== null && open.to - open.from >= rain.lengthInMsMin) rises.push(open);
    open = null;
  };
  drift.at.forEach((begin, at) => {
    const least = leastAt(drift, at);
    if (least === null) return;
    if (least < rain.percentMin) {
      close();
      return;
    }
    const held: Rise = open ?? { from: begin, to: begin, peakPercent: least };
    open = {
      from: held.from,
      to: begin + drift.stepInMs,
      peakPercent: Math.max(held.peakPercent, least),
    };
  });
  close();
  return rises;
};
