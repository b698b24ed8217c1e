import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComparedOccupancy } from "../../../wire/replay.ts";
import type { AlarmRow } from "../../../wire/console.ts";
import { troubleText } from "../command-text.ts";
import { useStore, useTexts } from "../store.ts";
import type { Texts } from "../texts/catalog.ts";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import type { EffectRow } from "./effect-table.tsx";
import { EffectTable } from "./effect-table.tsx";
import type { WrittenOptions } from "./proposal.ts";
import { askReplay, byOccupancy, type Effect, effectOf, type ReplayResult } from "./replay-state.ts";

/** At most so many occupancies in one run, one request each. */
const counts = ["10", "25", "50"] as const;
type Count = (typeof counts)[number];

/** Waits before an occupancy is asked for again while others keep the server busy; then it counts as failed. */
const busyDelaysInMs = [300, 1000, 2500];

const rowOf = (t: Texts, row: AlarmRow, result: ReplayResult): EffectRow => {
  const at = { key: row.alarmId, at: row.raisedAt };
  if (result.kind === "unanswered") return { kind: "failed", ...at, why: t.replay.unanswered };
  if (result.kind === "failed") return { kind: "failed", ...at, why: troubleText(t, result.code) };
  const [occupancy] = result.answer.occupancies;
  return occupancy === undefined
    ? { kind: "failed", ...at, why: t.replay.noOccupancies }
    : { kind: "compared", ...at, occupancy };
};

const summaryText = (t: Texts, rows: readonly EffectRow[]): string => {
  const effects = rows.map((row): Effect | null => (row.kind === "failed" ? null : effectOf(row.occupancy)));
  const number = (...of: readonly (Effect | null)[]): number =>
    effects.filter((effect) => of.includes(effect)).length;
  return t.replay.bulkSummary({
    stays: number("stays", "stays-changed"),
    goes: number("goes"),
    comes: number("comes"),
    failed: number(null),
  });
};

interface BulkProps {
  readonly alarms: readonly AlarmRow[];
  readonly proposed: WrittenOptions;
  readonly show: (occupancy: ComparedOccupancy) => void;
}

/** The same proposal over the lane's latest occupancies with alarms, one request after the other. */
export const Bulk = ({ alarms, proposed, show }: BulkProps): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const [count, setCount] = useState<Count>("10");
  const [rows, setRows] = useState<readonly EffectRow[]>([]);
  const [total, setTotal] = useState<number | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const ask = async (row: AlarmRow, signal: AbortSignal): Promise<ReplayResult> => {
    const request = { replayed: { alarmId: row.alarmId }, proposed };
    for (const delayInMs of busyDelaysInMs) {
      const result = await askReplay(store, request, signal);
      if (result.kind !== "failed" || result.code !== "too-busy") return result;
      await new Promise((resolve) => setTimeout(resolve, delayInMs));
    }
    return askReplay(store, request, signal);
  };
  const run = async (): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    const wanted = byOccupancy(alarms).slice(0, Number(count));
    setRows([]);
    setTotal(wanted.length);
    for (const row of wanted) {
      const result = await ask(row, controller.signal);
      if (controller.signal.aborted) break;
      setRows((before) => [...before, rowOf(t, row, result)]);
    }
    if (running.current !== controller) return;
    running.current = null;
    setTotal(null);
  };
  const isRunning = total !== null;
  return (
    <section class="replay-bulk" aria-labelledby="replay-bulk-heading">
      <h2 id="replay-bulk-heading">{t.replay.bulk}</h2>
      <p class="quiet">{t.replay.bulkHint}</p>
      <div class="replay-row">
        <SelectField
          label={t.replay.bulkCount}
          options={counts.map((value) => ({ value, text: t.format.number(Number(value)) }))}
          value={count}
          choose={setCount}
        />
        <Button
          disabled={isRunning || alarms.length === 0}
          data-testid="replay-bulk-run"
          onClick={() => void run()}
        >
          {t.replay.bulkRun}
        </Button>
        {isRunning && (
          <>
            <Button onClick={() => running.current?.abort()}>{t.replay.bulkStop}</Button>
            <progress value={rows.length} max={total} aria-label={t.replay.bulk} />
            <span>{t.replay.bulkProgress({ done: rows.length, total })}</span>
          </>
        )}
      </div>
      {rows.length > 0 && (
        <>
          <p role="status" data-testid="replay-bulk-summary">
            {summaryText(t, rows)}
          </p>
          <EffectTable caption={t.replay.occupancies} rows={rows} show={show} testId="replay-bulk" />
        </>
      )}
    </section>
  );
};
