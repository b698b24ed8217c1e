import { expect, test } from "vitest";
import { hashOf, hashOfPage, pageNames, pageOf, parseRoute } from "../../../src/console/web/router.ts";
import { alarmId } from "../../../src/domain/ids.ts";

test.each([
  ["", { kind: "alarms", alarmId: null }],
  ["#/", { kind: "alarms", alarmId: null }],
  ["#/alarms", { kind: "alarms", alarmId: null }],
  ["#/alarms/north~1~gamma", { kind: "alarms", alarmId: "north~1~gamma" }],
  ["#/history?lane=north&q=a%20b", { kind: "page", page: "history", rest: [], query: "lane=north&q=a%20b" }],
  ["#/replay/a%2Fb", { kind: "page", page: "replay", rest: ["a/b"], query: "" }],
  ["#/nowhere", { kind: "unknown" }],
  ["#/alarms/%E0%A4%A", { kind: "unknown" }],
  [`#/alarms/${"x".repeat(201)}`, { kind: "unknown" }],
])("%s", (hash, route) => {
  expect(parseRoute(hash)).toEqual(route);
});

test("what is written is read back", () => {
  for (const page of pageNames) expect(pageOf(parseRoute(hashOfPage(page)))).toBe(page);
  const odd = alarmId("north~0000/1 ?#%~gamma");
  expect(parseRoute(hashOf(odd))).toEqual({ kind: "alarms", alarmId: odd });
});
