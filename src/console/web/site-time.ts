import type { WallMs } from "../../domain/units.ts";

export interface SiteTime {
  /** `14:03:07` */
  readonly time: (at: WallMs) => string;
  /** `29 Mar 2026, 14:03:07`, in the order and words of the language */
  readonly dateTime: (at: WallMs) => string;
  /** The day there, for comparing: `2026-03-29`. */
  readonly day: (at: WallMs) => string;
  /** `CET`, `GMT+3`: the zone's name in force at that moment. */
  readonly zone: (at: WallMs) => string;
  /** With the zone, and in UTC: for titles. */
  readonly full: (at: WallMs) => string;
  readonly timeZone: string;
}

const formatsFor = (timeZone: string, tag: string) => {
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const date = { year: "numeric", month: "short", day: "2-digit" } as const;
  return {
    time: new Intl.DateTimeFormat(tag, { timeZone, ...clock }),
    dateTime: new Intl.DateTimeFormat(tag, { timeZone, ...date, ...clock }),
    zone: new Intl.DateTimeFormat(tag, { timeZone, timeZoneName: "short" }),
    day: new Intl.DateTimeFormat("sv-SE", { timeZone }),
    utc: new Intl.DateTimeFormat(tag, { timeZone: "UTC", ...date, ...clock }),
  };
};

/** Times in the site's zone; in UTC, and saying so, where the browser does not know the zone. */
export const siteTime = (timeZone: string, tag: string): SiteTime => {
  let formats: ReturnType<typeof formatsFor>;
  try {
    formats = formatsFor(timeZone, tag);
  } catch (cause) {
    if (!(cause instanceof RangeError) || timeZone === "UTC") throw cause;
    return siteTime("UTC", tag);
  }
  const dateTime = (at: WallMs): string => formats.dateTime.format(at);
  const zone = (at: WallMs): string =>
    formats.zone.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
  return {
    timeZone,
    time: (at) => formats.time.format(at),
    dateTime,
    day: (at) => formats.day.format(at),
    zone,
    full: (at) => `${dateTime(at)} ${zone(at)} · ${formats.utc.format(at)} UTC`,
  };
};
