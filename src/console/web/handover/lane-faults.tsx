import type { JSX } from "preact";
import type { LaneView } from "../../../wire/console.ts";
import { standingFaults } from "../lanes/lane-order.ts";
import { useStore, useTexts } from "../store.ts";
import { Entered } from "../ui/quoted.tsx";
import { Table } from "../ui/table.tsx";

/** Lanes with faults now, standing or shelved: of the board, which the report's answer does not have. */
export const LaneFaults = (): JSX.Element => {
  const { board, siteTime, current } = useStore();
  const t = useTexts();
  const text = t.handover.faults;
  const lanes = [...board.peek().lanes.values()];
  const standing = lanes.flatMap((lane) => standingFaults(lane).map((entry) => ({ lane, entry })));
  const shelved = lanes.flatMap((lane) => lane.shelved.map((shelf) => ({ lane, shelf })));
  const laneCell = ({ lane }: { readonly lane: LaneView }): JSX.Element => <Entered text={lane.name} />;
  return (
    <div class="report-block">
      <h2 id="faults-heading">{text.heading}</h2>
      {!current.value && <p class="report-trouble">{text.old}</p>}
      {standing.length === 0 ? (
        <p class="quiet">{text.noneStanding}</p>
      ) : (
        <Table
          caption={text.standing}
          isCaptionShown
          rows={standing}
          keyOf={({ lane, entry }) => `${lane.laneId} ${entry.fault}`}
          columns={[
            { key: "lane", heading: text.lane, cell: laneCell },
            { key: "fault", heading: text.fault, cell: ({ entry }) => t.domain.faults[entry.fault] },
            { key: "since", heading: text.since, cell: ({ entry }) => siteTime.value.dateTime(entry.since) },
          ]}
        />
      )}
      {shelved.length > 0 && (
        <Table
          caption={text.shelved}
          isCaptionShown
          rows={shelved}
          keyOf={({ lane, shelf }) => `${lane.laneId} ${shelf.fault}`}
          columns={[
            { key: "lane", heading: text.lane, cell: laneCell },
            { key: "fault", heading: text.fault, cell: ({ shelf }) => t.domain.faults[shelf.fault] },
            { key: "reason", heading: text.reason, cell: ({ shelf }) => <Entered text={shelf.reason} /> },
            { key: "by", heading: text.by, cell: ({ shelf }) => <Entered text={shelf.by.name} /> },
            { key: "until", heading: text.until, cell: ({ shelf }) => siteTime.value.dateTime(shelf.until) },
          ]}
        />
      )}
    </div>
  );
};
