import { describe, expect, it } from "vitest";
import { untouched } from "../../src/core/adjudication.ts";
import { type CaseBook, maxClosedCases, openCaseBook, type Word } from "../../src/stream/case-book.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import { laneId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import type { Alarm } from "../../src/domain/alarms.ts";
import { acknowledge, claim, command, dispose, officer, ozols, petrova } from "../commands.ts";
import { aCase, anAlarm, noon } from "../core/board-history.ts";

const alarm = anAlarm();
const ended = anAlarm({ version: 2, state: "ended" });

const word = (offset: number, at = 0): Word => ({ offset, at: wallMs(at) });

/** Its last word stands at the offset that is the occupancy's number. */
const closeIn = (book: CaseBook, occupancy: number): AlarmCase => {
  const over = anAlarm({ occupancy, state: "ended" });
  book.takeAlarm(over);
  book.takeCommand(claim(over, { id: `claim-${occupancy}-of-one` }));
  const { changed } = book.takeCommand(dispose(over, { id: `dispose-${occupancy}-of-one` }));
  if (changed === undefined) throw new Error("not disposed of");
  book.said(changed, word(occupancy));
  return changed;
};

describe("an alarm", () => {
  it("is news in each newer version, and only then", () => {
    const book = openCaseBook([]);
    expect(book.takeAlarm(alarm)).toEqual({ alarm, adjudication: untouched });
    expect(book.takeAlarm(alarm)).toBeUndefined();
    expect(book.takeAlarm(ended)).toEqual({ alarm: ended, adjudication: untouched });
    expect(book.takeAlarm(alarm)).toBeUndefined();
  });

  it("that grows keeps the officers' work", () => {
    const book = openCaseBook([]);
    book.takeAlarm(alarm);
    const { changed } = book.takeCommand(acknowledge(alarm, { id: "command-1" }));
    expect(book.takeAlarm(ended)?.adjudication).toEqual(changed?.adjudication);
  });

  it("is known again from what was stored", () => {
    const book = openCaseBook([{ told: { alarm: ended, adjudication: untouched }, word: word(1) }]);
    expect(book.takeAlarm(alarm)).toBeUndefined();
    expect(book.takeAlarm(ended)).toBeUndefined();
    expect(book.takeCommand(acknowledge(alarm, { id: "command-1" })).changed?.alarm).toEqual(ended);
  });
});

describe("a case of which an older word stands last in the log", () => {
  const acknowledged = ((): AlarmCase => {
    const book = openCaseBook([]);
    book.takeAlarm(alarm);
    const { changed } = book.takeCommand(acknowledge(alarm, { id: "command-1" }));
    if (changed === undefined) throw new Error("not acknowledged");
    return changed;
  })();
  const older: AlarmCase = { alarm, adjudication: untouched };

  it("is restored as the newest of its words, and has to be said again", () => {
    const book = openCaseBook([
      { told: acknowledged, word: word(1, 5) },
      { told: older, word: word(2, 5) },
    ]);
    expect(book.whole(alarm.alarmId)).toEqual(acknowledged);
    expect(book.unsaidSince(wallMs(0))).toEqual([acknowledged]);
    book.said(acknowledged, word(3, 6));
    expect(book.unsaidSince(wallMs(0))).toEqual([]);
  });

  it("takes the alarm of one word and the officers' work of another", () => {
    const book = openCaseBook([
      { told: acknowledged, word: word(1, 5) },
      { told: { alarm: ended, adjudication: untouched }, word: word(2, 5) },
    ]);
    const merged = { alarm: ended, adjudication: acknowledged.adjudication };
    expect(book.whole(alarm.alarmId)).toEqual(merged);
    expect(book.unsaidSince(wallMs(0))).toEqual([merged]);
  });

  it("is said again although it is over", () => {
    const over = closeIn(openCaseBook([]), 7);
    const before: AlarmCase = { alarm: over.alarm, adjudication: untouched };
    const book = openCaseBook([
      { told: over, word: word(1, 5) },
      { told: before, word: word(2, 5) },
    ]);
    const [unsaid, ...others] = book.unsaidSince(wallMs(0));
    expect(others).toEqual([]);
    expect(unsaid).toEqual(over);
    if (unsaid !== undefined) book.said(unsaid, word(3, 6));
    expect(book.unsaidSince(wallMs(0))).toEqual([]);
    expect(book.lastWord(over.alarm.alarmId)).toBe(3);
  });

  it("needs no other word where the newest stands last", () => {
    const book = openCaseBook([
      { told: older, word: word(1, 5) },
      { told: acknowledged, word: word(2, 5) },
    ]);
    expect(book.unsaidSince(wallMs(0))).toEqual([]);
  });
});

