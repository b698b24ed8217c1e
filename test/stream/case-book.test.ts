import { describe, expect, it } from "vitest";
import { untouched } from "../../src/core/adjudication.ts";
import { type CaseBook, maxClosedCases, openCaseBook } from "../../src/stream/case-book.ts";
import { laneId } from "../../src/domain/ids.ts";
import { anAlarm } from "../core/board-history.ts";
import { acknowledge, dispose } from "./core-place.ts";

const alarm = anAlarm();
const ended = anAlarm({ version: 2, state: "ended" });

const closeIn = (book: CaseBook, occupancy: number): void => {
  const over = anAlarm({ occupancy, state: "ended" });
  book.takeAlarm(over);
  book.takeCommand(acknowledge(over, `ack-${occupancy}-of-one`));
  book.takeCommand(dispose(over, `dispose-${occupancy}-of-one`));
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
    const { changed } = book.takeCommand(acknowledge(alarm, "command-1"));
    expect(book.takeAlarm(ended)?.adjudication).toEqual(changed?.adjudication);
  });

  it("is known again from what was stored", () => {
    const book = openCaseBook([{ alarm: ended, adjudication: untouched }]);
    expect(book.takeAlarm(alarm)).toBeUndefined();
    expect(book.takeAlarm(ended)).toBeUndefined();
    expect(book.takeCommand(acknowledge(alarm, "command-1")).changed?.alarm).toEqual(ended);
  });
});

describe("a command", () => {
  it("on no alarm there is changes nothing", () => {
    const { decision, changed } = openCaseBook([]).takeCommand(acknowledge(alarm, "command-1"));
    expect(decision).toMatchObject({ outcome: "refused", refusal: "unknown-alarm" });
    expect(changed).toBeUndefined();
  });

  it("that names another lane changes nothing", () => {
    const book = openCaseBook([]);
    book.takeAlarm(alarm);
    const { decision, changed } = book.takeCommand(
      acknowledge({ ...alarm, laneId: laneId("south") }, "command-1"),
    );
    expect(decision).toMatchObject({ refusal: "unknown-alarm" });
    expect(changed).toBeUndefined();
  });

  it("on an alarm still going on is decided, and its later end is news with the disposition", () => {
    const book = openCaseBook([]);
    book.takeAlarm(alarm);
    book.takeCommand(acknowledge(alarm, "command-1"));
    book.takeCommand(dispose(alarm, "command-2"));
    expect(book.takeAlarm(ended)).toMatchObject({
      alarm: { state: "ended" },
      adjudication: { state: "dispositioned" },
    });
  });
});

describe("a case that is over", () => {
  const book = openCaseBook([]);
  closeIn(book, 1);
  const over = anAlarm({ occupancy: 1, state: "ended" });

  it("answers late commands with the reason, and repeats with the old answer", () => {
    expect(book.takeCommand(acknowledge(over, "command-late", 2)).decision).toMatchObject({
      refusal: "already-dispositioned",
      version: 2,
    });
    expect(book.takeCommand(dispose(over, "dispose-1-of-one")).decision).toMatchObject({
      outcome: "accepted",
      version: 2,
    });
  });

  it("is not opened anew by its alarm told again", () => {
    expect(book.takeAlarm(anAlarm({ occupancy: 1 }))).toBeUndefined();
    expect(book.takeAlarm(over)).toBeUndefined();
  });

  it("is still over when it is restored", () => {
    const first = openCaseBook([]);
    first.takeAlarm(over);
    first.takeCommand(acknowledge(over, "command-1"));
    const { changed } = first.takeCommand(dispose(over, "command-2"));
    const again = openCaseBook(changed === undefined ? [] : [changed]);
    expect(again.takeAlarm(anAlarm({ occupancy: 1 }))).toBeUndefined();
    expect(again.takeCommand(acknowledge(over, "command-9", 2)).decision).toMatchObject({
      refusal: "already-dispositioned",
    });
  });

  it(`is remembered for ${maxClosedCases} more, the longest closed forgotten first`, () => {
    const full = openCaseBook([]);
    for (let occupancy = 1; occupancy <= maxClosedCases + 2; occupancy += 1) closeIn(full, occupancy);
    const refusalOf = (occupancy: number): unknown =>
      full.takeCommand(acknowledge(anAlarm({ occupancy }), "command-late")).decision;
    expect(refusalOf(2)).toMatchObject({ refusal: "unknown-alarm" });
    expect(refusalOf(3)).toMatchObject({ refusal: "already-dispositioned" });
    expect(refusalOf(maxClosedCases + 2)).toMatchObject({ refusal: "already-dispositioned" });
  });

  it("does not make room by dropping an open one", () => {
    const full = openCaseBook([]);
    const waiting = anAlarm({ occupancy: 0 });
    full.takeAlarm(waiting);
    for (let occupancy = 1; occupancy <= maxClosedCases + 1; occupancy += 1) closeIn(full, occupancy);
    expect(full.takeCommand(acknowledge(waiting, "command-late")).decision).toMatchObject({
      outcome: "accepted",
    });
  });
});
