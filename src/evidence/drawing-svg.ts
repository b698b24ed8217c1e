import { type Drawing, type Mark } from "./drawing.ts";
import { xmlDocument, type XmlElement } from "./xml.ts";

/** A drawing as an SVG document: no script, no reference to anything outside it. */
export const drawingSvg = ({ width, height, marks }: Drawing, title: string): string =>
  xmlDocument({
    svg: {
      "@xmlns": "http://www.w3.org/2000/svg",
      "@viewBox": `0 0 ${width} ${height}`,
      "@width": width,
      "@height": height,
      "@role": "img",
      "@font-family": "DejaVu Sans, Verdana, sans-serif",
      title,
      // Elements of different names keep their order within groups of their own.
      g: [{ rect: { "@width": width, "@height": height, "@fill": "#ffffff" } }, ...marks.map(element)],
    },
  });

const element = (mark: Mark): XmlElement => {
  switch (mark.kind) {
    case "line":
      return {
        polyline: {
          "@points": mark.points.map(([x, y]) => `${short(x)},${short(y)}`).join(" "),
          "@fill": "none",
          "@stroke": mark.color,
          "@stroke-width": mark.width,
          "@stroke-linejoin": "round",
          "@stroke-dasharray": mark.dash?.join(" "),
        },
      };
    case "area":
      return {
        rect: {
          "@x": short(mark.x),
          "@y": short(mark.y),
          "@width": short(mark.width),
          "@height": short(mark.height),
          "@fill": mark.color,
        },
      };
    case "text":
      return {
        text: {
          "@x": short(mark.at[0]),
          "@y": short(mark.at[1]),
          "@font-size": mark.size,
          "@fill": mark.color,
          "@text-anchor": mark.anchor,
          "@transform":
            mark.isUpright === true ? `rotate(-90 ${short(mark.at[0])} ${short(mark.at[1])})` : undefined,
          "#": mark.text,
        },
      };
  }
};

const short = (length: number): string => String(Number(length.toFixed(2)));