describe("a command", () => {
  it("on no alarm there is changes nothing", () => {
    const { decision, changed } = openCaseBook([]).takeCommand(acknowledge(alarm, { id: "command-1" }));
    expect(decision).toMatchObject({ outcome: "refused", refusal: "unknown-alarm" });
    expect(changed).toBeUndefined();
  });

  it("that names another lane changes nothing", () => {
    const book = openCaseBook([]);
    book.takeAlarm(alarm);
    const { decision, changed } = book.takeCommand(acknowledge({ ...alarm, laneId: laneId("south") }));
    expect(decision).toMatchObject({ refusal: "unknown-alarm" });
    expect(changed).toBeUndefined();
  });

  it("on an alarm still going on is decided, and its later end is news with the disposition", () => {
    const book = openCaseBook([]);
    book.takeAlarm(alarm);
    book.takeCommand(claim(alarm, { id: "command-1" }));
    book.takeCommand(dispose(alarm, { id: "command-2" }));
    expect(book.takeAlarm(ended)).toMatchObject({
      alarm: { state: "ended" },
      adjudication: { state: "dispositioned" },
    });
  });
});

describe("a case that is over", () => {
  const over = anAlarm({ occupancy: 1, state: "ended" });
  const opened = (): { readonly book: CaseBook; readonly past: AlarmCase } => {
    const book = openCaseBook([]);
    return { book, past: closeIn(book, 1) };
  };

  it("is held whole until it stands in the log, and then by its place there", () => {
    const book = openCaseBook([{ told: aCase({ occupancy: 1, state: "ended" }, 1), word: word(3) }]);
    expect(book.lastWord(over.alarmId)).toBeUndefined();
    const disposed = book.takeCommand(dispose(over, { by: officer("Ada") })).changed;
    expect(book.whole(over.alarmId)).toBe(disposed);
    if (disposed === undefined) throw new Error("not disposed of");
    book.said({ ...disposed }, word(4));
    expect(book.whole(over.alarmId), "an older word").toBe(disposed);
    book.said(disposed, word(5));
    expect([book.whole(over.alarmId), book.lastWord(over.alarmId)]).toEqual([undefined, 5]);
  });

  it("answers late commands with the reason, and repeats with the old answer", () => {
    const { book, past } = opened();
    expect(book.takeCommand(acknowledge(over, { id: "command-late", seen: 2 }), past).decision).toMatchObject(
      { refusal: "already-dispositioned", version: 2 },
    );
    expect(book.takeCommand(dispose(over, { id: "dispose-1-of-one" }), past).decision).toMatchObject({
      outcome: "accepted",
      version: 2,
    });
    expect(book.lastWord(over.alarmId), "nothing was said").toBe(1);
  });

  it("takes a comment and is over still, and is opened by an approved reopening", () => {
    const { book, past } = opened();
    const comment = command(over, { kind: "comment", text: "Seen again." }, { seen: 2, by: petrova });
    const commented = book.takeCommand(comment, past).changed;
    expect(commented).toMatchObject({ alarm: over, adjudication: { version: 3, state: "dispositioned" } });
    const reopen = command(over, { kind: "reopen", reason: "The truck is back." }, { seen: 3, by: petrova });
    expect(book.takeCommand(reopen).changed).toMatchObject({ adjudication: { state: "awaiting-approval" } });
    const approve = command(over, { kind: "approve", remark: "" }, { seen: 4, by: ozols });
    expect(book.takeCommand(approve).changed).toMatchObject({ adjudication: { state: "acknowledged" } });
    expect(book.lastWord(over.alarmId)).toBeUndefined();
  });

  it("is not opened anew by its alarm told again", () => {
    const { book } = opened();
    expect(book.takeAlarm(anAlarm({ occupancy: 1 }))).toBeUndefined();
    expect(book.takeAlarm(over)).toBeUndefined();
  });

  it("is still over when it is restored", () => {
    const { past } = opened();
    const again = openCaseBook([{ told: past, word: word(7) }]);
    expect(again.takeAlarm(anAlarm({ occupancy: 1 }))).toBeUndefined();
    expect(again.lastWord(over.alarmId)).toBe(7);
  });

  it(`is remembered for ${maxClosedCases} more, the longest closed forgotten first`, () => {
    const full = openCaseBook([]);
    for (let occupancy = 1; occupancy <= maxClosedCases + 2; occupancy += 1) closeIn(full, occupancy);
    const wordOf = (occupancy: number): unknown => full.lastWord(anAlarm({ occupancy }).alarmId);
    expect([2, 3, maxClosedCases + 2].map(wordOf)).toEqual([undefined, 3, maxClosedCases + 2]);
    expect(full.takeCommand(acknowledge(anAlarm({ occupancy: 2 }))).decision).toMatchObject({
      refusal: "unknown-alarm",
    });
  });

  it("does not make room by dropping an open one", () => {
    const full = openCaseBook([]);
    const waiting = anAlarm({ occupancy: 0 });
    full.takeAlarm(waiting);
    for (let occupancy = 1; occupancy <= maxClosedCases + 1; occupancy += 1) closeIn(full, occupancy);
    expect(full.takeCommand(acknowledge(waiting)).decision).toMatchObject({ outcome: "accepted" });
  });
});

