import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AlarmCase } from "../../domain/adjudication.ts";
import type { Alarm, Origin } from "../../domain/alarms.ts";
import type { AlarmId } from "../../domain/ids.ts";
import type { WallMs } from "../../domain/units.ts";
import { closeAlarm } from "./acts.ts";
import { Decide } from "./disposition-form.tsx";
import { formatAge } from "./format.ts";
import { messages } from "./messages.ts";
import { NeutronChart } from "./neutron-chart.tsx";
import { ProfileChart } from "./profile-chart.tsx";
import { axisEndInSeconds, flaggedSoFar, secondsAt, windowInSeconds } from "./profile-series.ts";
import { useStore } from "./store.ts";

const text = messages.detail;

const originsOf = (alarm: Alarm): readonly Origin[] => {
  const held: readonly Origin[] = ["core", "portal"];
  return held.filter((origin) => alarm.decisions.some((decision) => decision.origin === origin));
};

const Facts = ({ alarm }: { readonly alarm: Alarm }): JSX.Element => {
  const { siteTime, serverNow, current } = useStore();
  const { time, dateTime, zone } = siteTime.value;
  const isToday = dateTime(alarm.raisedAt).startsWith(
    dateTime(serverNow.value).slice(0, "yyyy-mm-dd".length),
  );
  const at = (when: WallMs): string => `${isToday ? time(when) : dateTime(when)} ${zone(when)}`;
  const facts: readonly (readonly [string, string])[] = [
    [text.raised, at(alarm.raisedAt)],
    [text.age, formatAge(serverNow.value - alarm.raisedAt)],
    [text.ended, alarm.endedAt === null ? text.stillIn(current.value) : time(alarm.endedAt)],
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
            {text.evidenceWhen(
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

const historyOf = ({ alarm, adjudication }: AlarmCase): readonly HistoryEntry[] => {
  const entries: HistoryEntry[] = [
    { at: alarm.raisedAt, what: text.historyRaised(alarm.origin), who: "", more: "" },
  ];
  if (alarm.endedAt !== null) entries.push({ at: alarm.endedAt, what: text.historyEnded, who: "", more: "" });
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

const History = ({ alarmCase }: { readonly alarmCase: AlarmCase }): JSX.Element => {
  const { siteTime } = useStore();
  return (
    <section class="history" aria-labelledby="history-heading">
      <h3 id="history-heading">{text.historyHeading}</h3>
      <ol>
        {historyOf(alarmCase).map((entry) => (
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

interface ShownProps {
  readonly alarmCase: AlarmCase;
  readonly close: () => void;
}

const Shown = ({ alarmCase, close }: ShownProps): JSX.Element => {
  const { board, current } = useStore();
  const { alarm, adjudication } = alarmCase;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const endInSeconds = axisEndInSeconds(alarm.profile, alarm.state === "active");
  const lane = board.value.lanes.get(alarm.laneId)?.name ?? alarm.laneId;
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
          {alarm.state === "active" && <span class="row-active">{messages.queue.active(current.value)}</span>}
          <button type="button" class="plain close" onClick={close}>
            {text.close}
          </button>
        </div>
        <Facts alarm={alarm} />
        <Evidence alarm={alarm} />
        {alarm.kind === "neutron" && <NeutronChart profile={alarm.profile} endInSeconds={endInSeconds} />}
        <ProfileChart alarm={alarm} endInSeconds={endInSeconds} />
        {alarm.kind !== "neutron" && <NeutronChart profile={alarm.profile} endInSeconds={endInSeconds} />}
        <History alarmCase={alarmCase} />
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
