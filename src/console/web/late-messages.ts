import { formatAge } from "./format.ts";

/** How alarms that came late read: a part of `messages.ts`, where all other texts are. */

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

const before = ({ lateInMs }: Lateness): string =>
  lateInMs === null ? "before its alarm came" : `${formatAge(lateInMs)} before its alarm came`;

const how = (late: Lateness): string => {
  if (late.isPresent) return `raised at ${late.passedAt}, ${before(late)}`;
  return late.isRestOnly
    ? `the vehicle passed at ${late.passedAt}; only the rest of its passage came late`
    : `the vehicle passed at ${late.passedAt}, ${before(late)}`;
};

export const lateMessages = {
  badge: "Arrived late",
  /** Beside the badge. */
  short: (late: Lateness): string =>
    late.isRestOnly || late.isPresent ? how(late) : `passed at ${late.passedAt}, ${before(late)}`,
  sentence: (late: Lateness): string =>
    `Arrived late: ${how(late)}. ` +
    (late.isPresent ? "The vehicle is still in the portal." : "The vehicle is not in the portal."),
} as const;