describe("an open case is due to be said again", () => {
  it("when its last word is older than that, and never when it is over", () => {
    const book = openCaseBook([
      { told: aCase({ occupancy: 1 }), word: word(1, 100) },
      { told: aCase({ occupancy: 2 }), word: word(2, 200) },
      { told: aCase({ occupancy: 3, state: "ended" }, 2), word: word(3, 100) },
    ]);
    const due = (at: number): readonly number[] =>
      book.unsaidSince(wallMs(at)).map(({ alarm: { raisedAt } }) => (raisedAt - noon) / 1000);
    expect([due(100), due(101), due(201)]).toEqual([[], [1], [1, 2]]);
    const [first] = book.unsaidSince(wallMs(101));
    if (first === undefined) throw new Error("none due");
    book.said(first, word(4, 300));
    expect(due(201)).toEqual([2]);
    book.takeAlarm(anAlarm({ occupancy: 4 }));
    expect(due(0), "was never said").toEqual([4]);
  });
});

describe("another core's word", () => {
  const open = aCase({ state: "ended", version: 2 }, 1);
  const over = aCase({ state: "ended", version: 2 }, 2);
  const { alarmId } = over.alarm;

  it.each<[string, readonly AlarmCase[], AlarmCase, string, AlarmCase | number | undefined]>([
    ["of an open case that is the same", [open], { ...open }, "nothing", open],
    ["that is newer", [open], { ...over }, "nothing", 9],
    ["that is older", [open], aCase({ state: "ended", version: 2 }, 0), "better", open],
    [
      "of an older alarm with newer acts",
      [aCase({ version: 5 }, 0)],
      aCase({}, 1),
      "better",
      aCase({ version: 5 }, 1),
    ],
    ["of a case that is over, the same", [over], { ...over }, "nothing", 9],
    ["of a case that is over, older", [over], open, "unsure", 1],
    ["of an alarm that officers have worked on and this core does not know", [], open, "nothing", open],
    ["of an alarm that this core has yet to fold", [], aCase({}, 0), "nothing", undefined],
  ])("%s", (_, held, told, kind, afterwards) => {
    const book = openCaseBook(held.map((each) => ({ told: each, word: word(1) })));
    expect(book.compare(told, word(9)).kind).toBe(kind);
    expect(book.whole(alarmId) ?? book.lastWord(alarmId)).toEqual(afterwards);
  });

  it("of a disposition by one person, where this core knows of neutrons, waits for a second", () => {
    const book = openCaseBook([]);
    book.takeAlarm(anAlarm());
    const neutrons: Alarm = { ...anAlarm({ version: 3 }), kind: "gamma-neutron" };
    book.takeAlarm(neutrons);
    expect(book.compare(aCase({}, 2), word(9))).toMatchObject({
      kind: "better",
      known: { alarm: neutrons, adjudication: { version: 3, state: "awaiting-approval", disposal: null } },
    });
  });
});
