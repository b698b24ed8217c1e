import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AlarmCase } from "../../domain/adjudication.ts";
import type { Alarm, Origin } from "../../domain/alarms.ts";
import type { AlarmId } from "../../domain/ids.ts";
import type { WallMs } from "../../domain/units.ts";
import type { AlarmRow } from "../../wire/console.ts";
import { closeAlarm } from "./acts.ts";
import { Decide } from "./disposition-form.tsx";
import { formatAge } from "./format.ts";
import { latenessOf, timeNear } from "./lateness.ts";
import { messages } from "./messages.ts";
import { NeutronChart } from "./neutron-chart.tsx";
import { ProfileChart } from "./profile-chart.tsx";
import { axisEndInSeconds, flaggedSoFar, secondsAt, windowInSeconds } from "./profile-series.ts";
import { useStore } from "./store.ts";
import { VacantLimits } from "./vacant-limits.tsx";

const text = messages.detail;

const originsOf = (alarm: Alarm): readonly Origin[] => {
  const held: readonly Origin[] = ["core", "portal"];
  return held.filter((origin) => alarm.decisions.some((decision) => decision.origin === origin));
};

interface FactsProps {
  readonly alarm: Alarm;
  /** The alarm's row of the queue, where it is still there. */
  readonly row: AlarmRow | undefined;
  /** What the lane does now is known. */
  readonly isLaneKnown: boolean;
}

