import type { WallMs } from "../domain/units.ts";

const earliestMs = Date.parse("0001-01-01T00:00:00Z");
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** `2026-03-01T12:00:00.000Z`. A clock far out of its mind stands at the years 1 or 9999, which every reader takes. */
export const isoTime = (at: WallMs | number): string =>
  new Date(Math.min(Math.max(Number.isFinite(at) ? at : 0, earliestMs), latestMs)).toISOString();

/** `2026-03-01 13:00:00 GMT+1` in the site's zone, to the second. */
export const zonedTime = (at: WallMs | number, timeZone: string): string => {
  const { date, time, zone } = zonedParts(at, timeZone);
  return `${date} ${time} ${zone}`;
};

/** For names of files: `20260301T120000Z`. */
export const compactTime = (at: WallMs | number): string =>
  `${isoTime(at).slice(0, 19).replace(/[-:]/g, "")}Z`;

const zonedParts = (
  at: WallMs | number,
  timeZone: string,
): { readonly date: string; readonly time: string; readonly zone: string } => {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "shortOffset",
  });
  const parts = new Map(format.formatToParts(new Date(isoTime(at))).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  return {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    time: `${part("hour")}:${part("minute")}:${part("second")}`,
    zone: part("timeZoneName"),
  };
};
