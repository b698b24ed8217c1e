import type { JSX } from "preact";
import { alarmKinds } from "../../../domain/alarms.ts";
import type { AlarmRow } from "../../../wire/console.ts";
import { hashOf } from "../router.ts";
import { useStore, useTexts } from "../store.ts";
import { Badge } from "../ui/badge.tsx";
import { Entered } from "../ui/quoted.tsx";
import { type Column, Table } from "../ui/table.tsx";

interface RowProps {
  readonly row: AlarmRow;
}

const LaneName = ({ row }: RowProps): JSX.Element => (
  <Entered text={useStore().board.peek().lanes.get(row.laneId)?.name ?? row.laneId} />
);

/** Names the row, and opens its alarm: the whole row can be pressed. */
const RaisedLink = ({ row }: RowProps): JSX.Element => {
  const { siteTime } = useStore();
  return (
    <a class="row-link" href={hashOf(row.alarmId)} title={siteTime.value.full(row.raisedAt)}>
      {siteTime.value.dateTime(row.raisedAt)}
    </a>
  );
};

const Kind = ({ row }: RowProps): JSX.Element => {
  const { domain } = useTexts();
  const isUrgent = row.state === "unacknowledged";
  const look = !isUrgent ? "neutral" : alarmKinds[row.kind].severity === 1 ? "neutron" : "alarm";
  return <Badge look={look}>{domain.alarmKinds[row.kind]}</Badge>;
};

/** The disposition that stands, or how far the alarm is without one. */
const Outcome = ({ row }: RowProps): JSX.Element => {
  const t = useTexts();
  return (
    <>
      {row.disposition === null ? t.domain.states[row.state] : t.domain.dispositions[row.disposition]}
      {row.disposition !== null && row.state !== "dispositioned" && (
        <span class="quiet"> · {t.domain.states[row.state]}</span>
      )}
      {row.escalated && (
        <>
          {" "}
          <Badge look="watch">{t.alarms.escalated}</Badge>
        </>
      )}
      {row.secondary !== "none" && row.state !== "dispositioned" && (
        <>
          {" "}
          <Badge look="watch">{t.domain.secondary[row.secondary]}</Badge>
        </>
      )}
    </>
  );
};

const Age = ({ row }: RowProps): JSX.Element => {
  const { serverNow } = useStore();
  return <>{useTexts().format.age(serverNow.value - row.raisedAt)}</>;
};

export type AlarmColumn =
  | "raised"
  | "age"
  | "kind"
  | "lane"
  | "peak"
  | "looks"
  | "outcome"
  | "holder"
  | "officer"
  | "vehicle"
  | "container";

const entered = (text: string): JSX.Element | string => (text === "" ? "–" : <Entered text={text} />);

const useColumns = (): Readonly<Record<AlarmColumn, Column<AlarmRow>>> => {
  const t = useTexts();
  const text = t.history.columns;
  return {
    raised: { key: "raised", heading: text.raised, cell: (row) => <RaisedLink row={row} /> },
    age: { key: "age", heading: text.age, cell: (row) => <Age row={row} />, isFigure: true },
    kind: { key: "kind", heading: text.kind, cell: (row) => <Kind row={row} /> },
    lane: { key: "lane", heading: text.lane, cell: (row) => <LaneName row={row} /> },
    peak: {
      key: "peak",
      heading: text.peak,
      cell: ({ peakZ }) => (peakZ === null ? "–" : t.format.sigma(peakZ)),
      isFigure: true,
    },
    looks: { key: "looks", heading: text.looks, cell: (row) => t.domain.loadClasses[row.loadClass] },
    outcome: { key: "outcome", heading: text.outcome, cell: (row) => <Outcome row={row} /> },
    holder: { key: "holder", heading: text.holder, cell: ({ claim }) => entered(claim?.by.name ?? "") },
    officer: { key: "officer", heading: text.officer, cell: ({ officer }) => entered(officer ?? "") },
    vehicle: { key: "vehicle", heading: text.vehicle, cell: ({ vehicleId }) => entered(vehicleId) },
    container: { key: "container", heading: text.container, cell: ({ containerId }) => entered(containerId) },
  };
};

interface AlarmTableProps {
  readonly caption: string;
  readonly rows: readonly AlarmRow[];
  /** The first of them names the row. */
  readonly columns: readonly AlarmColumn[];
  readonly testId?: string;
}

/** Alarms of any time; a row opens its alarm. */
export const AlarmTable = ({ caption, rows, columns, testId }: AlarmTableProps): JSX.Element => {
  const known = useColumns();
  return (
    <div class="alarm-table">
      <Table
        caption={caption}
        columns={columns.map((column) => known[column])}
        rows={rows}
        keyOf={(row) => row.alarmId}
        {...(testId === undefined ? {} : { testId })}
      />
    </div>
  );
};
