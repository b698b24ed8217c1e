import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { AlarmRow } from "../../../wire/console.ts";
import { hashOf } from "../router.ts";
import { useStore, useTexts } from "../store.ts";
import { Badge } from "../ui/badge.tsx";
import { Entered } from "../ui/quoted.tsx";
import { latenessOf, latenessText } from "./lateness.ts";

const Age = ({ row }: { readonly row: AlarmRow }): JSX.Element => {
  const { serverNow, siteTime, texts } = useStore();
  const age = useComputed(() => texts.value.format.age(serverNow.value - row.raisedAt));
  return (
    <time class="row-age" title={siteTime.value.full(row.raisedAt)}>
      {age}
    </time>
  );
};

/** When its vehicle passed, on a line of its own. */
const Late = ({ row }: { readonly row: AlarmRow }): JSX.Element => {
  const { siteTime, serverNow, texts } = useStore();
  const how = useComputed(() => {
    const late = latenessOf(row, siteTime.value, serverNow.value);
    return late === null ? "" : latenessText(texts.value, late, true);
  });
  return <span class="row-line row-late">{how}</span>;
};

/** Where the vehicle is, as far as that is known; nothing where it has left in the ordinary way. */
const Presence = ({ row }: { readonly row: AlarmRow }): JSX.Element => {
  const { board, current } = useStore();
  const { alarms } = useTexts();
  const isKnown = useComputed(
    () => current.value && board.value.lanes.get(row.laneId)?.data.kind === "current",
  ).value;
  return (
    <>
      {row.vacant && <Badge>{alarms.vacant}</Badge>}
      {row.present && <Badge look="accent">{isKnown ? alarms.inPortal : alarms.wasInPortal}</Badge>}
      {row.late !== null && <Badge>{alarms.late}</Badge>}
    </>
  );
};

/** Who works on it and until when; what else is under way; what it waits for. */
const Work = ({ row }: { readonly row: AlarmRow }): JSX.Element | null => {
  const { officer, serverNow } = useStore();
  const t = useTexts();
  const { claim } = row;
  const isMine = claim !== null && claim.by.name === officer.value?.name;
  const left = useComputed(() => (claim === null ? 0 : claim.until - serverNow.value)).value;
  const lease = left <= 0 ? t.alarms.leaseOver : t.alarms.leaseLeft({ age: t.format.age(left) });
  const others = [
    row.proposal === null ? "" : t.domain.proposals[row.proposal],
    row.secondary === "none" ? "" : t.domain.secondary[row.secondary],
    row.escalated ? t.alarms.escalated : "",
  ].filter(Boolean);
  if (claim === null && others.length === 0) return null;
  return (
    <span class="row-line row-work">
      {claim !== null && (
        <span class="row-holder" data-mine={isMine} data-over={left <= 0}>
          {isMine ? t.alarms.heldByYou : t.alarms.heldBy({ officer: claim.by.name })}
          <span class="quiet"> · {lease}</span>
        </span>
      )}
      {others.map((text) => (
        <Badge key={text} look="watch">
          {text}
        </Badge>
      ))}
    </span>
  );
};

/** Whether the officer is told what raised it: not where something more telling stands there. */
const showsOrigin = (row: AlarmRow): boolean =>
  row.state !== "dispositioned" && !row.vacant && row.late === null;

export const QueueRow = ({ row }: { readonly row: AlarmRow }): JSX.Element => {
  const { board, selected, arrived } = useStore();
  const t = useTexts();
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
          <span class="row-kind">{t.domain.alarmKinds[row.kind]}</span>
          <span class="row-lane">
            <Entered text={lane} />
          </span>
          <span class="row-figures">
            <span class="row-z">{row.peakZ === null ? t.alarms.noZ : t.format.sigma(row.peakZ)}</span>{" "}
            <Age row={row} />
          </span>
        </span>
        <span class="row-line row-second">
          <Presence row={row} />
          {showsOrigin(row) && (
            <span class="row-rest">
              {t.alarms.origins[row.origin]}
              {row.state === "unacknowledged" &&
                !row.present &&
                ` · ${t.alarms.flagged(row.flaggedIntervals)}`}
            </span>
          )}
          <span class="row-state">
            {row.disposition === null || row.state === "awaiting-approval"
              ? t.domain.states[row.state]
              : t.domain.dispositions[row.disposition]}
            {row.officer !== null && row.claim === null && (
              <span class="quiet"> {t.alarms.by({ officer: row.officer })}</span>
            )}
          </span>
        </span>
        <Work row={row} />
        {row.late !== null && <Late row={row} />}
      </a>
    </li>
  );
};
