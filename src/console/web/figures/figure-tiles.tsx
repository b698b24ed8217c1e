import type { ComponentChildren, JSX } from "preact";
import { wallMs } from "../../../domain/units.ts";
import type { Delay, HistoryFigures } from "../../../wire/history.ts";
import { useStore, useTexts } from "../store.ts";
import { Table } from "../ui/table.tsx";
import { acceptableAnOfficer } from "./load-plot.ts";

interface FiguresProps {
  readonly figures: HistoryFigures;
}

interface TileProps {
  readonly label: string;
  readonly value: string;
  readonly note?: ComponentChildren;
  /** `over`: beyond what is acceptable; the note says so in words. */
  readonly look?: "plain" | "over";
}

const Tile = ({ label, value, note, look = "plain" }: TileProps): JSX.Element => (
  <div class="figure-tile" data-look={look}>
    <dt>{label}</dt>
    <dd>
      <b>{value}</b>
      {note !== undefined && <span class="figure-note">{note}</span>}
    </dd>
  </div>
);

/** The figures that are looked at first. */
export const HeadFigures = ({ figures }: FiguresProps): JSX.Element => {
  const { siteTime } = useStore();
  const t = useTexts();
  const text = t.figures.head;
  const { per10MinutesAnOfficer: anOfficer, busiest, floods } = figures;
  const isOver = anOfficer !== null && anOfficer > acceptableAnOfficer;
  return (
    <dl class="figure-tiles">
      <Tile label={text.alarms} value={t.format.number(figures.alarms)} />
      <Tile label={text.per10Minutes} value={t.format.number(figures.per10Minutes, 2)} />
      <Tile
        label={text.anOfficer}
        value={anOfficer === null ? "–" : t.format.number(anOfficer, 2)}
        note={anOfficer === null ? text.nobody : isOver ? text.over : text.within}
        look={isOver ? "over" : "plain"}
      />
      <Tile
        label={text.busiest}
        value={busiest === null ? "–" : t.format.number(busiest.alarms)}
        {...(busiest === null ? {} : { note: text.from({ at: siteTime.value.dateTime(busiest.from) }) })}
      />
      <Tile
        label={text.floodTime}
        value={t.format.age(floods.totalMs)}
        note={text.floods(floods.count)}
        look={floods.count > 0 ? "over" : "plain"}
      />
      <Tile
        label={text.standing}
        value={t.format.number(figures.standing.count)}
        note={text.standingNote}
        look={figures.standing.count > 0 ? "over" : "plain"}
      />
      <Tile label={text.undisposed} value={t.format.number(figures.undisposed)} />
    </dl>
  );
};

/** How long alarms waited for an officer's first act and for their disposition. */
export const Delays = ({ figures }: FiguresProps): JSX.Element => {
  const t = useTexts();
  const text = t.figures.delays;
  const rows: readonly { key: string; name: string; delay: Delay }[] = [
    { key: "acknowledge", name: text.toAcknowledge, delay: figures.toAcknowledge },
    { key: "dispose", name: text.toDispose, delay: figures.toDispose },
  ];
  const age = (ms: number | null): string => (ms === null ? "–" : t.format.age(ms));
  return (
    <div class="figure-block figure-wide">
      <h2>{text.heading}</h2>
      <Table
        caption={text.heading}
        rows={rows}
        keyOf={({ key }) => key}
        testId="delays"
        columns={[
          { key: "what", heading: text.what, cell: ({ name }) => name },
          { key: "p50", heading: text.p50, cell: ({ delay }) => age(delay.p50Ms), isFigure: true },
          { key: "p90", heading: text.p90, cell: ({ delay }) => age(delay.p90Ms), isFigure: true },
          { key: "max", heading: text.max, cell: ({ delay }) => age(delay.maxMs), isFigure: true },
          {
            key: "count",
            heading: text.count,
            cell: ({ delay }) => t.format.number(delay.count),
            isFigure: true,
          },
          {
            key: "waiting",
            heading: text.waiting,
            cell: ({ delay }) => t.format.number(delay.waiting),
            isFigure: true,
          },
        ]}
      />
    </div>
  );
};

const officersListed = 50;

export const Officers = ({ figures }: FiguresProps): JSX.Element | null => {
  const t = useTexts();
  const text = t.figures.officers;
  if (figures.officers.length === 0) return null;
  return (
    <div class="figure-block figure-wide">
      <h2>{text.heading}</h2>
      <Table
        caption={text.heading}
        rows={figures.officers.slice(0, officersListed)}
        keyOf={({ officer }) => officer}
        testId="officers"
        columns={[
          { key: "officer", heading: text.officer, cell: ({ officer }) => <bdi>{officer}</bdi> },
          {
            key: "alarms",
            heading: text.alarms,
            cell: ({ alarms }) => t.format.number(alarms),
            isFigure: true,
          },
          { key: "acts", heading: text.acts, cell: ({ acts }) => t.format.number(acts), isFigure: true },
          { key: "hours", heading: text.hours, cell: ({ hours }) => t.format.number(hours), isFigure: true },
          {
            key: "rate",
            heading: text.rate,
            cell: ({ per10Minutes }) => t.format.number(per10Minutes, 2),
            isFigure: true,
          },
        ]}
      />
    </div>
  );
};

export const Floods = ({ figures }: FiguresProps): JSX.Element | null => {
  const { siteTime } = useStore();
  const t = useTexts();
  const text = t.figures.floods;
  if (figures.floods.count === 0) return null;
  return (
    <div class="figure-block figure-wide">
      <h2>{text.heading}</h2>
      <Table
        caption={text.heading}
        rows={figures.floods.longest.slice(0, 10)}
        keyOf={({ from }) => String(from)}
        columns={[
          { key: "from", heading: text.from, cell: ({ from }) => siteTime.value.dateTime(wallMs(from)) },
          {
            key: "length",
            heading: text.length,
            cell: ({ from, to }) => t.format.age(to - from),
            isFigure: true,
          },
          {
            key: "alarms",
            heading: text.alarms,
            cell: ({ alarms }) => t.format.number(alarms),
            isFigure: true,
          },
        ]}
      />
      {figures.floods.count > 10 && <p class="quiet">{text.longest(figures.floods.count)}</p>}
    </div>
  );
};
