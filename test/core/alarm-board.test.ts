import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlarmBoard, BoardChange, BoardInput } from "../../src/core/alarm-board.ts";
import {
  caseOf,
  casesInQueueOrder,
  drawnCaseOf,
  maxLanes,
  openAlarmBoard,
} from "../../src/core/alarm-board.ts";
import { figuresOf } from "../../src/core/lane-board.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import { laneId } from "../../src/domain/ids.ts";
import type { HistoryRecord, HistorySource } from "./board-history.ts";
import {
  aCase,
  anAlarm,
  at,
  caseInput,
  eventInput,
  firstBoot,
  historyActs,
  historyOf,
  historySources,
  north,
  occupancyOf,
  south,
} from "./board-history.ts";

const changed = (change: Partial<BoardChange>): BoardChange => ({
  lanes: [],
  alarms: [],
  dropped: [],
  ignored: null,
  ...change,
});
const { alarmId } = anAlarm();

const raised = (version = 1): LaneEvent => ({ kind: "alarm-raised", at: at(1), alarm: anAlarm({ version }) });

interface Row {
  readonly title: string;
  readonly given: readonly BoardInput[];
  readonly input: BoardInput;
  readonly change: BoardChange;
  /** Alarm version, adjudication version, and where the alarm is afterwards. */
  readonly held: readonly [number, number, "open" | "closed"] | null;
}

const rows: readonly Row[] = [
  {
    title: "an alarm is on the board with the event that raises it",
    given: [],
    input: eventInput(raised(), 1),
    change: changed({ alarms: [alarmId] }),
    held: [1, 0, "open"],
  },
  {
    title: "its case says nothing new",
    given: [eventInput(raised(), 1)],
    input: caseInput(aCase()),
    change: changed({ ignored: "repeat" }),
    held: [1, 0, "open"],
  },
  {
    title: "a later version of the alarm keeps the officers' work",
    given: [caseInput(aCase({}, 1))],
    input: eventInput({ kind: "alarm-updated", at: at(2), alarm: anAlarm({ version: 2 }) }, 2),
    change: changed({ alarms: [alarmId] }),
    held: [2, 1, "open"],
  },
  {
    title: "a case with an older alarm brings its newer adjudication",
    given: [eventInput(raised(7), 1)],
    input: caseInput(aCase({ version: 3 }, 1)),
    change: changed({ alarms: [alarmId] }),
    held: [7, 1, "open"],
  },
  {
    title: "an older adjudication undoes nothing",
    given: [caseInput(aCase({ state: "ended", version: 4 }, 2))],
    input: caseInput(aCase({ state: "ended", version: 4 }, 1)),
    change: changed({ ignored: "repeat" }),
    held: [4, 2, "closed"],
  },
  {
    title: "dispositioned but still active is open",
    given: [caseInput(aCase({}, 1))],
    input: caseInput(aCase({}, 2)),
    change: changed({ alarms: [alarmId] }),
    held: [1, 2, "open"],
  },
  {
    title: "dispositioned and ended is closed",
    given: [caseInput(aCase({}, 2))],
    input: eventInput({ kind: "alarm-ended", at: at(5), alarm: anAlarm({ version: 2, state: "ended" }) }, 5),
    change: changed({ alarms: [alarmId] }),
    held: [2, 2, "closed"],
  },
  {
    title: "a fault leaves alarms alone",
    given: [caseInput(aCase())],
    input: eventInput({ kind: "fault-raised", at: at(3), fault: "silent", detail: "" }, 3),
    change: changed({ lanes: [north] }),
    held: [1, 0, "open"],
  },
  {
    title: "a repeated event changes nothing",
    given: [eventInput({ kind: "fault-raised", at: at(3), fault: "silent", detail: "" }, 3)],
    input: eventInput({ kind: "fault-raised", at: at(3), fault: "silent", detail: "" }, 3),
    change: changed({ ignored: "repeat" }),
    held: null,
  },
  {
    title: "an event id of another form is passed over and said to be",
    given: [],
    input: {
      kind: "event",
      record: { event: { kind: "fault-cleared", at: at(1), fault: "silent" }, eventId: "x", laneId: north },
    },
    change: changed({ ignored: "no-place" }),
    held: null,
  },
  {
    title: "what stands on a lane that is not shown is of no use",
    given: [],
    input: {
      kind: "standing",
      standing: {
        laneId: laneId("retired"),
        at: at(0),
        link: "up",
        faults: ["tamper"],
        gammaBackgroundCps: null,
        neutronBackgroundCps: null,
        unknownTags: [],
      },
    },
    change: changed({ ignored: "unknown-lane" }),
    held: null,
  },
];

