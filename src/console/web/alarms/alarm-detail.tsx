import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AlarmCase } from "../../../domain/adjudication.ts";
import type { Alarm, Origin } from "../../../domain/alarms.ts";
import type { AlarmId } from "../../../domain/ids.ts";
import type { WallMs } from "../../../domain/units.ts";
import type { AlarmRow, AlarmStamps } from "../../../wire/console.ts";
import { closeAlarm } from "../acts.ts";
import { useStore, useTexts } from "../store.ts";
import type { Texts } from "../texts/catalog.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { CaseHistory } from "./case-history.tsx";
import { Evidence } from "./evidence.tsx";
import { Work } from "./form/work.tsx";
import { latenessOf, latenessText, timeNear } from "./lateness.ts";
import { NeutronChart } from "./neutron-chart.tsx";
import { Attachments } from "./page/attachments.tsx";
import { EnergyTable } from "./page/energy-table.tsx";
import { ExportsMenu } from "./page/exports-menu.tsx";
import { Continued, Guidance } from "./page/guidance.tsx";
import { Inspection } from "./page/inspection.tsx";
import { LatencyTable } from "./page/latency-table.tsx";
import { RelatedAlarms } from "./page/related-alarms.tsx";
import { ProfileChart } from "./profile-chart.tsx";
import { type AxisKind, axisEndInSeconds, unitsPerSecond } from "./profile-series.ts";
import { VacantLimits } from "./vacant-limits.tsx";

const originsOf = (t: Texts, alarm: Alarm): string => {
  const held: readonly Origin[] = ["core", "portal"];
  return t.format.list(
    held
      .filter((origin) => alarm.decisions.some((decision) => decision.origin === origin))
      .map((origin) => t.domain.origins[origin]),
  );
};

interface FactsProps {
  readonly alarm: Alarm;
  /** The alarm's row of the queue, where it is still there. */
  readonly row: AlarmRow | undefined;
  /** What the lane does now is known. */
  readonly isLaneKnown: boolean;
}

const endingOf = (
  t: Texts,
  { alarm, row, isLaneKnown }: FactsProps,
  time: (at: WallMs) => string,
): readonly [string, string] => {
  const text = t.detail;
  if (alarm.vacant === true) {
    const still = isLaneKnown ? text.vacantStill : text.notKnown;
    const value = alarm.endedAt === null ? still : text.vacantBelow({ time: time(alarm.endedAt) });
    return [text.vacantLabel, value];
  }
  const still = isLaneKnown && row?.present !== false ? text.stillIn : text.notKnown;
  return [text.ended, alarm.endedAt === null ? still : time(alarm.endedAt)];
};

