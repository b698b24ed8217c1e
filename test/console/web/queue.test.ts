import { describe, expect, test } from "vitest";
import { filterQueue, isFiltering, noFilter, queueOf, sectionsFor } from "../../../src/console/web/queue.ts";
import { laneId } from "../../../src/domain/ids.ts";
import type { Officer } from "../../../src/domain/officers.ts";
import { wallMs } from "../../../src/domain/units.ts";
import type { AlarmRow } from "../../../src/wire/console.ts";
import { sampleRow, serverStart } from "./samples.ts";

const officer: Officer = { name: "olga", role: "officer" };
const later = (ms: number) => wallMs(serverStart + ms);
const claimed = { by: officer, since: later(0), until: later(60_000) };

const rows: readonly AlarmRow[] = [
  sampleRow("gamma-new", { raisedAt: later(2000) }),
  sampleRow("gamma-old", { raisedAt: later(1000), laneId: laneId("south") }),
  sampleRow("neutron", { kind: "neutron", raisedAt: later(9000) }),
  sampleRow("mine", { state: "acknowledged", claim: claimed }),
  sampleRow("waits", { state: "awaiting-approval", proposal: "dispose" }),
  sampleRow("done", { state: "dispositioned", disposition: "norm-found", actedAt: later(1) }),
  sampleRow("done-later", { state: "dispositioned", disposition: "norm-found", actedAt: later(5) }),
];
const queue = queueOf(new Map(rows.map((row) => [row.alarmId, row])));
const ids = (section: readonly AlarmRow[]) => section.map(({ alarmId }) => alarmId);

test("severity first, then the oldest; what is done with the latest act first", () => {
  expect(ids(queue.unacknowledged)).toEqual(["neutron", "gamma-old", "gamma-new"]);
  expect(ids(queue.acknowledged)).toEqual(["mine"]);
  expect(ids(queue.awaiting)).toEqual(["waits"]);
  expect(ids(queue.dispositioned)).toEqual(["done-later", "done"]);
});

test("what awaits approval is first for supervisors, and after their own work for officers", () => {
  expect(sectionsFor({ name: "sofia", role: "supervisor" })[0]).toBe("awaiting");
  expect(sectionsFor(officer)[0]).toBe("unacknowledged");
  expect(new Set(sectionsFor(null)).size).toBe(4);
});

describe("a filter", () => {
  test("that filters nothing hides nothing", () => {
    expect(isFiltering(noFilter)).toBe(false);
    expect(filterQueue(queue, noFilter, officer)).toEqual({ queue, hiddenOpen: 0 });
  });

  test.each([
    [{ laneId: laneId("south") }, ["gamma-old"], 4],
    [{ kind: "neutron" as const }, ["neutron"], 4],
    [{ state: "awaiting-approval" as const }, ["waits"], 4],
    [{ mine: true }, ["mine"], 4],
    [{ kind: "gamma" as const, laneId: laneId("north") }, ["gamma-new", "mine", "waits"], 2],
  ])("%j says how many open alarms it hides", (vary, left, hidden) => {
    const filtered = filterQueue(queue, { ...noFilter, ...vary }, officer);
    const { unacknowledged, acknowledged, awaiting } = filtered.queue;
    expect(ids([...unacknowledged, ...acknowledged, ...awaiting])).toEqual(left);
    expect(filtered.hiddenOpen).toBe(hidden);
  });

  test("of mine shows nothing to nobody", () => {
    expect(filterQueue(queue, { ...noFilter, mine: true }, null).hiddenOpen).toBe(5);
  });
});
