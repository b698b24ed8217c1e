import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Alarm } from "../../domain/alarms.ts";
import type { GroupMemberName } from "../../domain/panels.ts";
import { panels } from "../../domain/panels.ts";
import { createGammaPlot } from "./gamma-plot.ts";
import type { GammaPicture, GammaPlot } from "./gamma-plot.ts";
import { messages } from "./messages.ts";
import {
  chartedGroups,
  decisiveMember,
  profileSeries,
  secondsAt,
  windowInSeconds,
  zOf,
} from "./profile-series.ts";
import type { ChartedGroup, ProfileSeries } from "./profile-series.ts";
import { useStore } from "./store.ts";

const text = messages.chart;

const peakIndex = (series: ProfileSeries): number => {
  let peak = 0;
  series.sum.forEach((value, at) => {
    if ((value ?? 0) > (series.sum[peak] ?? 0)) peak = at;
  });
  return peak;
};

const within = (runs: ProfileSeries["coreRuns"], at: number): boolean =>
  runs.some((run) => run.first <= at && at <= run.last);

/** What the chart says at one interval, in words. */
const readOut = ({ series, group }: GammaPicture, at: number): string => {
  const sum = series.sum[at] ?? null;
  const z = zOf(sum, group.background);
  return [
    text.readAt(series.seconds[at] ?? 0),
    text.readSum(sum),
    ...(z === null ? [] : [text.readZ(z)]),
    text.readFlags(within(series.coreRuns, at), within(series.portalRuns, at)),
  ].join(" · ");
};

const keySteps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageDown: -5,
  PageUp: 5,
  Home: -Infinity,
  End: Infinity,
};

interface PlotProps {
  readonly picture: GammaPicture;
  readonly label: string;
  /** Stands beside the read-out. */
  readonly children: ComponentChildren;
}

/** The plot and its cursor: a slider over the intervals, so that it can be read by keyboard and by ear. */
const Plot = ({ picture, label, children }: PlotProps): JSX.Element => {
  const { current } = useStore();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<GammaPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const isCurrent = current.value;
  useEffect(() => {
    if (host.current === null) return;
    const made = createGammaPlot(host.current, picture, setPointed);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, []);
  useEffect(() => plot.current?.show(picture), [picture]);
  useEffect(() => plot.current?.redraw(), [isCurrent]);

  const last = picture.series.seconds.length - 1;
  const at = Math.min(last, pointed ?? peakIndex(picture.series));
  const words = readOut(picture, at);
  const move = (event: KeyboardEvent): void => {
    const step = keySteps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    plot.current?.pointAt(Math.min(last, Math.max(0, at + step)));
  };
  return (
    <>
      <div class="read-out">
        <span title={text.readHint}>{words}</span>
        {children}
      </div>
      <div
        ref={host}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${label}. ${text.cursor}`}
        aria-description={text.readHint}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at}
        aria-valuetext={words}
        onKeyDown={move}
      />
    </>
  );
};

const Swatch = ({ name }: { readonly name: string }): JSX.Element => (
  <svg class="swatch" data-name={name} viewBox="0 0 22 8" width="22" height="8" aria-hidden="true">
    <line x1="0" x2="22" y1="4" y2="4" />
  </svg>
);

interface LegendProps {
  readonly group: ChartedGroup;
  readonly shown: readonly boolean[];
  readonly toggle: (column: number) => void;
}

const Legend = ({ group, shown, toggle }: LegendProps): JSX.Element => (
  <div class="legend" role="group" aria-label={text.legend}>
    <span class="legend-key">
      <Swatch name="sum" /> {text.groupName(group.member)}
    </span>
    {group.background !== null && (
      <span class="legend-key">
        <Swatch name="background" /> {text.level(text.background, group.background)}
      </span>
    )}
    {group.threshold !== null && (
      <span class="legend-key">
        <Swatch name="threshold" /> {text.level(text.threshold, group.threshold)}
      </span>
    )}
    {panels.map((panel, column) => (
      <button
        key={panel}
        type="button"
        class="legend-key"
        aria-pressed={shown[column]}
        onClick={() => toggle(column)}
      >
        <Swatch name={`panel-${column}`} /> {text.panel(panel)}
      </button>
    ))}
  </div>
);

interface GroupChoiceProps {
  readonly groups: readonly ChartedGroup[];
  readonly chosen: GroupMemberName;
  readonly choose: (member: GroupMemberName) => void;
}

const GroupChoice = ({ groups, chosen, choose }: GroupChoiceProps): JSX.Element | null =>
  groups.length < 2 ? null : (
    <label class="group-choice">
      {text.group}{" "}
      <select
        value={chosen}
        onChange={(event) => {
          const group = groups.find(({ member }) => member === event.currentTarget.value);
          if (group !== undefined) choose(group.member);
        }}
      >
        {groups.map(({ member }) => (
          <option key={member} value={member}>
            {text.groupName(member)}
          </option>
        ))}
      </select>
    </label>
  );

/** The course of the gamma counts: the sum the rule judged, each panel, background, threshold and the alarm's intervals. */
export const ProfileChart = ({
  alarm,
  endInSeconds,
}: {
  readonly alarm: Alarm;
  readonly endInSeconds: number;
}): JSX.Element => {
  const { profile } = alarm;
  const [chosen, setChosen] = useState<GroupMemberName | null>(null);
  const [panelsShown, setPanelsShown] = useState<readonly boolean[]>([true, true, true, true]);
  const groups = chartedGroups(profile);
  const wanted = chosen ?? decisiveMember(alarm.decisions);
  const group = groups.find(({ member }) => member === wanted) ?? groups[0];
  if (profile.gamma.length === 0 || group === undefined) return <p class="quiet">{text.noCourse}</p>;
  const picture: GammaPicture = {
    series: profileSeries(profile, group.columns),
    group,
    endInSeconds,
    intervalInSeconds: secondsAt(profile, 1),
    raisedAtInSeconds: secondsAt(profile, alarm.raisedInterval),
    panelsShown,
  };
  const toggle = (column: number): void =>
    setPanelsShown(panelsShown.map((shown, at) => (at === column ? !shown : shown)));
  return (
    <figure class="chart" data-testid="profile-chart" data-intervals={profile.gamma.length}>
      <figcaption>
        <b>{text.heading}</b> <span class="quiet">{text.caption(windowInSeconds(profile))}</span>
      </figcaption>
      <Plot picture={picture} label={text.label(text.groupName(group.member))}>
        <GroupChoice groups={groups} chosen={group.member} choose={setChosen} />
      </Plot>
      <Legend group={group} shown={panelsShown} toggle={toggle} />
      {profile.limits.length === 0 && <p class="quiet">{text.noThreshold}</p>}
      {profile.droppedIntervals > 0 && <p class="quiet">{text.dropped(profile.droppedIntervals)}</p>}
    </figure>
  );
};
