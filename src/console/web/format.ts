import type { WallMs } from "../../domain/units.ts";

/** Numbers, ages and times for people. No words: those are in messages.ts, which puts these into sentences. */

/** Narrow no-break space: the thousands separator, and what stands between a number and its unit. */
export const thinSpace = "\u202f";

/** `12410` → `12 410`; anything that is not a finite number → `–`. */
export const formatNumber = (value: number, decimals = 0): string => {
  if (!Number.isFinite(value)) return "–";
  const [whole = "", fraction] = Math.abs(value).toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thinSpace);
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `\u2212${text}` : text;
};

/** z: one decimal below 100, none above; `276 σ`, `4.2 σ`. */
export const formatSigma = (z: number): string =>
  `${formatNumber(z, Math.abs(z) < 99.95 ? 1 : 0)}${thinSpace}σ`;

/** Count rates: one decimal below 10 (neutrons), none above. */
export const formatRate = (cps: number): string => formatNumber(cps, Math.abs(cps) < 9.95 ? 1 : 0);

const unitsOfAge = [
  { name: "d", inSeconds: 86_400 },
  { name: "h", inSeconds: 3600 },
  { name: "min", inSeconds: 60 },
  { name: "s", inSeconds: 1 },
] as const;

/** Two units at most, rounded down: `7 s`, `2 min 05 s`, `3 h 12 min`, `4 d 2 h`. Negative ages are 0 s. */
export const formatAge = (ageInMs: number): string => {
  const seconds = Math.max(0, Math.floor(ageInMs / 1000));
  const at = unitsOfAge.findIndex((unit) => seconds >= unit.inSeconds);
  const major = unitsOfAge[at];
  if (major === undefined) return `0${thinSpace}s`;
  const first = `${Math.floor(seconds / major.inSeconds)}${thinSpace}${major.name}`;
  const minor = unitsOfAge[at + 1];
  if (minor === undefined) return first;
  const rest = Math.floor((seconds % major.inSeconds) / minor.inSeconds);
  const padded = major.name === "min" ? String(rest).padStart(2, "0") : String(rest);
  return `${first} ${padded}${thinSpace}${minor.name}`;
};

export interface SiteTime {
  /** `14:03:07` */
  readonly time: (at: WallMs) => string;
  /** `2026-03-29 14:03:07` */
  readonly dateTime: (at: WallMs) => string;
  /** `CET`, `GMT+3`: the zone's name in force at that moment. */
  readonly zone: (at: WallMs) => string;
  readonly timeZone: string;
}

const partsOf = (format: Intl.DateTimeFormat, at: WallMs): ReadonlyMap<string, string> =>
  new Map(format.formatToParts(at).map((part) => [part.type, part.value]));

/** Times in the site's zone; in UTC, and saying so, where the browser does not know the zone. */
export const siteTime = (timeZone: string): SiteTime => {
  const options = {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  } as const;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-GB", options);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return siteTime("UTC");
  }
  const part = (at: WallMs, ...names: readonly string[]): readonly string[] => {
    const parts = partsOf(format, at);
    return names.map((name) => parts.get(name) ?? "");
  };
  const time = (at: WallMs): string => part(at, "hour", "minute", "second").join(":");
  return {
    timeZone,
    time,
    dateTime: (at) => `${part(at, "year", "month", "day").join("-")} ${time(at)}`,
    zone: (at) => part(at, "timeZoneName").join(""),
  };
};
