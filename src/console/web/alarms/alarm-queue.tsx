import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { AlarmRow } from "../../../wire/console.ts";
import { filterQueue, isFiltering, openCount, sectionsFor } from "../queue.ts";
import type { QueueSection } from "../queue.ts";
import { useStore, useTexts } from "../store.ts";
import { HiddenByFilter, QueueFilterBar } from "./queue-filter.tsx";
import { QueueRow } from "./queue-row.tsx";

/**
 * Rows of a section that are drawn at first; more come as the end of the list is reached. The section's heading always says
 * how many there are. 200 rows are drawn in a few milliseconds; thousands would cost frames at every change.
 */
const rowsAtOnce = 200;

interface SectionProps {
  readonly section: QueueSection;
  readonly rows: readonly AlarmRow[];
}

const Section = ({ section, rows }: SectionProps): JSX.Element | null => {
  const t = useTexts();
  const { selected } = useStore();
  const [drawn, setDrawn] = useState(rowsAtOnce);
  const more = useRef<IntersectionObserver | null>(null);
  if (rows.length === 0) return null;
  const heading = {
    awaiting: t.alarms.approvals,
    unacknowledged: t.alarms.unacknowledged,
    acknowledged: t.alarms.acknowledged,
    dispositioned: t.alarms.dispositioned,
  }[section];
  const first = rows.slice(0, drawn);
  // The alarm that is open is always there, wherever it stands.
  const open = rows.slice(drawn).find((row) => row.alarmId === selected.value);
  const watchEnd = (element: HTMLElement | null): void => {
    more.current?.disconnect();
    more.current = null;
    if (element === null) return;
    more.current = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setDrawn((count) => count + rowsAtOnce);
    });
    more.current.observe(element);
  };
  return (
    <div class="queue-section" data-section={section}>
      <h2>
        {heading} <span class="count">{t.format.number(rows.length)}</span>
      </h2>
      <ol>
        {first.map((row) => (
          <QueueRow key={row.alarmId} row={row} />
        ))}
        {open !== undefined && <QueueRow key={open.alarmId} row={open} />}
      </ol>
      {rows.length > drawn && <div key={drawn} ref={watchEnd} class="queue-more" />}
    </div>
  );
};

/** Says that nothing is open only while that is known. */
const Nothing = (): JSX.Element => {
  const { freshness, board } = useStore();
  const text = useTexts().alarms;
  const kind = useComputed(() => freshness.value.kind).value;
  const unseen = useComputed(
    () => [...board.value.lanes.values()].filter(({ data }) => data.kind !== "current").length,
  ).value;
  const [title, detail] =
    kind === "current"
      ? [text.none, text.noneDetail]
      : kind === "connecting"
        ? [text.waiting, text.waitingDetail]
        : [text.notKnown, text.notKnownDetail];
  return (
    <div class="queue-nothing" data-testid="queue-nothing">
      <b>{title}</b>
      <p class="quiet">{detail}</p>
      {kind === "current" && unseen > 0 && <p data-testid="queue-unseen">{text.unseen(unseen)}</p>}
    </div>
  );
};

export const AlarmQueue = (): JSX.Element => {
  const { queue, filter, officer } = useStore();
  const t = useTexts();
  const filtered = useComputed(() => filterQueue(queue.value, filter.value, officer.value)).value;
  const isNothingOpen = openCount(queue.value) === 0;
  const isNothingLeft = isFiltering(filter.value) && openCount(filtered.queue) === 0;
  return (
    <section class="pane queue" aria-labelledby="queue-heading" tabIndex={0}>
      <div class="pane-head">
        <h1 id="queue-heading">{t.alarms.heading}</h1>
      </div>
      <QueueFilterBar />
      <HiddenByFilter hiddenOpen={filtered.hiddenOpen} />
      {isNothingOpen && <Nothing />}
      {!isNothingOpen && isNothingLeft && <p class="queue-nothing quiet">{t.alarms.filters.nothing}</p>}
      {sectionsFor(officer.value).map((section) => (
        <Section key={section} section={section} rows={filtered.queue[section]} />
      ))}
    </section>
  );
};