const placeOf = (board: AlarmBoard): Row["held"] => {
  const held = caseOf(board, alarmId);
  return held === undefined
    ? null
    : [held.alarm.version, held.adjudication.version, board.open.has(alarmId) ? "open" : "closed"];
};

describe("alarm board", () => {
  it.each(rows)("$title", ({ given, input, change, held }) => {
    const { board, step } = openAlarmBoard([north]);
    for (const earlier of given) step(earlier);
    expect(step(input)).toEqual(change);
    expect(placeOf(board)).toEqual(held);
  });

  it("keeps every open alarm and the newest closed ones, and raises no ghost of a dropped one", () => {
    const { board, step } = openAlarmBoard([north], { closedMax: 2 });
    for (let occupancy = 0; occupancy < 5; occupancy += 1)
      step(caseInput(aCase({ occupancy, kind: "neutron" })));
    const drops = [0, 1, 2, 3].map(
      (occupancy) => step(caseInput(aCase({ occupancy, state: "ended" }, 2))).dropped,
    );
    expect(board.open.size).toBe(5);
    expect([...board.closed.values()].map(({ alarm }) => alarm.raisedAt)).toEqual([at(2), at(3)]);
    expect(drops).toEqual([[], [], [anAlarm({ occupancy: 0 }).alarmId], [anAlarm({ occupancy: 1 }).alarmId]]);

    const old = anAlarm({ occupancy: 0 });
    expect(step(eventInput({ kind: "alarm-raised", at: at(0), alarm: old }, 1)).ignored).toBe("repeat");
    expect(step(caseInput(aCase({ occupancy: 0 }))).ignored).toBe("repeat");
    expect(caseOf(board, old.alarmId)).toBeUndefined();
  });

  it("an older closed alarm that arrives late is dropped at once and not announced", () => {
    const { step } = openAlarmBoard([north], { closedMax: 1 });
    step(caseInput(aCase({ occupancy: 9, state: "ended" }, 2)));
    const late = aCase({ occupancy: 1, state: "ended" }, 2);
    expect(step(caseInput(late))).toEqual(changed({ dropped: [late.alarm.alarmId] }));
  });

  it("shows alarms of lanes beyond its bound, and says that it does not show the lanes", () => {
    const { board, step } = openAlarmBoard(Array.from({ length: maxLanes }, (_, n) => laneId(`n${n}`)));
    expect(step(eventInput({ kind: "fault-cleared", at: at(1), fault: "silent" }, 1, south)).ignored).toBe(
      "too-many-lanes",
    );
    expect(
      step(eventInput({ kind: "alarm-raised", at: at(1), alarm: anAlarm({ lane: south }) }, 2, south)).alarms,
    ).toHaveLength(1);
    expect(board.lanes.size).toBe(maxLanes);
  });

  it("adds what stood before the events that were read, and overrules nothing they told", () => {
    const { board, step } = openAlarmBoard([north]);
    step(eventInput({ kind: "fault-raised", at: at(9), fault: "silent", detail: "for long" }, 1));
    step(eventInput({ kind: "link-changed", at: at(9), link: "down", detail: "gone" }, 2));
    step(eventInput({ kind: "fault-cleared", at: at(9), fault: "link-down" }, 3));
    const standing: BoardInput = {
      kind: "standing",
      standing: {
        laneId: north,
        at: at(5),
        link: "up",
        faults: ["tamper", "silent", "link-down"],
        gammaBackgroundCps: [1, 2, 3, 4],
        neutronBackgroundCps: null,
        unknownTags: ["XX"],
      },
    };
    expect(step(standing).lanes).toEqual([north]);
    expect(step(standing).ignored).toBe("repeat");
    const lane = board.lanes.get(north);
    expect(lane === undefined ? undefined : figuresOf(lane)).toMatchObject({
      link: "down",
      linkDetail: "gone",
      gammaBackgroundCps: [1, 2, 3, 4],
      unknownTags: ["XX"],
      faults: [
        { fault: "silent", since: at(9), detail: "for long" },
        { fault: "tamper", since: at(5) },
      ],
    });
  });

  it("of frames that came late takes alarms and counts, and leaves the lane as it is now", () => {
    const { board, step } = openAlarmBoard([north]);
    const lost = { bootId: firstBoot, firstSequence: 5, lastSequence: 9 };
    step(eventInput({ kind: "frames-lost", at: at(1), ...lost, bytes: 9 }, 10));
    const before = board.lanes.get(north);
    const late = (event: LaneEvent, place: number): BoardChange => {
      const input = eventInput(event, place);
      if (input.kind !== "event") throw new Error("no event");
      return step({ kind: "event", record: { ...input.record, historical: true } });
    };
    expect(late({ kind: "fault-raised", at: at(0), fault: "silent", detail: "" }, 5).ignored).toBe(
      "historical",
    );
    expect(late({ kind: "frames-lost", at: at(0), ...lost, bytes: 9 }, 6).ignored).toBe("historical");
    expect(board.lanes.get(north)).toBe(before);
    const withheld = anAlarm({ occupancy: 7, state: "ended" });
    expect(late({ kind: "alarm-withheld", at: at(0), alarm: withheld }, 7).lanes).toEqual([north]);
    expect(late({ kind: "alarm-withheld", at: at(0), alarm: withheld }, 7).ignored).toBe("historical");
    const recovered = { kind: "frames-recovered", at: at(0), ...lost, frames: 5 } as const;
    expect(late(recovered, 9).lanes).toEqual([north]);
    expect(late(recovered, 9).ignored).toBe("historical");
    const lane = board.lanes.get(north);
    expect(lane === undefined ? undefined : figuresOf(lane)).toMatchObject({
      framesLost: 0,
      framesRecovered: 5,
      withheld: 1,
      faults: [],
    });
    expect(casesInQueueOrder(board)).toEqual([]);
  });

  it("remembers when a late alarm came first, whatever is told of it and in what order", () => {
    const alarm = { ...anAlarm({ state: "ended", version: 2 }), historical: true } as const;
    const told: readonly BoardInput[] = [
      { kind: "case", case: { alarm, adjudication: aCase({}, 0).adjudication }, toldAt: at(100) },
      // When officers acted says nothing of when the alarm came.
      { kind: "case", case: { alarm, adjudication: aCase({}, 1).adjudication }, toldAt: at(50) },
      {
        kind: "event",
        record: {
          event: { kind: "alarm-ended", at: at(4), alarm },
          eventId: `${north}~${firstBoot}~3~1`,
          laneId: north,
          historical: true,
          decidedAt: at(99),
        },
      },
    ];
    for (const order of [told, [...told].reverse()]) {
      const { board, step } = openAlarmBoard([north], { closedMax: 0 });
      for (const input of order) step(input);
      expect(board.cameAt.get(alarmId)).toBe(at(99));
      step({ kind: "case", case: { alarm, adjudication: aCase({}, 2).adjudication }, toldAt: at(200) });
      expect(board.cameAt.size, "goes with the alarm").toBe(0);
    }
  });

  it("draws an active alarm on to the latest interval", () => {
    const { board, step } = openAlarmBoard([north]);
    step(caseInput(aCase({ gamma: [[1, 1, 1, 1]] })));
    for (let interval = 0; interval < 4; interval += 1) {
      step(
        eventInput(
          {
            kind: "interval-measured",
            at: at(interval),
            occupancyId: occupancyOf(north, 0),
            interval,
            counts: [interval + 1, 1, 1, 1],
            portalFlag: interval === 3,
            verdict: { kind: "undecided", reason: "window-not-full" },
            rules: [],
          },
          interval,
        ),
      );
    }
    const drawn = drawnCaseOf(board, alarmId)?.alarm.profile;
    expect(drawn?.gamma.map(([first]) => first)).toEqual([1, 2, 3, 4]);
    expect(drawn?.portalIntervals).toEqual([3]);
    expect(caseOf(board, alarmId)?.alarm.profile.gamma).toHaveLength(1);
  });
});

