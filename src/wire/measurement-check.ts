import { laneIdPattern } from "../domain/ids.ts";
import { detectorGroupNames, groupMemberNames } from "../domain/panels.ts";
import { ruleNames } from "../domain/rules.ts";
import {
  hasKeyCount,
  isBoolean,
  isIdText,
  isNumber,
  isOneOf,
  isPlainObject,
  isText,
  type PlainObject,
} from "./plain-check.ts";

const groups: ReadonlySet<string> = new Set(detectorGroupNames);
const members: ReadonlySet<string> = new Set(groupMemberNames);
const rules: ReadonlySet<string> = new Set(ruleNames);

const isPerPanel = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 4 &&
  isNumber(value[0]) &&
  isNumber(value[1]) &&
  isNumber(value[2]) &&
  isNumber(value[3]);

const isEvidence = (value: unknown): boolean =>
  isPlainObject(value) &&
  value["algorithm"] === "gross-count" &&
  isOneOf(groups, value["group"]) &&
  isOneOf(members, value["member"]) &&
  isNumber(value["counts"]) &&
  isNumber(value["background"]) &&
  isNumber(value["threshold"]) &&
  isNumber(value["z"]) &&
  hasKeyCount(value, 7);

const isVerdict = (value: unknown): boolean => {
  if (!isPlainObject(value)) return false;
  if (value["kind"] === "decided")
    return isBoolean(value["alarm"]) && isEvidence(value["evidence"]) && hasKeyCount(value, 3);
  const { reason } = value;
  return (
    value["kind"] === "undecided" &&
    (reason === "window-not-full" || reason === "no-background") &&
    hasKeyCount(value, 2)
  );
};

const isRuleVerdict = (value: unknown): boolean => {
  if (!isPlainObject(value) || !isOneOf(rules, value["rule"])) return false;
  if (isText(value["undecided"])) return hasKeyCount(value, 2);
  return (
    isBoolean(value["alarm"]) &&
    isNumber(value["statistic"]) &&
    isNumber(value["threshold"]) &&
    hasKeyCount(value, 4)
  );
};

/** In an occupancy: what all kinds but the background have. */
const isCounted = (event: PlainObject): boolean =>
  isIdText(event["occupancyId"]) &&
  isPerPanel(event["counts"]) &&
  Array.isArray(event["rules"]) &&
  event["rules"].every(isRuleVerdict);

const isMeasurement = (event: PlainObject): boolean => {
  switch (event["kind"]) {
    case "interval-measured":
      return (
        isNumber(event["interval"]) &&
        isBoolean(event["portalFlag"]) &&
        isVerdict(event["verdict"]) &&
        isCounted(event) &&
        hasKeyCount(event, 8)
      );
    case "neutron-measured":
      return (
        isNumber(event["second"]) &&
        isBoolean(event["portalFlag"]) &&
        isCounted(event) &&
        hasKeyCount(event, 7)
      );
    case "energy-measured":
      return isNumber(event["energyInterval"]) && isCounted(event) && hasKeyCount(event, 6);
    case "background-measured": {
      const { particle, level } = event;
      return (
        (particle === "gamma" || particle === "neutron") &&
        (level === "normal" || level === "high" || level === "low") &&
        isPerPanel(event["cps"]) &&
        hasKeyCount(event, 5)
      );
    }
    default:
      return false;
  }
};

/**
 * Whether this is the record of a measurement in its usual form: then it is an `EventRecord` as it stands. Anything else
 * may be one too.
 */
export const isMeasurementRecord = (value: unknown): boolean => {
  if (!isPlainObject(value)) return false;
  const { laneId, event, historical } = value;
  return (
    isText(value["eventId"]) &&
    isText(laneId) &&
    laneIdPattern.test(laneId) &&
    isNumber(value["capturedAt"]) &&
    isNumber(value["decidedAt"]) &&
    isPlainObject(event) &&
    isNumber(event["at"]) &&
    isMeasurement(event) &&
    hasKeyCount(value, historical === true ? 6 : 5)
  );
};