const Facts = (props: FactsProps): JSX.Element => {
  const { siteTime, serverNow } = useStore();
  const t = useTexts();
  const { alarm, row } = props;
  const { time, zone } = siteTime.value;
  const at = (when: WallMs): string => `${timeNear(siteTime.value, when, serverNow.value)} ${zone(when)}`;
  const cameAt = row?.late?.cameAt ?? null;
  const facts: readonly (readonly [string, string])[] = [
    [t.detail.raised, at(alarm.raisedAt)],
    [t.detail.age, t.format.age(serverNow.value - alarm.raisedAt)],
    endingOf(t, props, time),
    ...(cameAt === null ? [] : [[t.detail.came, at(cameAt)] as const]),
    [t.detail.decidedBy, originsOf(t, alarm)],
    ...(alarm.speedKph === null
      ? []
      : [[t.detail.speed, t.format.kilometresPerHour(alarm.speedKph)] as const]),
    ...(alarm.occupancyNumber === null
      ? []
      : [[t.detail.occupancyNumber, String(alarm.occupancyNumber)] as const]),
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

/** What is out of the ordinary about where the vehicle is. */
const Notice = ({ alarm, row }: Omit<FactsProps, "isLaneKnown">): JSX.Element | null => {
  const { siteTime, serverNow } = useStore();
  const t = useTexts();
  const late = row === undefined ? null : latenessOf(row, siteTime.value, serverNow.value);
  if (alarm.vacant !== true && late === null) return null;
  return (
    <p class="notice" data-testid="alarm-notice">
      {[alarm.vacant === true ? t.detail.vacantNotice : "", late === null ? "" : latenessText(t, late, false)]
        .filter(Boolean)
        .join(" ")}
    </p>
  );
};

interface AxisChoiceProps {
  readonly axis: AxisKind;
  readonly choose: (axis: AxisKind) => void;
}

/** Both charts have the same axis. */
const AxisChoice = ({ axis, choose }: AxisChoiceProps): JSX.Element => {
  const { chart } = useTexts();
  return (
    <div class="axis-choice" role="group" aria-label={chart.axis}>
      {(["time", "distance"] as const).map((kind) => (
        <button key={kind} type="button" aria-pressed={kind === axis} onClick={() => choose(kind)}>
          {chart.axes[kind]}
        </button>
      ))}
    </div>
  );
};

const Charts = ({ alarm }: { readonly alarm: Alarm }): JSX.Element => {
  const [wanted, setWanted] = useState<AxisKind>("time");
  const endInSeconds = axisEndInSeconds(alarm.profile, alarm.state === "active");
  if (alarm.vacant === true) return <VacantLimits alarm={alarm} />;
  const axis = alarm.speedKph === null || alarm.speedKph <= 0 ? "time" : wanted;
  const neutrons = (
    <NeutronChart
      profile={alarm.profile}
      endInSeconds={endInSeconds}
      unitsPerSecond={unitsPerSecond(axis, alarm.speedKph)}
    />
  );
  return (
    <>
      {alarm.kind === "neutron" && neutrons}
      <ProfileChart alarm={alarm} endInSeconds={endInSeconds} axis={axis}>
        {alarm.speedKph !== null && alarm.speedKph > 0 && <AxisChoice axis={axis} choose={setWanted} />}
      </ProfileChart>
      {alarm.kind !== "neutron" && neutrons}
      <EnergyTable profile={alarm.profile} />
    </>
  );
};

interface ShownProps {
  readonly alarmCase: AlarmCase;
  readonly stamps: AlarmStamps | null;
  readonly close: () => void;
}

const Shown = ({ alarmCase, stamps, close }: ShownProps): JSX.Element => {
  const { board, current } = useStore();
  const t = useTexts();
  const { alarm, adjudication } = alarmCase;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const held = useComputed(() => board.value.lanes.get(alarm.laneId)).value;
  const lane = held?.name ?? alarm.laneId;
  const row = useComputed(() => board.value.alarms.get(alarm.alarmId)).value;
  const isLaneKnown = current.value && held?.data.kind === "current";
  const isActive = alarm.state === "active" && alarm.vacant !== true && row?.present !== false;
  return (
    <>
      <div class="detail-scroll">
        <div class="detail-head" data-kind={alarm.kind}>
          <h2 id="detail-heading" ref={heading} tabIndex={-1}>
            {t.detail.heading({ kind: t.domain.alarmKinds[alarm.kind], lane })}
          </h2>
          <span class="chip" data-testid="alarm-state" data-state={adjudication.state}>
            {t.domain.states[adjudication.state]}
          </span>
          {alarm.vacant === true && <Badge>{t.alarms.vacant}</Badge>}
          {alarm.historical === true && <Badge>{t.alarms.late}</Badge>}
          {isActive && <Badge look="accent">{isLaneKnown ? t.alarms.inPortal : t.alarms.wasInPortal}</Badge>}
          <span class="head-end">
            <ExportsMenu alarmId={alarm.alarmId} />
            <Button onClick={close}>{t.shell.close}</Button>
          </span>
        </div>
        <Notice alarm={alarm} row={row} />
        <Continued alarm={alarm} />
        <Facts alarm={alarm} row={row} isLaneKnown={isLaneKnown} />
        <Guidance alarm={alarm} />
        <Inspection adjudication={adjudication} />
        <Evidence alarm={alarm} />
        <Charts alarm={alarm} />
        <LatencyTable alarmCase={alarmCase} stamps={stamps} />
        <RelatedAlarms alarmCase={alarmCase} />
        <Attachments alarmCase={alarmCase} />
        <CaseHistory alarmCase={alarmCase} cameAt={row?.late?.cameAt ?? null} />
      </div>
      <Work alarmCase={alarmCase} />
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
    <Button class="close" onClick={close}>
      {useTexts().shell.close}
    </Button>
    {detail !== "" && <p class="quiet">{detail}</p>}
  </div>
);

/** The alarm in the address: its evidence, its course, who did what, and the form to decide on it. */
export const AlarmDetail = ({ alarmId }: { readonly alarmId: AlarmId }): JSX.Element => {
  const { board } = useStore();
  const watched = useComputed(() => board.value.watched).value;
  const text = useTexts().detail;
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
        <Shown alarmCase={mine.case} stamps={mine.stamps} close={close} />
      )}
    </section>
  );
};