const historyStep = fc.record({
  lane: fc.integer({ min: 0, max: 1 }),
  act: fc.constantFrom(...historyActs),
  count: fc.integer({ min: 0, max: 60 }),
});

/** How the sources are read against one another: which is next, and how far it is read again before that. */
const reading = fc.array(
  fc.record({
    source: fc.constantFrom(...historySources),
    back: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }) },
    ),
    once: fc.boolean(),
  }),
  { minLength: 60, maxLength: 400 },
);

const pictureOf = (board: AlarmBoard): unknown => ({
  lanes: [...board.lanes.values()].sort((a, b) => (a.laneId < b.laneId ? -1 : 1)),
  cases: casesInQueueOrder(board),
  drawn: casesInQueueOrder(board).map(({ alarm }) => drawnCaseOf(board, alarm.alarmId)),
});

const deliver = (
  history: readonly HistoryRecord[],
  choices: readonly { readonly source: HistorySource; readonly back: number; readonly once: boolean }[],
  step: (input: BoardInput) => BoardChange,
): void => {
  const streams = new Map(
    historySources.map((source) => [source, history.filter((record) => record.source === source)]),
  );
  const next = new Map<HistorySource, number>();
  for (const { source, back, once } of choices) {
    const reached = next.get(source) ?? 0;
    const index = Math.max(0, reached - back);
    const record = streams.get(source)?.[index];
    if (record === undefined) continue;
    step(record.input);
    // Read once more and go on, or read again from there.
    next.set(source, back > 0 && once ? reached : index + 1);
  }
  for (const [source, records] of streams) {
    for (const record of records.slice(next.get(source) ?? 0)) step(record.input);
  }
};

