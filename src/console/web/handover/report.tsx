import type { JSX } from "preact";
import type { Handover } from "../../../wire/history.ts";
import { type AlarmColumn, AlarmTable } from "../history/alarm-table.tsx";
import { useStore, useTexts } from "../store.ts";
import { Entered } from "../ui/quoted.tsx";
import { Table } from "../ui/table.tsx";
import { LaneFaults } from "./lane-faults.tsx";

const openColumns: readonly AlarmColumn[] = ["raised", "age", "kind", "lane", "outcome", "holder", "vehicle"];
const handledColumns: readonly AlarmColumn[] = [
  "raised", "kind", "lane", "outcome", "officer", "vehicle", "container",
]; // prettier-ignore

interface ReportProps {
  readonly report: Handover;
}

const Open = ({ report: { open } }: ReportProps): JSX.Element => {
  const text = useTexts().handover;
  return (
    <div class="report-block">
      <h2 id="handover-open">{text.open(open.count)}</h2>
      {open.rows.length === 0 ? (
        <p class="quiet">{text.noneOpen}</p>
      ) : (
        <AlarmTable
          caption={text.openCaption}
          rows={open.rows}
          columns={openColumns}
          testId="handover-open"
        />
      )}
      {open.count > open.rows.length && <p>{text.more(open.count - open.rows.length)}</p>}
    </div>
  );
};

const Officers = ({ report: { officers } }: ReportProps): JSX.Element => {
  const t = useTexts();
  const text = t.handover.officers;
  return (
    <div class="report-block">
      <h2 id="handover-officers">{text.heading}</h2>
      {officers.length === 0 ? (
        <p class="quiet">{text.none}</p>
      ) : (
        <Table
          caption={text.heading}
          rows={officers}
          keyOf={({ officer }) => officer}
          testId="handover-officers"
          columns={[
            { key: "officer", heading: text.officer, cell: ({ officer }) => <Entered text={officer} /> },
            {
              key: "alarms",
              heading: text.alarms,
              cell: ({ alarms }) => t.format.number(alarms.length),
              isFigure: true,
            },
            {
              key: "acts",
              heading: text.acts,
              cell: ({ acts }) =>
                acts.map(({ kind, count }) => text.act({ act: t.domain.done[kind], count })).join(" · "),
            },
          ]}
        />
      )}
    </div>
  );
};

const Dispositions = ({ report: { byDisposition } }: ReportProps): JSX.Element => {
  const t = useTexts();
  const text = t.handover.dispositions;
  return (
    <div class="report-block">
      <h2 id="handover-dispositions">{text.heading}</h2>
      {byDisposition.length === 0 ? (
        <p class="quiet">{text.none}</p>
      ) : (
        <Table
          caption={text.heading}
          rows={byDisposition}
          keyOf={({ disposition }) => disposition}
          testId="handover-dispositions"
          columns={[
            {
              key: "name",
              heading: text.disposition,
              cell: ({ code, disposition }) =>
                t.figures.mix.code({ code: String(code), name: t.domain.dispositions[disposition] }),
            },
            { key: "group", heading: text.group, cell: ({ group }) => t.domain.dispositionGroups[group] },
            {
              key: "alarms",
              heading: text.alarms,
              cell: ({ alarms }) => t.format.number(alarms),
              isFigure: true,
            },
          ]}
        />
      )}
    </div>
  );
};

const Handled = ({ report: { handled } }: ReportProps): JSX.Element => {
  const text = useTexts().handover;
  return (
    <div class="report-block">
      <h2 id="handover-handled">{text.handled(handled.count)}</h2>
      {handled.rows.length > 0 && (
        <AlarmTable caption={text.handledCaption} rows={handled.rows} columns={handledColumns} />
      )}
      {handled.count > handled.rows.length && <p>{text.more(handled.count - handled.rows.length)}</p>}
    </div>
  );
};

/** What one shift leaves to the next, as it is read on the screen and on paper. */
export const Report = ({ report }: ReportProps): JSX.Element => {
  const { board, siteTime, officer } = useStore();
  const t = useTexts();
  const { dateTime, full } = siteTime.value;
  return (
    <article class="report" data-testid="handover-report">
      <header class="report-head">
        <p class="report-site">
          <Entered text={board.peek().site?.name ?? ""} />
        </p>
        <p>
          {t.handover.shift({ from: dateTime(report.from), to: dateTime(report.to) })} ·{" "}
          {t.handover.raised(report.raised)}
        </p>
        <p class="quiet">{t.handover.madeAt({ at: full(report.at), officer: officer.value?.name ?? "–" })}</p>
      </header>
      <Open report={report} />
      <LaneFaults />
      <Dispositions report={report} />
      <Officers report={report} />
      <Handled report={report} />
      <footer class="report-signatures">
        <span>{t.handover.handsOver}</span>
        <span>{t.handover.takesOver}</span>
      </footer>
    </article>
  );
};