const Facts = ({ alarm, row, isLaneKnown }: FactsProps): JSX.Element => {
  const { siteTime, serverNow, current } = useStore();
  const { time, zone } = siteTime.value;
  const at = (when: WallMs): string => `${timeNear(siteTime.value, when, serverNow.value)} ${zone(when)}`;
  const cameAt = row?.late?.cameAt ?? null;
  const isKnown = isLaneKnown && current.value && row?.present !== false;
  const ending: readonly [string, string] =
    alarm.vacant === true
      ? [
          text.vacantLabel,
          alarm.endedAt === null ? text.vacantStill(isLaneKnown) : text.vacantBelow(time(alarm.endedAt)),
        ]
      : [text.ended, alarm.endedAt === null ? text.stillIn(isKnown) : time(alarm.endedAt)];
  const facts: readonly (readonly [string, string])[] = [
    [text.raised, at(alarm.raisedAt)],
    [text.age, formatAge(serverNow.value - alarm.raisedAt)],
    ending,
    ...(cameAt === null ? [] : [[text.came, at(cameAt)] as const]),
    [text.origins, text.originsOf(originsOf(alarm))],
    ...(alarm.speedKph === null ? [] : [[text.speed, text.speedKph(alarm.speedKph)] as const]),
    ...(alarm.occupancyNumber === null
      ? []
      : [[text.occupancyNumber, String(alarm.occupancyNumber)] as const]),
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};

const Evidence = ({ alarm }: { readonly alarm: Alarm }): JSX.Element => (
  <ul class="evidence" aria-label={text.evidenceHeading}>
    {alarm.decisions.map((decision) => (
      <li key={`${decision.origin} ${decision.rule}`} data-origin={decision.origin}>
        <span class="evidence-origin">{text.originsOf([decision.origin])}</span>
        <span>
          <strong>{text.evidence(decision, windowInSeconds(alarm.profile))}</strong>{" "}
          <span class="quiet">
            {alarm.vacant === true
              ? text.evidenceVacant(decision.flaggedIntervals)
              : text.evidenceWhen(
                  decision.rule,
                  flaggedSoFar(decision, alarm.profile),
                  secondsAt(alarm.profile, decision.firstInterval),
                )}
          </span>
        </span>
      </li>
    ))}
    <li data-testid="advice">
      <span class="evidence-origin">{text.adviceLabel}</span>
      <span>
        <strong>{text.loadClass(alarm.advice.class)}</strong>{" "}
        <span class="quiet">{alarm.advice.reasons.join(" ")}</span>
      </span>
    </li>
  </ul>
);

interface HistoryEntry {
  readonly at: WallMs;
  readonly what: string;
  readonly who: string;
  readonly more: string;
}

const historyOf = ({ alarm, adjudication }: AlarmCase, cameAt: WallMs | null): readonly HistoryEntry[] => {
  const entries: HistoryEntry[] = [
    { at: alarm.raisedAt, what: text.historyRaised(alarm.origin), who: "", more: "" },
  ];
  if (alarm.endedAt !== null) {
    const what = alarm.vacant === true ? text.historyVacantEnded : text.historyEnded;
    entries.push({ at: alarm.endedAt, what, who: "", more: "" });
  }
  if (cameAt !== null) entries.push({ at: cameAt, what: text.historyCame, who: "", more: "" });
  for (const command of adjudication.history) {
    const more =
      command.kind === "dispose"
        ? [command.vehicleId === "" ? "" : text.historyVehicle(command.vehicleId), command.notes]
        : [];
    entries.push({
      at: command.at,
      what: text.history(command),
      who: command.officer,
      more: more.filter(Boolean).join(". "),
    });
  }
  return entries.sort((a, b) => a.at - b.at);
};

interface HistoryProps {
  readonly alarmCase: AlarmCase;
  /** When a late alarm came, where that is known. */
  readonly cameAt: WallMs | null;
}

const History = ({ alarmCase, cameAt }: HistoryProps): JSX.Element => {
  const { siteTime } = useStore();
  return (
    <section class="history" aria-labelledby="history-heading">
      <h3 id="history-heading">{text.historyHeading}</h3>
      <ol>
        {historyOf(alarmCase, cameAt).map((entry) => (
          <li key={`${entry.at} ${entry.what}`}>
            <time>{siteTime.value.time(entry.at)}</time>
            <span>
              {entry.what} {entry.who !== "" && <span class="quiet">{messages.queue.by(entry.who)}</span>}
              {entry.more !== "" && <span class="history-more">{entry.more}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
};

/** What is out of the ordinary about where the vehicle is. */
const Notice = ({ alarm, row }: Omit<FactsProps, "isLaneKnown">): JSX.Element | null => {
  const { siteTime, serverNow } = useStore();
  const late = row === undefined ? null : latenessOf(row, siteTime.value, serverNow.value);
  if (alarm.vacant !== true && late === null) return null;
  return (
    <p class="notice" data-testid="alarm-notice">
      {[alarm.vacant === true ? text.vacantNotice : "", late === null ? "" : text.late(late)]
        .filter(Boolean)
        .join(" ")}
    </p>
  );
};

const Charts = ({ alarm }: { readonly alarm: Alarm }): JSX.Element => {
  const endInSeconds = axisEndInSeconds(alarm.profile, alarm.state === "active");
  if (alarm.vacant === true) return <VacantLimits alarm={alarm} />;
  const neutrons = <NeutronChart profile={alarm.profile} endInSeconds={endInSeconds} />;
  return (
    <>
      {alarm.kind === "neutron" && neutrons}
      <ProfileChart alarm={alarm} endInSeconds={endInSeconds} />
      {alarm.kind !== "neutron" && neutrons}
    </>
  );
};

interface ShownProps {
  readonly alarmCase: AlarmCase;
  readonly close: () => void;
}

const Shown = ({ alarmCase, close }: ShownProps): JSX.Element => {
  const { board, current } = useStore();
  const { alarm, adjudication } = alarmCase;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const held = board.value.lanes.get(alarm.laneId);
  const lane = held?.name ?? alarm.laneId;
  const row = board.value.alarms.get(alarm.alarmId);
  const isLaneKnown = current.value && held?.data.kind === "current";
  const isActive = alarm.state === "active" && alarm.vacant !== true && row?.present !== false;
  return (
    <>
      <div class="detail-scroll">
        <div class="detail-head" data-kind={alarm.kind}>
          <h2 id="detail-heading" ref={heading} tabIndex={-1}>
            {text.heading(alarm.kind, lane)}
          </h2>
          <span class="chip" data-testid="alarm-state" data-state={adjudication.state}>
            {messages.queue.state(adjudication.state)}
          </span>
          {alarm.vacant === true && <span class="row-badge">{messages.queue.vacant}</span>}
          {alarm.historical === true && <span class="row-badge">{messages.queue.late}</span>}
          {isActive && <span class="row-active">{messages.queue.active(isLaneKnown)}</span>}
          <button type="button" class="plain close" onClick={close}>
            {text.close}
          </button>
        </div>
        <Notice alarm={alarm} row={row} />
        <Facts alarm={alarm} row={row} isLaneKnown={isLaneKnown} />
        <Evidence alarm={alarm} />
        <Charts alarm={alarm} />
        <History alarmCase={alarmCase} cameAt={row?.late?.cameAt ?? null} />
      </div>
      <Decide alarmCase={alarmCase} />
    </>
  );
};

interface WaitingProps {
  readonly title: string;
  readonly detail: string;
  readonly close: () => void;
}

const Waiting = ({ title, detail, close }: WaitingProps): JSX.Element => (
  <div class="detail-head">
    <h2 id="detail-heading">{title}</h2>
    <button type="button" class="plain close" onClick={close}>
      {text.close}
    </button>
    {detail !== "" && <p class="quiet">{detail}</p>}
  </div>
);

/** The alarm in the address: its evidence, its course, who did what, and the form to decide on it. */
export const AlarmDetail = ({ alarmId }: { readonly alarmId: AlarmId }): JSX.Element => {
  const { watched } = useStore().board.value;
  const close = (): void => closeAlarm(alarmId);
  const leave = (event: KeyboardEvent): void => {
    if (event.key === "Escape") close();
  };
  const mine = watched.kind !== "none" && watched.alarmId === alarmId ? watched : null;
  return (
    <section class="pane detail" aria-labelledby="detail-heading" data-alarm={alarmId} onKeyDown={leave}>
      {mine === null || mine.kind === "loading" ? (
        <Waiting title={text.loading} detail="" close={close} />
      ) : mine.kind === "unknown" ? (
        <Waiting title={text.unknown} detail={text.unknownDetail} close={close} />
      ) : (
        <Shown alarmCase={mine.case} close={close} />
      )}
    </section>
  );
};
