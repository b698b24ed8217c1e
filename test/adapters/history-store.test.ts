import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawing, syntheticCase, syntheticNow } from "../../bench/synthetic-cases.ts";
import { openHistoryStore } from "../../src/adapters/history-store.ts";
import { isClosed } from "../../src/core/alarm-queue.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import { alarmId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import { figuresIn, handoverIn, relatedIn, searchIndex } from "../../src/history/answers.ts";
import { entryOf } from "../../src/history/history-entry.ts";
import { everWhen, type HistoryIndex } from "../../src/history/history-index.ts";
import { plainId } from "../../src/history/history-words.ts";
import type { AlarmRow } from "../../src/wire/console.ts";
import type { HistoryFilters } from "../../src/wire/history.ts";
import { historyPageSchema } from "../../src/wire/history.ts";
import { lifeOf, syntheticCases } from "../history/case-life.ts";

const directory = mkdtempSync(join(tmpdir(), "lanewatch-history-"));
afterAll(() => rmSync(directory, { recursive: true }));
let files = 0;
const newPath = (): string => join(directory, `history-${(files += 1)}.db`);
const day = 86_400_000;
const noPause = (): Promise<void> => Promise.resolve();

interface Told {
  readonly offset: number;
  readonly alarmCase: AlarmCase;
}

const take = (index: HistoryIndex, told: readonly Told[], keptSince = 0): number =>
  index.take({
    entries: told.map(({ offset, alarmCase }) => ({ partition: 0, offset, entry: entryOf(alarmCase) })),
    positions: told.slice(-1).map(({ offset, alarmCase }) => ({
      partition: 0,
      nextOffset: offset + 1,
      key: alarmCase.alarm.alarmId,
    })),
    keptSince,
  });

const indexOf = (cases: readonly AlarmCase[], path = newPath()): HistoryIndex => {
  const index = openHistoryStore(path);
  take(
    index,
    cases.map((alarmCase, offset) => ({ offset, alarmCase })),
  );
  index.commit();
  return index;
};

const search = (index: HistoryIndex, filters: HistoryFilters = {}, limit = 200): readonly AlarmRow[] =>
  searchIndex(index, { filters, cursor: null, limit }).rows;

const allPages = (
  index: HistoryIndex,
  filters: HistoryFilters,
  { limit = 37, between = (): void => undefined }: { limit?: number; between?: () => void } = {},
): readonly AlarmRow[] => {
  const rows: AlarmRow[] = [];
  for (let cursor: string | null = null; ;) {
    const page = searchIndex(index, { filters, cursor, limit });
    rows.push(...page.rows);
    if (page.next === null) return rows;
    cursor = page.next;
    between();
  }
};

/** Everything that can be asked of an index, but for places. */
const contentOf = (index: HistoryIndex): unknown => {
  const rows = allPages(index, {});
  const facts = index.facts(everWhen, 0, 100_000);
  const idAt = new Map(facts.map(({ place, alarmId: id }) => [place, id]));
  const acts = index.acts({ at: wallMs(0), place: -1, number: -1 }, everWhen.to, 100_000);
  const found = (filters: HistoryFilters): readonly string[] =>
    allPages(index, filters).map((row) => row.alarmId);
  return {
    rows,
    places: rows.map((row) => index.placeOf(row.alarmId)).map((at) => [at?.partition, at?.offset]),
    facts: facts.map(({ place: _, ...fact }) => fact),
    acts: acts.map(({ place, ...act }) => ({ ...act, id: idAt.get(place) })),
    potash: found({ text: "potash" }),
    seal: found({ text: "seal intact" }),
    open: found({ isOpen: true }),
    acknowledged: found({ states: ["acknowledged"] }),
    officer: found({ officers: ["chen.a", "ivanova.s"] }),
    ids: rows.map(({ vehicleId }) => (vehicleId === "" ? [] : found({ text: vehicleId }))),
  };
};

