import { laneIdPattern } from "../domain/ids.ts";
import { hasKeyCount, isIndex, isNumber, isPlainObject, isText } from "./plain-check.ts";

const bootIdPattern = /^[0-9a-f]{8}$/;

const isBody = (body: unknown): boolean => {
  if (!isPlainObject(body)) return false;
  if (body["kind"] === "bytes") return body["bytes"] instanceof Uint8Array && hasKeyCount(body, 2);
  return body["kind"] === "heartbeat" && hasKeyCount(body, 1);
};

/** Whether this is a frame of version 1 with bytes or a heartbeat, as it stands. Anything else may be one too. */
export const isUsualFrame = (value: unknown): boolean => {
  if (!isPlainObject(value)) return false;
  const { laneId, bootId, historical } = value;
  return (
    value["v"] === 1 &&
    isText(laneId) &&
    laneIdPattern.test(laneId) &&
    isText(bootId) &&
    bootIdPattern.test(bootId) &&
    isIndex(value["sequence"]) &&
    isIndex(value["byteOffset"]) &&
    isNumber(value["wall"]) &&
    isNumber(value["monotonic"]) &&
    isBody(value["body"]) &&
    hasKeyCount(value, historical === true ? 9 : 8)
  );
};
