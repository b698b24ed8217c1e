import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareLedger, emittedByte, type ComparedAlarm } from "../../simulators/ledger-comparison.ts";
import {
  ALARM_KINDS,
  familyOf,
  LedgerError,
  readLedger,
  type ExpectedAlarm,
  type LedgerEntry,
  type OccupancyEntry,
} from "../../simulators/ledger.ts";

const portalFlag = (expected: ExpectedAlarm["expected"]): ExpectedAlarm => ({
  family: expected === "energy" ? "energy" : "radiation",
  expected,
  orElse: [],
  because: "portal-flag",
});

const occupancy = (different: Partial<OccupancyEntry> = {}): OccupancyEntry => ({
  kind: "occupancy",
  vehicleId: "a#1",
  laneId: "a",
  occupancyNumber: 1,
  load: "137Cs",
  strength: 1,
  firstIntervalAt: 10_000,
  lastIntervalAt: 18_000,
  from: 10_000,
  to: 18_200,
  fromByte: 1000,
  toByte: 5000,
  intervals: 40,
  heard: "whole",
  heardBytes: 4000,
  connections: [1, 1],
  spoiled: false,
  expected: [portalFlag("gamma")],
  ...different,
});

const alarm = (different: Partial<ComparedAlarm> = {}): ComparedAlarm => ({
  alarmId: "a~1~gamma",
  laneId: "a",
  raisedAt: 12_000,
  endedAt: 18_000,
  kind: "gamma",
  ...different,
});

const summary = (
  entries: readonly LedgerEntry[],
  alarms: readonly ComparedAlarm[],
): readonly (number | string)[] => {
  const { expected, found, lost, mistaken, doubled, unexpected, either } = compareLedger(entries, alarms);
  return [expected, found, lost.length, mistaken.length, doubled.length, unexpected.length, either];
};

const closedAt = (at: number): LedgerEntry => ({
  kind: "connection",
  laneId: "a",
  connection: 1,
  change: "closed",
  at,
  byte: 9000,
});
const began: LedgerEntry = {
  kind: "occupancy-began",
  vehicleId: "a#1",
  laneId: "a",
  at: 10_000,
  fromByte: 1000,
};

describe("a comparison of ledger and alarms", () => {
  // [expected, found, lost, mistaken, doubled, unexpected, either]
  it.each<[string, readonly LedgerEntry[], readonly ComparedAlarm[], readonly number[]]>([
    ["finds what had to come", [occupancy()], [alarm()], [1, 1, 0, 0, 0, 0, 0]],
    ["misses what did not", [occupancy()], [], [1, 0, 1, 0, 0, 0, 0]],
    ["tells another kind", [occupancy()], [alarm({ kind: "neutron" })], [1, 0, 0, 1, 0, 0, 0]],
    [
      "takes what is as good",
      [occupancy({ expected: [{ ...portalFlag("gamma"), orElse: ["gamma-neutron"] }] })],
      [alarm({ kind: "gamma-neutron" })],
      [1, 1, 0, 0, 0, 0, 0],
    ],
    ["tells two of one", [occupancy()], [alarm(), alarm({ alarmId: "b" })], [1, 1, 0, 0, 1, 0, 0]],
    ["tells one that came twice", [occupancy()], [alarm(), alarm()], [1, 1, 0, 0, 1, 0, 0]],
    ["tells alarms on nothing", [occupancy({ expected: [] })], [alarm()], [0, 0, 0, 0, 0, 1, 0]],
    [
      "tells alarms of another family",
      [occupancy()],
      [alarm(), alarm({ kind: "energy" })],
      [1, 1, 0, 0, 0, 1, 0],
    ],
    ["tells alarms of another lane", [occupancy()], [alarm(), alarm({ laneId: "b" })], [1, 1, 0, 0, 0, 1, 0]],
    [
      "tells alarms before and after",
      [occupancy()],
      [alarm(), alarm({ raisedAt: 30_000 }), alarm({ raisedAt: 0 })],
      [1, 1, 0, 0, 0, 2, 0],
    ],
    ["takes either", [occupancy({ expected: [portalFlag("either")] })], [alarm()], [0, 0, 0, 0, 0, 0, 1]],
    ["takes neither", [occupancy({ expected: [portalFlag("either")] })], [], [0, 0, 0, 0, 0, 0, 0]],
    [
      "never takes both",
      [occupancy({ expected: [portalFlag("either")] })],
      [alarm(), alarm({ alarmId: "b" })],
      [0, 0, 0, 0, 1, 0, 2],
    ],
    [
      "is not sure where the connection closed soon after",
      [occupancy(), closedAt(19_000)],
      [],
      [0, 0, 0, 0, 0, 0, 0],
    ],
    ["is sure where it closed later", [occupancy(), closedAt(30_000)], [], [1, 0, 1, 0, 0, 0, 0]],
    ["is not sure of what did not end", [began], [alarm()], [0, 0, 0, 0, 0, 0, 1]],
    ["counts an occupancy once", [began, occupancy()], [alarm()], [1, 1, 0, 0, 0, 0, 0]],
    [
      "goes by bytes where an alarm says them",
      [occupancy()],
      [alarm({ raisedAt: 9e9, emittedByte: 4999 }), alarm({ emittedByte: 5000 })],
      [1, 1, 0, 0, 0, 1, 0],
    ],
  ])("%s", (_, entries, alarms, expected) => expect(summary(entries, alarms)).toEqual(expected));

  it("says that a doubled one was interrupted", () => {
    const entries = [closedAt(15_000), occupancy()];
    const [doubled] = compareLedger(entries, [alarm(), alarm({ alarmId: "b" })]).doubled;
    expect(doubled).toMatchObject({
      interrupted: true,
      family: "radiation",
      occupancy: { vehicleId: "a#1" },
    });
  });
});

