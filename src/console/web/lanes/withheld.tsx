import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { LaneId } from "../../../domain/ids.ts";
import type { WithheldAlarm } from "../../../wire/console.ts";
import { useStore, useTexts } from "../store.ts";
import { Quoted } from "../ui/quoted.tsx";

const Entry = ({ alarm }: { readonly alarm: WithheldAlarm }): JSX.Element => {
  const { siteTime } = useStore();
  const t = useTexts();
  const kind = t.domain.alarmKinds[alarm.kind];
  const looks = t.domain.loadClasses[alarm.class];
  return (
    <li>
      <b>{t.lanes.withheldWhat({ kind, looks })}</b> <time>{siteTime.value.dateTime(alarm.raisedAt)}</time>
      {alarm.peakZ !== null && <span class="quiet"> {t.format.sigma(alarm.peakZ)}</span>}
      <span class="withheld-reasons">
        <Quoted text={alarm.reasons.join(" ")} />
      </span>
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
  const t = useTexts();
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
        {t.lanes.withheld(count)}
      </button>
      {isOpen && alarms === null && <p class="quiet">{t.shell.loading}</p>}
      {isOpen && alarms !== null && (
        <ul aria-label={t.lanes.withheld(count)}>
          {alarms.map((alarm) => (
            <Entry key={alarm.alarmId} alarm={alarm} />
          ))}
        </ul>
      )}
      {isOpen && alarms !== null && alarms.length < count && (
        <p class="quiet">{t.lanes.withheldOlder(count - alarms.length)}</p>
      )}
    </div>
  );
};
