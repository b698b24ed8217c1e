import type { WallMs } from "../../domain/units.ts";
import type { AlarmRow } from "../../wire/console.ts";
import type { SiteTime } from "./format.ts";
import type { Lateness } from "./late-messages.ts";

/** The time of day, with the date where that is another than `now`'s. */
export const timeNear = ({ time, dateTime }: SiteTime, at: WallMs, now: WallMs): string => {
  const dayOf = (when: WallMs): string => dateTime(when).slice(0, "yyyy-mm-dd".length);
  return dayOf(at) === dayOf(now) ? time(at) : dateTime(at);
};

/** How late an alarm came, or null where it did not. */
export const latenessOf = (row: AlarmRow, siteTime: SiteTime, now: WallMs): Lateness | null => {
  if (row.late === null) return null;
  const { cameAt } = row.late;
  return {
    passedAt: timeNear(siteTime, row.raisedAt, now),
    lateInMs: cameAt === null ? null : Math.max(0, cameAt - row.raisedAt),
    isRestOnly: cameAt !== null && row.endedAt !== null && cameAt <= row.endedAt,
    isPresent: row.present,
  };
};
