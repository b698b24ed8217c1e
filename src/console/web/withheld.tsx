import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { LaneId } from "../../domain/ids.ts";
import type { WithheldAlarm } from "../../wire/console.ts";
import { messages } from "./messages.ts";
import { useStore } from "./store.ts";

const text = messages.withheld;

const Entry = ({ alarm }: { readonly alarm: WithheldAlarm }): JSX.Element => {
  const { siteTime } = useStore();
  return (
    <li>
      <b>{text.what(alarm.kind, alarm.class)}</b> <time>{siteTime.value.dateTime(alarm.raisedAt)}</time>
      {alarm.peakZ !== null && <span class="quiet"> {messages.queue.z(alarm.peakZ)}</span>}
      <span class="withheld-reasons">{alarm.reasons.join(" ")}</span>
    </li>
  );
};

/** The alarms that the lane's settings keep from the queue: how many, and the latest when opened. One lane at a time. */
export const Withheld = ({
  laneId,
  count,
}: {
  readonly laneId: LaneId;
  readonly count: number;
}): JSX.Element => {
  const { board, openLane } = useStore();
  const isOpen = useComputed(() => openLane.value === laneId).value;
  const held = useComputed(() => board.value.withheld).value;
  const alarms = held?.laneId === laneId ? held.alarms : null;
  return (
    <div class="withheld" data-testid="lane-withheld">
      <button
        type="button"
        class="withheld-toggle"
        aria-expanded={isOpen}
        onClick={() => (openLane.value = isOpen ? null : laneId)}
      >
        {text.count(count)}
      </button>
      {isOpen && alarms === null && <p class="quiet">{text.loading}</p>}
      {isOpen && alarms !== null && (
        <ul aria-label={text.count(count)}>
          {alarms.map((alarm) => (
            <Entry key={alarm.alarmId} alarm={alarm} />
          ))}
        </ul>
      )}
      {isOpen && alarms !== null && alarms.length < count && (
        <p class="quiet">{text.older(count - alarms.length)}</p>
      )}
    </div>
  );
};
