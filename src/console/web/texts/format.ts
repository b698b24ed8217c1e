/** Numbers and ages for people, in one language. No words but the abbreviations of units, which are the catalog's. */
export interface Format {
  /** `12,410`, `12 410`; anything that is not a finite number is `–`. */
  readonly number: (value: number, decimals?: number) => string;
  /** z: one decimal below 100, none above; `276 σ`, `4.2 σ`. */
  readonly sigma: (z: number) => string;
  /** Count rates: one decimal below 10 (neutrons), none above. */
  readonly rate: (cps: number) => string;
  /** Two units at most, rounded down: `7 s`, `2 min 05 s`, `3 h 12 min`, `4 d 2 h`. Negative ages are 0 s. */
  readonly age: (ageInMs: number) => string;
  /** `1 s`, `0.4 s`, `12.6 s`. */
  readonly seconds: (value: number, decimals?: number) => string;
  readonly kilometresPerHour: (kph: number) => string;
  readonly percent: (share: number) => string;
  /** `a, b and c`. */
  readonly list: (items: readonly string[]) => string;
}

/** Abbreviations, in a language. */
export type Units = Readonly<Record<"day" | "hour" | "minute" | "second" | "kilometresPerHour", string>>;

/** Narrow no-break space, between a number and its unit. */
export const thinSpace = "\u202f";

const unitsOfAge = [
  { name: "day", inSeconds: 86_400 },
  { name: "hour", inSeconds: 3600 },
  { name: "minute", inSeconds: 60 },
  { name: "second", inSeconds: 1 },
] as const;

export const formatFor = (tag: string, units: Units): Format => {
  const formats = new Map<number, Intl.NumberFormat>();
  const numbersWith = (decimals: number): Intl.NumberFormat => {
    const held = formats.get(decimals);
    if (held !== undefined) return held;
    const made = new Intl.NumberFormat(tag, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      signDisplay: "negative",
    });
    formats.set(decimals, made);
    return made;
  };
  const number = (value: number, decimals = 0): string =>
    Number.isFinite(value) ? numbersWith(decimals).format(value) : "–";
  const share = new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 0 });
  const twoDigits = new Intl.NumberFormat(tag, { minimumIntegerDigits: 2 });
  const lists = new Intl.ListFormat(tag, { type: "conjunction" });
  const withUnit = (value: string, unit: keyof Units): string => `${value}${thinSpace}${units[unit]}`;
  const age = (ageInMs: number): string => {
    const seconds = Math.max(0, Math.floor(ageInMs / 1000));
    const at = unitsOfAge.findIndex((unit) => seconds >= unit.inSeconds);
    const major = unitsOfAge[at];
    if (major === undefined) return withUnit(number(0), "second");
    const first = withUnit(number(Math.floor(seconds / major.inSeconds)), major.name);
    const minor = unitsOfAge[at + 1];
    if (minor === undefined) return first;
    const rest = Math.floor((seconds % major.inSeconds) / minor.inSeconds);
    return `${first} ${withUnit(major.name === "minute" ? twoDigits.format(rest) : number(rest), minor.name)}`;
  };
  return {
    number,
    sigma: (z) => `${number(z, Math.abs(z) < 99.95 ? 1 : 0)}${thinSpace}σ`,
    rate: (cps) => number(cps, Math.abs(cps) < 9.95 ? 1 : 0),
    age,
    seconds: (value, decimals = Number.isInteger(value) ? 0 : 1) =>
      withUnit(number(value, decimals), "second"),
    kilometresPerHour: (kph) => withUnit(number(kph, 1), "kilometresPerHour"),
    percent: (value) => share.format(value),
    list: (items) => lists.format(items),
  };
};
