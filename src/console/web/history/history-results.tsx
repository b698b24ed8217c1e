import type { JSX } from "preact";
import type { AlarmRow } from "../../../wire/console.ts";
import type { HistoryPage } from "../../../wire/history.ts";
import { useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { type AlarmColumn, AlarmTable } from "./alarm-table.tsx";

const columns: readonly AlarmColumn[] = [
  "raised", "kind", "lane", "peak", "looks", "outcome", "officer", "vehicle", "container",
]; // prettier-ignore
const openColumns: readonly AlarmColumn[] = [
  "raised", "age", "kind", "lane", "peak", "looks", "outcome", "holder", "vehicle", "container",
]; // prettier-ignore

const isOpen = (row: AlarmRow): boolean => row.active || row.state !== "dispositioned";

interface OpenProps {
  readonly open: NonNullable<HistoryPage["open"]>;
}

/** All open alarms that match, on every page: none waits on a later one. */
export const OpenAlarms = ({ open }: OpenProps): JSX.Element => {
  const { history } = useTexts();
  return (
    <div class="results" data-testid="history-open">
      <h2 id="open-heading">{history.open(open.count)}</h2>
      {open.count > open.rows.length && (
        <p>{history.openMore({ shown: open.rows.length, count: open.count })}</p>
      )}
      {open.rows.length === 0 ? (
        <p class="quiet">{history.openNone}</p>
      ) : (
        <AlarmTable
          caption={history.openHeading}
          rows={open.rows}
          columns={openColumns}
          testId="open-table"
        />
      )}
    </div>
  );
};

interface ClosedProps {
  readonly page: HistoryPage;
  /** Counted from one. */
  readonly number: number;
  readonly newer: (() => void) | null;
  readonly older: (() => void) | null;
}

/** The others, the newest first, a page at a time. */
export const ClosedAlarms = ({ page, number, newer, older }: ClosedProps): JSX.Element => {
  const t = useTexts();
  const { history } = t;
  const rows = page.rows.filter((row) => !isOpen(row));
  return (
    <div class="results" data-testid="history-closed">
      <h2 id="closed-heading">{history.closedHeading}</h2>
      {rows.length === 0 ? (
        <p class="quiet">{page.rows.length > 0 ? history.allOpen : history.none}</p>
      ) : (
        <AlarmTable caption={history.closedHeading} rows={rows} columns={columns} testId="closed-table" />
      )}
      <nav class="paging" aria-label={history.paging.label}>
        <Button disabled={newer === null} onClick={() => newer?.()} data-testid="newer">
          {history.paging.newer}
        </Button>
        <span>{history.paging.page({ page: number })}</span>
        <Button disabled={older === null} onClick={() => older?.()} data-testid="older">
          {history.paging.older}
        </Button>
      </nav>
    </div>
  );
};
