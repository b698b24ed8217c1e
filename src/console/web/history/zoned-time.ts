/** Times of the site's zone as they stand in `<input type="datetime-local">`: `2026-03-29T14:05`. */

const minuteInMs = 60_000;

/** @throws RangeError where the browser does not know the zone. */
const partsFormat = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });

/** To the minute. */
export const localText = (at: number, timeZone: string): string =>
  partsFormat(timeZone).format(at).replace(" ", "T");

const asIfUtc = (text: string): number => Date.parse(`${text}:00Z`);

/**
 * The moment at which a clock of the zone shows this; null where the text is no time. Of the two moments that a clock
 * put back shows, the one before; what a clock put forward never shows is as far after the change.
 */
export const momentOf = (text: string, timeZone: string): number | null => {
  const wanted = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) ? asIfUtc(text) : Number.NaN;
  if (Number.isNaN(wanted)) return null;
  const offsetAt = (at: number): number =>
    asIfUtc(localText(at, timeZone)) - Math.floor(at / minuteInMs) * minuteInMs;
  const before = wanted - offsetAt(wanted - 86_400_000);
  if (localText(before, timeZone) === text) return before;
  const after = wanted - offsetAt(wanted + 86_400_000);
  return localText(after, timeZone) === text ? after : before;
};
