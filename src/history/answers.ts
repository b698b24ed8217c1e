import type { CommandKind } from "../domain/adjudication.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { DispositionId } from "../domain/dispositions.ts";
import type { AlarmId } from "../domain/ids.ts";
import { wallMs } from "../domain/units.ts";
import type { Handover, HistoryFigures, HistoryPage, HistorySpan, RelatedAlarms } from "../wire/history.ts";
import type { HistoryQuery } from "./alarm-history.ts";
import { byDispositionOf, type FiguresSpan, sumFigures } from "./figures.ts";
import type { ActFact, AlarmFact, HistoryIndex, Place, RaisedSpan } from "./history-index.ts";
import { everWhen } from "./history-index.ts";
import { marks } from "./history-words.ts";
import { matchExpression, relatedExpression } from "./match-expression.ts";

/** Answers of the index, but for how complete it is. */
type Answer<T> = Omit<T, "progress">;

/** 2 000 rows ≈ 1.4 MB. More alarms than that are counted, and found by narrower filters. */
export const openRowsMax = 2000;
const openCountMax = 100_000;
const relatedMax = 50;
const standingMax = 200;
const handledMax = 1000;
const standingInMs = 24 * 3_600_000;

/** Facts read at a time: some 5 ms. Between them other questions are answered. */
const factsAtATime = 2000;

const nowhereAfter: Place = Number.MAX_SAFE_INTEGER;

const openWith = (match: string | null): string => {
  const open = `"${marks.open}"`;
  return match === null ? open : `(${open} AND ${match})`;
};

const openRows = (
  index: HistoryIndex,
  { match, raised, limit }: { match: string | null; raised: RaisedSpan; limit: number },
): { readonly count: number; readonly rows: HistoryPage["rows"] } => {
  const open = openWith(match);
  const found = index.rows({ match: open, raised, before: nowhereAfter, newestFirst: false, limit });
  const count = found.length < limit ? found.length : index.matches(open, raised, openCountMax);
  return { count, rows: found.map(({ row }) => row) };
};

const cursorBase = 36;

/** Second and later pages have what stands before the page before them. */
const beforeOf = (cursor: string | null): Place => {
  if (cursor === null) return nowhereAfter;
  const before = Number.parseInt(cursor, cursorBase);
  if (Number.isSafeInteger(before)) return before;
  throw new LanewatchError("bad-request", "The cursor is none that was given out.");
};

export const searchIndex = (index: HistoryIndex, query: HistoryQuery): Answer<HistoryPage> => {
  const { filters, cursor, limit } = query;
  const match = matchExpression(filters);
  const raised = { from: filters.from ?? everWhen.from, to: filters.to ?? everWhen.to };
  const before = beforeOf(cursor);
  const found = index.rows({ match, raised, before, newestFirst: true, limit: limit + 1 });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page.map(({ row }) => row),
    next: last === undefined || found.length === page.length ? null : last.place.toString(cursorBase),
    open: cursor === null ? openRows(index, { match, raised, limit: openRowsMax }) : null,
  };
};

export const relatedIn = (
  index: HistoryIndex,
  { alarmId, ids }: { readonly alarmId: AlarmId; readonly ids: readonly string[] },
): Answer<RelatedAlarms> => {
  const known = index.placeOf(alarmId);
  const own = known === undefined ? [] : index.rowsAt([known.place]);
  const match = relatedExpression([
    ...ids,
    ...own.flatMap(({ vehicleId, containerId }) => [vehicleId, containerId]),
  ]);
  if (known === undefined || match === null) return { rows: [] };
  const request = { match, raised: everWhen, before: known.place, newestFirst: true, limit: relatedMax };
  return { rows: index.rows(request).map(({ row }) => row) };
};

/** Lets whoever waits have a turn. */
export type Pause = () => Promise<void>;

