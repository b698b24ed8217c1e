import type uPlot from "uplot";

/** What the plots share. Colours are CSS custom properties, read at each drawing, so that a scheme change shows. */
export const colourOf = (element: Element, token: string): string =>
  getComputedStyle(element).getPropertyValue(token).trim();

export const tokenStroke =
  (token: string) =>
  (plot: uPlot): string =>
    colourOf(plot.root, token);

export const plotFont = "11px system-ui, sans-serif";

export const plainAxis = (options: Partial<uPlot.Axis>): uPlot.Axis => ({
  stroke: tokenStroke("--chart-text"),
  font: plotFont,
  labelFont: plotFont,
  grid: { stroke: tokenStroke("--chart-grid"), width: 1 },
  ticks: { stroke: tokenStroke("--chart-grid"), width: 1, size: 4 },
  ...options,
});

/** Room for the counts' axis on the left, the same in all plots so that their times stand under each other. */
export const leftAxisInPx = 56;
export const rightPaddingInPx = 14;

/** A horizontal line across the plot. `y` is a value of the scale. */
export const drawLevel = (
  plot: uPlot,
  y: number,
  { token, dash }: { token: string; dash: readonly number[] },
): void => {
  const { ctx, bbox } = plot;
  const top = plot.valToPos(y, "y", true);
  ctx.save();
  ctx.strokeStyle = colourOf(plot.root, token);
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(bbox.left, top);
  ctx.lineTo(bbox.left + bbox.width, top);
  ctx.stroke();
  ctx.restore();
};

/** Calls back with the element's width now and at each change; returns how to stop. */
export const followWidth = (element: Element, changed: (widthInPx: number) => void): (() => void) => {
  const observer = new ResizeObserver(() => {
    if (element.clientWidth > 0) changed(element.clientWidth);
  });
  observer.observe(element);
  return () => observer.disconnect();
};

/** Calls back when the page switches between light and dark; returns how to stop. */
export const followScheme = (changed: () => void): (() => void) => {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
};
