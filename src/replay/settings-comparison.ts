import { isDeepStrictEqual } from "node:util";
import type { Alarm } from "../domain/alarms.ts";
import type { Judged, JudgedAlarm, ReplayComparison, Standing } from "../wire/replay.ts";

const isOurs = ({ decisions }: JudgedAlarm): boolean => decisions.some(({ origin }) => origin === "core");
const told = (judged: Judged | null): readonly JudgedAlarm[] =>
  (judged?.alarms ?? []).filter(({ withheld }) => !withheld);

const standingOf = (judged: Judged | null): Standing => {
  if (judged === null || judged.alarms.length === 0) return "none";
  const shown = told(judged);
  if (shown.length === 0) return "withheld";
  return shown.some(isOurs) ? "core" : "portal";
};

/** What the proposed settings change for the officers; null for a side that has no such occupancy. */
export const comparisonOf = (present: Judged | null, proposed: Judged | null): ReplayComparison => {
  const [before, after] = [told(present), told(proposed)].map((alarms) =>
    alarms.map(({ alarmId }) => alarmId),
  );
  const isIn =
    (ids: typeof before = []) =>
    (id: JudgedAlarm["alarmId"]): boolean =>
      ids.includes(id);
  const from = present?.firstDecision ?? null;
  const to = proposed?.firstDecision ?? null;
  return {
    present: standingOf(present),
    proposed: standingOf(proposed),
    intervalsLater: from === null || to === null ? null : to.interval - from.interval,
    stay: (before ?? []).filter(isIn(after)),
    go: (before ?? []).filter((id) => !isIn(after)(id)),
    come: (after ?? []).filter((id) => !isIn(before)(id)),
  };
};

/**
 * Whether the present settings decide as was decided then, by the alarm's kind, raising and decisions. They do not where
 * the settings have changed since, or the frames before the occupancy say less than the core knew then.
 */
export const agreement = (recorded: Alarm, present: Judged | null): "same" | "different" | null => {
  if (recorded.state !== "ended") return null;
  const again = present?.alarms.find(({ alarmId }) => alarmId === recorded.alarmId);
  const isSame =
    again !== undefined &&
    !again.withheld &&
    again.kind === recorded.kind &&
    again.raisedInterval === recorded.raisedInterval &&
    again.loadClass === recorded.advice.class &&
    isDeepStrictEqual(again.decisions, recorded.decisions);
  return isSame ? "same" : "different";
};