interface Traffic {
  readonly entries: readonly OccupancyEntry[];
  /** The alarms that must come of it. */
  readonly alarms: readonly ComparedAlarm[];
}

/** Lanes of occupancies six seconds and more apart, with any expectations, and the alarms of a faultless pipeline. */
const traffic: fc.Arbitrary<Traffic> = fc
  .array(
    fc.record({
      lane: fc.constantFrom("a", "b", "c"),
      gapMs: fc.integer({ min: 6000, max: 60_000 }),
      lastsMs: fc.integer({ min: 2000, max: 40_000 }),
      kinds: fc.uniqueArray(fc.constantFrom(...ALARM_KINDS, "either" as const), {
        selector: (kind) => (kind === "either" ? "either" : familyOf(kind)),
      }),
      place: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 40 },
  )
  .map((passes) => {
    const now = new Map<string, number>();
    const entries: OccupancyEntry[] = [];
    const alarms: ComparedAlarm[] = [];
    for (const [index, { lane, gapMs, lastsMs, kinds, place }] of passes.entries()) {
      const from = (now.get(lane) ?? 0) + gapMs;
      const to = from + lastsMs;
      now.set(lane, to);
      const one = kinds.includes("either") ? (["either"] as const) : kinds;
      entries.push(
        occupancy({ laneId: lane, vehicleId: `${lane}#${index}`, from, to, expected: one.map(portalFlag) }),
      );
      for (const kind of one) {
        if (kind === "either") continue;
        alarms.push(
          alarm({ alarmId: `${index}~${kind}`, laneId: lane, raisedAt: from + place * lastsMs, kind }),
        );
      }
    }
    return { entries, alarms };
  });

describe("a comparison of any traffic", () => {
  it("is content with exactly the expected alarms, in any order", () => {
    fc.assert(
      fc.property(traffic, fc.infiniteStream(fc.nat()), ({ entries, alarms }, stream) => {
        const keys = [...stream.take(alarms.length)];
        const shuffled = alarms
          .map((each, index) => ({ each, key: keys[index] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        const { length } = alarms;
        expect(summary(entries, shuffled)).toEqual([length, length, 0, 0, 0, 0, 0]);
      }),
    );
  });

  it("counts exactly what was lost, doubled and strange", () => {
    fc.assert(
      fc.property(
        traffic,
        fc.infiniteStream(fc.constantFrom(0, 1, 1, 2)),
        fc.nat(5),
        ({ entries, alarms }, stream, strange) => {
          const times = [...stream.take(alarms.length)];
          const came = alarms.map((each, index) => ({ each, times: times[index] ?? 1 }));
          const strangers = Array.from({ length: strange }, (_, index) =>
            alarm({ alarmId: `strange ${index}`, laneId: "nowhere" }),
          );
          const delivered = came.flatMap(({ each, times: count }) =>
            Array.from({ length: count }, () => each),
          );
          const compared = compareLedger(entries, [...delivered, ...strangers]);
          const of = (count: number): readonly string[] =>
            came.filter(({ times: each }) => each === count).map(({ each }) => each.alarmId);
          expect(compared.expected).toBe(alarms.length);
          expect(compared.lost).toHaveLength(of(0).length);
          expect(compared.found).toBe(alarms.length - of(0).length);
          expect(compared.doubled.map(({ alarms: both }) => both[0]?.alarmId).sort()).toEqual(
            [...of(2)].sort(),
          );
          expect(compared.unexpected).toEqual(strangers);
        },
      ),
    );
  });
});

describe("places in what was captured", () => {
  const connection = (number: number, change: "opened" | "closed", byte: number): LedgerEntry => ({
    kind: "connection",
    laneId: "a",
    connection: number,
    change,
    at: 0,
    byte,
  });
  const entries = [
    connection(1, "opened", 100),
    connection(1, "closed", 300),
    connection(2, "opened", 1000),
    connection(2, "closed", 1500),
    connection(3, "opened", 2000),
  ];
  it.each([
    [1, 0, 100],
    [1, 199, 299],
    [1, 200, 1000],
    [1, 699, 1499],
    [1, 700, 2000],
    [2, 0, 1000],
    [3, 50, 2050],
    [4, 0, undefined],
  ])("from connection %i, byte %i is %s of the stream", (firstConnection, capturedByte, expected) => {
    expect(emittedByte(entries, { laneId: "a", firstConnection, capturedByte })).toBe(expected);
  });
});

describe("reading a ledger", () => {
  const text = [began, occupancy(), closedAt(5)].map((entry) => `${JSON.stringify(entry)}\n`).join("");
  const read = async (pieces: readonly string[]): Promise<readonly LedgerEntry[]> => {
    const entries: LedgerEntry[] = [];
    for await (const entry of readLedger(pieces)) entries.push(entry);
    return entries;
  };

  it("gives the same however it is cut, and leaves a torn end out", async () => {
    const pieces = (size: number, whole: string): readonly string[] =>
      Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
        whole.slice(at * size, (at + 1) * size),
      );
    for (const size of [1, 7, 10_000]) {
      expect(await read(pieces(size, text))).toEqual([began, occupancy(), closedAt(5)]);
      expect(await read(pieces(size, text.slice(0, -2)))).toEqual([began, occupancy()]);
    }
  });

  it.each(["{}\n", "nonsense\n", `${JSON.stringify({ ...occupancy(), colour: "red" })}\n`])(
    "refuses %j, and says where",
    async (bad) => {
      await expect(read([text, bad])).rejects.toMatchObject({ code: "LEDGER_UNREADABLE", line: 4 });
      await expect(read([bad])).rejects.toBeInstanceOf(LedgerError);
    },
  );
});
