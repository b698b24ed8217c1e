import type { ComponentChildren, JSX } from "preact";
import type { DispositionGroup } from "../../../domain/dispositions.ts";
import { dispositionGroups } from "../../../domain/dispositions.ts";
import type { HistoryFigures } from "../../../wire/history.ts";
import { hashOfPage } from "../router.ts";
import { useStore, useTexts } from "../store.ts";
import { Entered } from "../ui/quoted.tsx";
import { type Bar, Bars } from "./bars.tsx";

interface FiguresProps {
  readonly figures: HistoryFigures;
}

interface BlockProps {
  readonly heading: string;
  readonly children: ComponentChildren;
}

const Block = ({ heading, children }: BlockProps): JSX.Element => (
  <div class="figure-block">
    <h2>{heading}</h2>
    {children}
  </div>
);

const lookOf = (group: DispositionGroup): NonNullable<Bar["look"]> => {
  switch (group) {
    case "real":
    case "innocent":
    case "false":
      return group;
    case "test":
    case "tamper":
    case "other":
      return "other";
  }
};

const isGroup = (name: string): name is DispositionGroup => Object.hasOwn(dispositionGroups, name);
const groups = Object.keys(dispositionGroups).filter(isGroup);
const lanesListed = 15;

const useCounted = (): ((alarms: number, of: number) => string) => {
  const { format } = useTexts();
  return (alarms, of) => `${format.number(alarms)} · ${format.percent(of === 0 ? 0 : alarms / of)}`;
};

/** Alarms by what they turned out to be, by kind, by lane and by hour: the values stand beside the bars. */
export const Mixes = ({ figures }: FiguresProps): JSX.Element => {
  const { board } = useStore();
  const t = useTexts();
  const text = t.figures.mix;
  const counted = useCounted();
  const disposed = figures.byDisposition.reduce((sum, { alarms }) => sum + alarms, 0);
  const inGroup = (group: DispositionGroup): number =>
    figures.byDisposition.reduce((sum, entry) => sum + (entry.group === group ? entry.alarms : 0), 0);
  const named = figures.byLane.slice(0, lanesListed);
  return (
    <>
      <Block heading={text.groups}>
        <Bars
          label={text.groups}
          bars={groups.map((group) => ({
            key: group,
            label: t.domain.dispositionGroups[group],
            value: inGroup(group),
            text: counted(inGroup(group), disposed),
            look: lookOf(group),
          }))}
        />
      </Block>
      <Block heading={text.codes}>
        {disposed === 0 ? (
          <p class="quiet">{text.noneDisposed}</p>
        ) : (
          <Bars
            label={text.codes}
            bars={figures.byDisposition.map(({ disposition, code, group, alarms }) => ({
              key: disposition,
              label: text.code({ code: String(code), name: t.domain.dispositions[disposition] }),
              value: alarms,
              text: counted(alarms, disposed),
              look: lookOf(group),
            }))}
          />
        )}
      </Block>
      <Block heading={text.kinds}>
        <Bars
          label={text.kinds}
          bars={figures.byKind.map(({ kind, alarms }) => ({
            key: kind,
            label: t.domain.alarmKinds[kind],
            value: alarms,
            text: counted(alarms, figures.alarms),
          }))}
        />
      </Block>
      <Block heading={text.lanes}>
        <Bars
          label={text.lanes}
          bars={named.map(({ laneId, alarms }) => ({
            key: laneId,
            label: (
              <a href={`${hashOfPage("history")}?lane=${encodeURIComponent(laneId)}`}>
                <Entered text={board.peek().lanes.get(laneId)?.name ?? laneId} />
              </a>
            ),
            value: alarms,
            text: counted(alarms, figures.alarms),
          }))}
        />
        {figures.byLane.length > named.length && (
          <p class="quiet">{text.otherLanes(figures.byLane.length - named.length)}</p>
        )}
      </Block>
      <Hours figures={figures} />
    </>
  );
};

/** By hour of the day at the site. */
const Hours = ({ figures }: FiguresProps): JSX.Element => {
  const t = useTexts();
  const text = t.figures.mix;
  const largest = Math.max(1, ...figures.byHour);
  return (
    <div class="figure-block figure-wide">
      <h2>{text.hours}</h2>
      <ol class="hours" aria-label={text.hours}>
        {figures.byHour.map((alarms, hour) => (
          <li key={hour}>
            <span class="hour-value">{t.format.number(alarms)}</span>
            <span class="hour-track" aria-hidden="true">
              <span class="bar-fill" style={{ blockSize: `${((alarms / largest) * 100).toFixed(1)}%` }} />
            </span>
            <span class="hour-name">{String(hour).padStart(2, "0")}</span>
          </li>
        ))}
      </ol>
    </div>
  );
};
