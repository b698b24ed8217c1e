/** A line of a plot, with its points in data units. */
export interface Series {
  readonly label: string;
  /** 0 to 7: the colour and the mark. */
  readonly colour: number;
  readonly points: readonly PlotPoint[];
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Ends of the vertical bar. */
  readonly low: number;
  readonly high: number;
  /** Shown where the pointer rests. */
  readonly title: string;
}

export interface PlotFrame {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** `root`: cube root, for rates that crowd near 0. */
  readonly xScale: "linear" | "root";
}

const width = 460;
const height = 320;
const left = 52;
const right = 14;
const top = 14;
const bottom = 46;

/** A plot of shares from 0 to 1 over x from 0, as SVG that takes its colours from the page's style. */
export const plotSvg = (frame: PlotFrame, series: readonly Series[]): string => {
  const scaled = (x: number): number => (frame.xScale === "root" ? Math.cbrt(Math.max(0, x)) : x);
  const ticks = ticksTo(
    Math.max(0, ...series.flatMap(({ points }) => points.map(({ x }) => x))),
    frame.xScale,
  );
  const xMax = ticks.at(-1) ?? 1;
  const place = {
    x: (x: number): number => left + (scaled(x) / scaled(xMax)) * (width - left - right),
    y: (y: number): number => height - bottom - y * (height - top - bottom),
  };
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(frame.title)}">`,
    ...grid(frame, ticks, place),
    ...series.map((one) => seriesSvg(one, place)),
    "</svg>",
  ].join("\n");
};

interface Place {
  readonly x: (x: number) => number;
  readonly y: (y: number) => number;
}

const grid = (frame: PlotFrame, ticks: readonly number[], place: Place): readonly string[] => [
  ...[0, 0.25, 0.5, 0.75, 1].flatMap((y) => [
    `<line class="grid" x1="${left}" x2="${width - right}" y1="${at(place.y(y))}" y2="${at(place.y(y))}"/>`,
    `<text class="tick" x="${left - 7}" y="${at(place.y(y) + 4)}" text-anchor="end">${y * 100}</text>`,
  ]),
  ...ticks.flatMap((x) => [
    `<line class="grid" x1="${at(place.x(x))}" x2="${at(place.x(x))}" y1="${top}" y2="${height - bottom}"/>`,
    `<text class="tick" x="${at(place.x(x))}" y="${height - bottom + 16}" text-anchor="middle">${Number(x.toPrecision(6))}</text>`,
  ]),
  `<text class="axis" x="${at((left + width - right) / 2)}" y="${height - 8}" text-anchor="middle">${escaped(frame.xLabel)}</text>`,
  `<text class="axis" transform="translate(13 ${at((top + height - bottom) / 2)}) rotate(-90)" text-anchor="middle">${escaped(frame.yLabel)}</text>`,
];

const seriesSvg = ({ label, colour, points }: Series, place: Place): string => {
  const ordered = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const line = ordered.map(({ x, y }) => `${at(place.x(x))},${at(place.y(y))}`).join(" ");
  const marks = ordered.map(({ x, y, low, high, title }) => {
    const column = at(place.x(x));
    return (
      `<g><title>${escaped(`${label}: ${title}`)}</title>` +
      `<line class="bar" x1="${column}" x2="${column}" y1="${at(place.y(low))}" y2="${at(place.y(high))}"/>` +
      `${markSvg(colour, place.x(x), place.y(y))}</g>`
    );
  });
  return `<g class="series c${colour}"><polyline points="${line}"/>${marks.join("")}</g>`;
};

/** Marks differ in form as well as in colour. */
export const markSvg = (colour: number, x: number, y: number): string => {
  const r = 4;
  switch (colour % 4) {
    case 0:
      return `<circle cx="${at(x)}" cy="${at(y)}" r="${r}"/>`;
    case 1:
      return `<rect x="${at(x - r)}" y="${at(y - r)}" width="${2 * r}" height="${2 * r}"/>`;
    case 2:
      return `<polygon points="${at(x)},${at(y - r - 1)} ${at(x + r + 1)},${at(y + r)} ${at(x - r - 1)},${at(y + r)}"/>`;
    case 3:
      return `<polygon points="${at(x)},${at(y - r - 1)} ${at(x + r + 1)},${at(y)} ${at(x)},${at(y + r + 1)} ${at(x - r - 1)},${at(y)}"/>`;
  }
  return "";
};

/** Round numbers from 0 to the first one that is not below the maximum. */
const ticksTo = (max: number, scale: PlotFrame["xScale"]): readonly number[] => {
  if (!(max > 0)) return [0, 1];
  if (scale === "root") {
    const decades = [0.1, 1, 10, 50, 100, 200, 500, 1000];
    const end = decades.findIndex((tick) => tick >= max);
    const shown = decades.slice(0, end + 1);
    return [0, ...shown.filter((tick) => tick >= max / 1000)];
  }
  const power = 10 ** Math.floor(Math.log10(max / 4));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each * 6 >= max) ?? power * 10;
  return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, index) => index * step);
};

const at = (value: number): string => value.toFixed(1);

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