describe("an index that is built anew", () => {
  it.each([1, 2, 3, 4, 5, 6])("equals one that grew, was cut off and told twice, seed %i", (seed) => {
    const draw = drawing(seed);
    const lives = syntheticCases(seed, 60).map((whole) => [...lifeOf(whole)]);
    const told: Told[] = [];
    while (lives.some((life) => life.length > 0)) {
      const life = lives[Math.floor(draw() * lives.length)];
      const next = life?.shift();
      if (next !== undefined) told.push({ offset: told.length, alarmCase: next });
    }
    const path = newPath();
    let grown = openHistoryStore(path);
    for (let at = 0; at < told.length;) {
      const portion = told.slice(at, at + 1 + Math.floor(draw() * 20));
      take(grown, portion);
      // Older words again, as a core that was restarted says them.
      if (draw() < 0.3) take(grown, told.slice(Math.max(0, at - 10), at + portion.length));
      at += portion.length;
      if (draw() < 0.4) grown.commit();
      if (draw() < 0.2) {
        grown.close();
        grown = openHistoryStore(path);
        at = grown.positions()[0]?.nextOffset ?? 0;
      }
    }
    grown.commit();
    // Of each alarm only the last record, as a compacted topic keeps it.
    const last = new Map(told.map((each) => [each.alarmCase.alarm.alarmId, each]));
    const fresh = openHistoryStore(newPath());
    take(
      fresh,
      [...last.values()].sort((a, b) => a.offset - b.offset),
    );
    fresh.commit();
    expect(contentOf(grown)).toEqual(contentOf(fresh));
    expect(grown.count()).toBe(60);
    grown.close();
    fresh.close();
  });
});

