import type { WallMs } from "../../../domain/units.ts";
import type { AlarmRow } from "../../../wire/console.ts";
import type { SiteTime } from "../site-time.ts";
import type { Texts } from "../texts/catalog.ts";

/** What is known of an alarm from frames that came late. Times as they are shown, ages in milliseconds. */
export interface Lateness {
  readonly passedAt: string;
  /** From when it was raised until it came; null where that is not known any more. */
  readonly lateInMs: number | null;
  /** It came before the vehicle had left: only the rest of the passage was late. */
  readonly isRestOnly: boolean;
  /** The vehicle is in the portal all the same. */
  readonly isPresent: boolean;
}

/** The time of day, with the date where that is another than `now`'s. */
export const timeNear = ({ time, dateTime, day }: SiteTime, at: WallMs, now: WallMs): string =>
  day(at) === day(now) ? time(at) : dateTime(at);

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

/** `short`: beside the badge in the queue; else the sentence of the alarm's own page. */
export const latenessText = (t: Texts, late: Lateness, short: boolean): string => {
  const text = short ? t.alarms.lateHow : t.detail.late;
  const at = late.passedAt;
  if (late.isRestOnly && !late.isPresent) return text.rest({ at });
  if (late.lateInMs === null) return late.isPresent ? text.raisedUnknown({ at }) : text.passedUnknown({ at });
  const age = t.format.age(late.lateInMs);
  return late.isPresent ? text.raised({ at, age }) : text.passed({ at, age });
};
