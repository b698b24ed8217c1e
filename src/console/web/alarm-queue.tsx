import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { AlarmRow } from "../../wire/console.ts";
import { hashOf } from "./acts.ts";
import { latenessOf } from "./lateness.ts";
import { messages } from "./messages.ts";
import { useStore } from "./store.ts";

const text = messages.queue;

const Age = ({ row }: { readonly row: AlarmRow }): JSX.Element => {
  const { serverNow, siteTime } = useStore();
  const at = siteTime.value.dateTime(row.raisedAt);
  const age = useComputed(() => text.age(serverNow.value - row.raisedAt));
  return (
    <time class="row-age" title={`${at} ${siteTime.value.zone(row.raisedAt)}`}>
      {age}
    </time>
  );
};

/** Short where something else stands beside it: the badge of an active alarm, the officer of an acknowledged one. */
const restOf = (row: AlarmRow): string =>
  row.state === "unacknowledged" && !row.present
    ? `${text.origin(row.origin)} · ${text.flagged(row.flaggedIntervals)}`
    : text.origin(row.origin);

/** When its vehicle passed, on a line of its own. */
const Late = ({ row }: { readonly row: AlarmRow }): JSX.Element => {
  const { siteTime, serverNow } = useStore();
  const how = useComputed(() => {
    const late = latenessOf(row, siteTime.value, serverNow.value);
    return late === null ? "" : text.lateHow(late);
  });
  return <span class="row-line row-late">{how}</span>;
};

/** Where the vehicle is, as far as that is known; nothing where it has left in the ordinary way. */
const Presence = ({ row }: { readonly row: AlarmRow }): JSX.Element | null => {
  const { board, current } = useStore();
  const isKnown = useComputed(
    () => current.value && board.value.lanes.get(row.laneId)?.data.kind === "current",
  ).value;
  return (
    <>
      {row.vacant && <span class="row-badge">{text.vacant}</span>}
      {row.present && <span class="row-active">{text.active(isKnown)}</span>}
      {row.late !== null && <span class="row-badge">{text.late}</span>}
    </>
  );
};

const Row = ({ row }: { readonly row: AlarmRow }): JSX.Element => {
  const { board, selected, arrived } = useStore();
  const lane = useComputed(() => board.value.lanes.get(row.laneId)?.name ?? row.laneId).value;
  const isNew = row.state === "unacknowledged" && arrived.value.has(row.alarmId);
  return (
    <li
      class="alarm-row"
      data-testid="alarm-row"
      data-alarm={row.alarmId}
      data-kind={row.kind}
      data-state={row.state}
      data-active={row.active}
      data-new={isNew}
    >
      <a href={hashOf(row.alarmId)} aria-current={selected.value === row.alarmId ? "true" : undefined}>
        <span class="row-line">
          <span class="row-kind">{text.kind(row.kind)}</span>
          <span class="row-lane">{lane}</span>
          <span class="row-z">{row.peakZ === null ? text.noZ : text.z(row.peakZ)}</span>
          <Age row={row} />
        </span>
        <span class="row-line row-second">
          <Presence row={row} />
          {row.state !== "dispositioned" && !row.vacant && row.late === null && (
            <span class="row-rest">{restOf(row)}</span>
          )}
          <span class="row-state">
            {row.disposition === null
              ? text.state(row.state)
              : messages.form.dispositionName(row.disposition)}
            {row.officer !== null && <span class="quiet"> {text.by(row.officer)}</span>}
          </span>
        </span>
        {row.late !== null && <Late row={row} />}
      </a>
    </li>
  );
};

interface SectionProps {
  readonly heading: string;
  readonly rows: readonly AlarmRow[];
  readonly state: AlarmRow["state"];
}

const Section = ({ heading, rows, state }: SectionProps): JSX.Element | null =>
  rows.length === 0 ? null : (
    <div class="queue-section" data-state={state}>
      <h3>
        {heading} <span class="count">{rows.length}</span>
      </h3>
      <ol>
        {rows.map((row) => (
          <Row key={row.alarmId} row={row} />
        ))}
      </ol>
    </div>
  );

/** Says that nothing is open only while that is known. */
const Nothing = (): JSX.Element => {
  const { freshness, board } = useStore();
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
  const { unacknowledged, acknowledged, dispositioned } = useStore().queue.value;
  return (
    <section class="pane queue" aria-labelledby="queue-heading" tabIndex={0}>
      <div class="pane-head">
        <h2 id="queue-heading">{text.heading}</h2>
      </div>
      {unacknowledged.length + acknowledged.length === 0 && <Nothing />}
      <Section heading={text.unacknowledged} rows={unacknowledged} state="unacknowledged" />
      <Section heading={text.acknowledged} rows={acknowledged} state="acknowledged" />
      <Section heading={text.dispositioned} rows={dispositioned} state="dispositioned" />
    </section>
  );
};
