import type { Texts } from "../texts/catalog.ts";
import type { LaneCondition } from "./lane-condition.ts";

/** What a lane's condition is called. */
export const conditionText = (t: Texts, condition: LaneCondition): string => {
  switch (condition.kind) {
    case "no-data":
      return t.lanes.noDataFor({ age: t.format.age(condition.ageInMs) });
    case "not-judged":
      return t.lanes.notJudgedFor({ age: t.format.age(condition.ageInMs) });
    case "never-heard":
      return t.lanes.neverHeard;
    case "link-down":
      return t.lanes.linkDown;
    case "not-heard":
      return t.lanes.notHeardFor({ age: t.format.age(condition.ageInMs) });
    case "occupied":
      return t.lanes.occupied;
    case "vacant":
      return t.lanes.vacant;
  }
};

/** While the connection is lost nothing is said about the present. */
export const conditionWasText = (t: Texts, condition: LaneCondition): string => {
  switch (condition.kind) {
    case "occupied":
      return t.lanes.wasOccupied;
    case "vacant":
      return t.lanes.wasVacant;
    case "no-data":
    case "not-judged":
    case "never-heard":
    case "link-down":
    case "not-heard":
      return conditionText(t, condition);
  }
};
