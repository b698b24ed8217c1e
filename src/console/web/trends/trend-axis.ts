const dayInMs = 86_400_000;

/** How moments stand at an axis, in the site's zone: as fine as the ticks are apart. */
export interface AxisTimes {
  readonly ticks: (splits: readonly number[]) => string[];
}

export const axisTimes = (timeZone: string, tag: string): AxisTimes => {
  const zoned = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(tag, { timeZone, ...options });
  const hourMinute = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const month = zoned({ month: "short", year: "2-digit" });
  const day = zoned({ day: "2-digit", month: "short" });
  const minute = zoned(hourMinute);
  const second = zoned({ ...hourMinute, second: "2-digit" });
  const split = zoned({ minute: "2-digit", second: "2-digit", fractionalSecondDigits: 1 });
  // A day's first tick says which day begins.
  const clock = (at: number): string => {
    const time = minute.format(at);
    return time.startsWith("00:00") ? day.format(at) : time;
  };
  return {
    ticks: (splits) => {
      const apart = (splits[1] ?? 0) - (splits[0] ?? 0);
      if (apart >= 27 * dayInMs) return splits.map((at) => month.format(at));
      if (apart >= dayInMs / 2) return splits.map((at) => day.format(at));
      if (apart >= 60_000) return splits.map(clock);
      return splits.map((at) => (apart >= 1_000 ? second : split).format(at));
    },
  };
};