const eachFact = async (
  index: HistoryIndex,
  { span, pause }: { readonly span: HistorySpan; readonly pause: Pause },
  take: (facts: readonly AlarmFact[]) => void,
): Promise<void> => {
  for (let first: Place = 0; ;) {
    const facts = index.facts(span, first, factsAtATime);
    take(facts);
    const last = facts.at(-1);
    if (last === undefined || facts.length < factsAtATime) return;
    first = last.place + 1;
    await pause();
  }
};

const eachAct = async (
  index: HistoryIndex,
  { span, pause }: { readonly span: HistorySpan; readonly pause: Pause },
  take: (acts: readonly ActFact[]) => void,
): Promise<void> => {
  let after: Pick<ActFact, "at" | "place" | "number"> = { at: wallMs(span.from), place: -1, number: -1 };
  for (;;) {
    const acts = index.acts(after, span.to, factsAtATime);
    take(acts);
    const last = acts.at(-1);
    if (last === undefined || acts.length < factsAtATime) return;
    after = last;
    await pause();
  }
};

/** Alarms that change while it is added up count as they were when they were read. */
export const figuresIn = async (
  index: HistoryIndex,
  span: FiguresSpan,
  pause: Pause,
): Promise<Answer<HistoryFigures>> => {
  const sum = sumFigures(span);
  await eachFact(index, { span, pause }, sum.alarms);
  await eachAct(index, { span, pause }, sum.acts);
  const raised = { from: everWhen.from, to: span.now - standingInMs };
  return { ...sum.result(), standing: openRows(index, { match: null, raised, limit: standingMax }) };
};

interface ShiftSum {
  readonly alarms: Set<Place>;
  readonly acts: Map<CommandKind, number>;
}

/** Up to 1 000 alarms of each officer are named. */
const officersOfShift = (
  sums: ReadonlyMap<string, ShiftSum>,
  idsOf: ReadonlyMap<Place, AlarmId>,
): Handover["officers"] =>
  [...sums]
    .map(([officer, { alarms, acts }]) => ({
      officer,
      alarms: [...alarms].flatMap((place) => idsOf.get(place) ?? []).slice(0, handledMax),
      acts: [...acts].map(([kind, count]) => ({ kind, count })),
    }))
    .sort((a, b) => b.alarms.length - a.alarms.length || (a.officer < b.officer ? -1 : 1));

export const handoverIn = async (
  index: HistoryIndex,
  { from, to, now }: HistorySpan & { readonly now: number },
  pause: Pause,
): Promise<Answer<Handover>> => {
  const span = { from, to };
  let raised = 0;
  await eachFact(index, { span, pause }, (facts) => {
    raised += facts.length;
  });
  const sums = new Map<string, ShiftSum>();
  const handled = new Set<Place>();
  await eachAct(index, { span, pause }, (acts) => {
    for (const { officer, place, kind } of acts) {
      const sum: ShiftSum = sums.get(officer) ?? { alarms: new Set(), acts: new Map() };
      sums.set(officer, sum);
      sum.alarms.add(place);
      sum.acts.set(kind, (sum.acts.get(kind) ?? 0) + 1);
      handled.add(place);
    }
  });
  const places = [...handled].sort((a, b) => b - a);
  const disposed = new Map<DispositionId, number>();
  const idsOf = new Map<Place, AlarmId>();
  for (const place of places) {
    const fact = index.factAt(place);
    if (fact === undefined) continue;
    idsOf.set(place, fact.alarmId);
    const { disposition, disposedAt } = fact;
    if (disposition !== null && disposedAt !== null && disposedAt >= from && disposedAt < to)
      disposed.set(disposition, (disposed.get(disposition) ?? 0) + 1);
  }
  return {
    from: wallMs(from),
    to: wallMs(to),
    at: wallMs(now),
    raised,
    open: openRows(index, { match: null, raised: everWhen, limit: openRowsMax }),
    handled: { count: handled.size, rows: index.rowsAt(places.slice(0, handledMax)) },
    officers: officersOfShift(sums, idsOf),
    byDisposition: byDispositionOf(disposed),
  };
};