describe("20 000 alarms", () => {
  const count = 20_000;
  let cases: readonly AlarmCase[];
  let index: HistoryIndex;
  beforeAll(() => {
    cases = syntheticCases(7, count);
    index = indexOf(cases);
  }, 240_000);
  afterAll(() => index.close());

  const idsWhere = (holds: (alarmCase: AlarmCase) => boolean): readonly string[] =>
    cases
      .filter(holds)
      .map(({ alarm }) => alarm.alarmId)
      .reverse();
  const idsFound = (filters: HistoryFilters): readonly string[] =>
    allPages(index, filters, { limit: 200 }).map((row) => row.alarmId);

  it("come in pages, each once, the newest first", () => {
    const raised = allPages(index, {}, { limit: 200 }).map(({ raisedAt }) => raisedAt);
    expect(new Set(idsFound({})).size).toBe(count);
    for (const [at, time] of raised.entries())
      expect(time).toBeLessThanOrEqual((raised[at - 1] ?? time) + 40);
  });

  it("are found by any filters together", () => {
    const from = syntheticNow - 300 * day;
    const to = syntheticNow - 100 * day;
    expect(idsFound({ lanes: ["lane-007", "lane-008"], kinds: ["gamma"], from, to })).toEqual(
      idsWhere(
        ({ alarm: { laneId, kind, raisedAt } }) =>
          ["lane-007", "lane-008"].includes(laneId) && kind === "gamma" && raisedAt >= from && raisedAt < to,
      ),
    );
    expect(idsFound({ officers: ["chen.a"], dispositions: ["norm-found"] })).toEqual(
      idsWhere(
        ({ adjudication: { history, disposal } }) =>
          history.some(({ by }) => by.name === "chen.a") && disposal?.entry.disposition === "norm-found",
      ),
    );
    expect(idsFound({ states: ["unacknowledged"] })).toEqual(
      idsWhere(({ adjudication }) => adjudication.state === "unacknowledged"),
    );
  });

  it("are found by the beginnings of words", () => {
    const said = ({ adjudication }: AlarmCase): string => JSON.stringify(adjudication).toLowerCase();
    expect(idsFound({ text: "Thoria" })).toEqual(idsWhere((one) => said(one).includes("thoria")));
    expect(idsFound({ text: "certificat" })).toEqual(idsWhere((one) => said(one).includes("certificat")));
    expect(idsFound({ text: "potash koblenz" })).toEqual(
      idsWhere((one) => said(one).includes("potash") && said(one).includes("koblenz")),
    );
    expect(idsFound({ text: "quaggas" })).toEqual([]);
  });

  it("are found by any part of an id of four characters and more, in any spelling", () => {
    const spell = [
      (id: string) => id.toLowerCase(),
      (id: string) => Array.from(id).join("-"),
      (id: string) => `  ${id.slice(0, 2)} ${id.slice(2)} `,
    ];
    for (let number = 100; number < count; number += 997) {
      const entry = cases[number]?.adjudication.disposal?.entry;
      const id = plainId(entry?.containerId === "" ? entry.vehicleId : (entry?.containerId ?? ""));
      if (id === "") continue;
      const fragment = id.slice(number % 3, (number % 3) + 4 + (number % 4));
      for (const spelt of spell) {
        const found = idsFound({ text: spelt(fragment) });
        expect(found, spelt(fragment)).toContain(cases[number]?.alarm.alarmId);
      }
    }
  });

  it("never make an error of what is typed", () => {
    const typed = [
      '"',
      "'",
      "a OR",
      "NEAR(x)",
      "-",
      "*",
      "^a",
      "a:b",
      "{}",
      "\u0000",
      "\ud800",
      "_open",
      "~ab1",
      "𝔘1",
      "ß",
      "%",
      ";--",
    ];
    for (const text of typed) expect(() => search(index, { text })).not.toThrow();
  });

  it("show every open one with the first page, whatever the page holds", () => {
    const open = cases.filter((one) => !isClosed(one)).map(({ alarm }) => alarm.alarmId);
    const page = searchIndex(index, { filters: {}, cursor: null, limit: 1 });
    expect(page.open?.rows.map((row) => row.alarmId)).toEqual(open);
    expect(page.open?.count).toBe(open.length);
    expect(open.length).toBeGreaterThan(200);
    expect(searchIndex(index, { filters: {}, cursor: page.next, limit: 1 }).open).toBeNull();
    const progress = { complete: true, share: 1, alarms: count };
    expect(historyPageSchema.parse({ ...page, progress })).toEqual({ ...page, progress });
  });

  it("lead to earlier ones of the same vehicle or container", () => {
    const idsOf = ({ adjudication: { disposal } }: AlarmCase): readonly string[] =>
      [disposal?.entry.vehicleId ?? "", disposal?.entry.containerId ?? ""]
        .map(plainId)
        .filter((id) => id !== "");
    const seen = new Map<string, AlarmCase>();
    let pairs = 0;
    for (const later of cases) {
      for (const id of idsOf(later)) {
        const earlier = seen.get(id);
        seen.set(id, later);
        if (earlier === undefined || pairs >= 20) continue;
        pairs += 1;
        const { rows } = relatedIn(index, { alarmId: later.alarm.alarmId, ids: [] });
        expect(rows.map((row) => row.alarmId)).toContain(earlier.alarm.alarmId);
        expect(rows.every(({ raisedAt }) => raisedAt < later.alarm.raisedAt)).toBe(true);
      }
    }
    expect(pairs).toBe(20);
    const last = cases.at(-1);
    const [id = "none"] = [...seen.keys()];
    const typed = relatedIn(index, { alarmId: alarmId(last?.alarm.alarmId ?? ""), ids: [id.toUpperCase()] });
    expect(typed.rows.length).toBeGreaterThan(0);
    expect(relatedIn(index, { alarmId: alarmId("none"), ids: [id] }).rows).toEqual([]);
  });

  it("give figures and a handover that count all of them", async () => {
    const span = { from: syntheticNow - 30 * day, to: syntheticNow };
    const inSpan = cases.filter(({ alarm }) => alarm.raisedAt >= span.from);
    const open = cases.filter((one) => !isClosed(one));
    const figures = await figuresIn(index, { ...span, now: syntheticNow, timeZone: "UTC" }, noPause);
    expect(figures.alarms).toBe(inSpan.length);
    expect(figures.byHour.reduce((sum, alarms) => sum + alarms, 0)).toBe(inSpan.length);
    expect(figures.standing.count).toBe(
      open.filter(({ alarm }) => alarm.raisedAt < syntheticNow - day).length,
    );
    expect(figures.toAcknowledge.count + figures.toAcknowledge.waiting).toBe(inSpan.length);
    const shift = { from: syntheticNow - 2 * day, to: syntheticNow - day };
    const acts = cases.flatMap(({ adjudication: { history } }) =>
      history.filter(({ at }) => at >= shift.from && at < shift.to),
    );
    const handover = await handoverIn(index, { ...shift, now: syntheticNow }, noPause);
    expect(handover.open.count).toBe(open.length);
    expect(handover.handled.count).toBe(new Set(acts.map((act) => act.alarmId)).size);
    const counted = handover.officers.flatMap((officer) => officer.acts.map((act) => act.count));
    expect(counted.reduce((sum, kinds) => sum + kinds, 0)).toBe(acts.length);
  });
});

