import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { Alarm } from "../../../domain/alarms.ts";
import type { GroupMemberName } from "../../../domain/panels.ts";
import { GammaCourse } from "./gamma-course.tsx";
import type { ReadPicture } from "./gamma-course.tsx";
import { Legend } from "./profile-legend.tsx";
import {
  chartedGroups,
  decisiveMember,
  leftBackground,
  profileSeries,
  secondsAt,
  unitsPerSecond,
  windowInSeconds,
} from "./profile-series.ts";
import type { AxisKind, ChartedGroup } from "./profile-series.ts";
import { useTexts } from "../store.ts";

interface GroupChoiceProps {
  readonly groups: readonly ChartedGroup[];
  readonly chosen: GroupMemberName;
  readonly choose: (member: GroupMemberName) => void;
}

const GroupChoice = ({ groups, chosen, choose }: GroupChoiceProps): JSX.Element | null => {
  const { chart, domain } = useTexts();
  if (groups.length < 2) return null;
  return (
    <label class="group-choice">
      {chart.group}{" "}
      <select
        value={chosen}
        onChange={(event) => {
          const group = groups.find(({ member }) => member === event.currentTarget.value);
          if (group !== undefined) choose(group.member);
        }}
      >
        {groups.map(({ member }) => (
          <option key={member} value={member}>
            {domain.panels[member]}
          </option>
        ))}
      </select>
    </label>
  );
};

/** The course of the gamma counts: the sum the rule judged, each panel, background, threshold and the alarm's intervals. */
export const ProfileChart = ({
  alarm,
  endInSeconds,
  axis,
  children,
}: {
  readonly alarm: Alarm;
  readonly endInSeconds: number;
  readonly axis: AxisKind;
  /** Stands with the other controls. */
  readonly children: ComponentChildren;
}): JSX.Element => {
  const { profile } = alarm;
  const texts = useTexts();
  const { chart: text, domain, format } = texts;
  const [chosen, setChosen] = useState<GroupMemberName | null>(null);
  const [panelsShown, setPanelsShown] = useState<readonly boolean[]>([true, true, true, true]);
  const groups = chartedGroups(profile);
  const wanted = chosen ?? decisiveMember(alarm.decisions);
  const group = groups.find(({ member }) => member === wanted) ?? groups[0];
  if (profile.gamma.length === 0 || group === undefined) return <p class="quiet">{text.noCourse}</p>;
  const left = leftBackground(profile, group.member);
  const picture: ReadPicture = {
    series: profileSeries(profile, group.columns),
    group,
    left,
    axis,
    unitsPerSecond: unitsPerSecond(axis, alarm.speedKph),
    endInSeconds,
    intervalInSeconds: secondsAt(profile, 1),
    raisedAtInSeconds: secondsAt(profile, alarm.raisedInterval),
    panelsShown,
    texts,
  };
  const window = format.seconds(windowInSeconds(profile));
  const toggle = (column: number): void =>
    setPanelsShown(panelsShown.map((shown, at) => (at === column ? !shown : shown)));
  return (
    <figure class="chart" data-testid="profile-chart" data-intervals={profile.gamma.length}>
      <figcaption>
        <b>{text.heading}</b>{" "}
        <span class="quiet">
          {axis === "distance" && alarm.speedKph !== null
            ? text.captionDistance({ window, speed: format.kilometresPerHour(alarm.speedKph) })
            : text.caption({ window })}
        </span>
      </figcaption>
      <GammaCourse picture={picture} label={text.label({ group: domain.panels[group.member] })}>
        <span class="read-controls">
          <GroupChoice groups={groups} chosen={group.member} choose={setChosen} />
          {children}
        </span>
      </GammaCourse>
      <Legend group={group} hasLeft={left !== null} shown={panelsShown} toggle={toggle} />
      {profile.limits.length === 0 && <p class="quiet">{text.noThreshold}</p>}
      {profile.droppedIntervals > 0 && <p class="quiet">{text.dropped(profile.droppedIntervals)}</p>}
    </figure>
  );
};