describe("any interleaving and repetition of the same records", () => {
  it("gives the same board", () => {
    let drops = 0;
    fc.assert(
      fc.property(fc.array(historyStep, { minLength: 80, maxLength: 250 }), reading, (steps, choices) => {
        const history = historyOf(steps);
        const inOrder = openAlarmBoard([north], { closedMax: 2 });
        for (const { input } of history) drops += inOrder.step(input).dropped.length;
        const shuffled = openAlarmBoard([north], { closedMax: 2 });
        deliver(history, choices, shuffled.step);
        expect(pictureOf(shuffled.board)).toEqual(pictureOf(inOrder.board));
      }),
      { numRuns: 400, seed: 20_240_101 },
    );
    expect(drops).toBeGreaterThan(200);
  });

  it("says of every change which lanes and alarms it concerns", () => {
    fc.assert(
      fc.property(fc.array(historyStep, { maxLength: 120 }), (steps) => {
        const { board, step } = openAlarmBoard([], { closedMax: 2 });
        const lanes = new Map<string, unknown>();
        const cases = new Map<string, AlarmCase>();
        for (const { input } of historyOf(steps)) {
          const change = step(input);
          for (const id of change.lanes) lanes.set(id, board.lanes.get(id));
          for (const id of change.alarms) {
            const held = caseOf(board, id);
            if (held !== undefined) cases.set(id, held);
          }
          for (const id of change.dropped) cases.delete(id);
        }
        expect(lanes).toEqual(new Map(board.lanes));
        expect(cases).toEqual(new Map([...board.open, ...board.closed]));
      }),
      { numRuns: 200, seed: 20_240_102 },
    );
  });
});