describe("paging", () => {
  it("neither skips nor doubles a row that was there, while rows come and change", () => {
    const cases = syntheticCases(3, 900);
    const [present, coming] = [cases.slice(0, 600), cases.slice(600)];
    const index = indexOf(present);
    let at = 0;
    const between = (): void => {
      const told = coming
        .slice(at, at + 12)
        .map((alarmCase, number) => ({ offset: 600 + at + number, alarmCase }));
      take(index, told);
      // A late alarm of long ago, and a word on an alarm already shown or still to come.
      const [late] = syntheticCases(100 + at, 1);
      const changed = present[(at * 31) % present.length];
      if (late !== undefined) take(index, [{ offset: 5000 + at, alarmCase: late }]);
      if (changed !== undefined) {
        const alarm = { ...changed.alarm, version: changed.alarm.version + 1 };
        take(index, [{ offset: 7000 + at, alarmCase: { ...changed, alarm } }]);
      }
      at += 12;
    };
    const shown = allPages(index, {}, { limit: 23, between }).map((row) => row.alarmId);
    expect(new Set(shown).size).toBe(shown.length);
    const shownSet = new Set<string>(shown);
    expect(present.filter(({ alarm }) => !shownSet.has(alarm.alarmId))).toEqual([]);
    index.close();
  });

  it("keeps alarms of one instant apart, and within their own time", () => {
    const [one] = syntheticCases(5, 1);
    if (one === undefined) throw new Error("no case");
    const crowd = Array.from({ length: 300 }, (_, number) => ({
      ...one,
      alarm: { ...one.alarm, alarmId: alarmId(`crowd-${number}`) },
    }));
    const index = indexOf(crowd);
    expect(new Set(allPages(index, {}, { limit: 7 }).map((row) => row.alarmId)).size).toBe(300);
    const at = one.alarm.raisedAt;
    expect(allPages(index, { from: at, to: at + 1 })).toHaveLength(300);
    expect(search(index, { from: at + 1 })).toEqual([]);
    expect(search(index, { to: at })).toEqual([]);
    index.close();
  });
});

describe("retention", () => {
  it("lets closed alarms go, never open ones, and takes none that are too old", () => {
    const cases = syntheticCases(9, 1500);
    const keptSince = syntheticNow - 30 * day;
    const index = indexOf(cases);
    for (let removed = 1; removed > 0;) removed = index.prune(keptSince);
    index.commit();
    const kept = cases.filter((one) => !isClosed(one) || one.alarm.raisedAt >= keptSince);
    expect(kept.length).toBeLessThan(700);
    expect(allPages(index, {}).map((row) => row.alarmId)).toEqual(
      kept.map(({ alarm }) => alarm.alarmId).reverse(),
    );
    const [old] = cases.filter(isClosed);
    if (old !== undefined) expect(take(index, [{ offset: 9000, alarmCase: old }], keptSince)).toBe(0);
    expect(index.count()).toBe(kept.length);
    expect(
      search(index, { text: syntheticCase(9, 0, 1500).adjudication.disposal?.entry.commodity ?? "x" }),
    ).toEqual(
      search(index, {
        text: syntheticCase(9, 0, 1500).adjudication.disposal?.entry.commodity ?? "x",
        from: keptSince,
      }),
    );
    index.close();
  });
});
