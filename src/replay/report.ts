import { alarmKinds } from "../domain/alarms.ts";
import { undecodableReasons, type UndecodableReason } from "../domain/messages.ts";
import type { OccupancyRow } from "./occupancy-rows.ts";
import { alarmKindNames, type Tally } from "./tally.ts";
import { type Column, grouped, textTable } from "../text-table.ts";

/** A replayed recording, ready to be shown. */
export interface Replayed {
  readonly name: string;
  readonly bytes: number;
  /** Number of its first occupancy. */
  readonly firstOccupancy: number;
  readonly tally: Tally;
  /** Of the first occupancies that ended, `maxRowsShown` at most. */
  readonly rows: readonly OccupancyRow[];
}

/** A table of more occupancies than this is not read, nor are they kept; `--events` has them all. */
export const maxRowsShown = 100;

const columns: readonly Column[] = [
  { title: "occupancy", align: "right" },
  { title: "portal's no.", align: "right" },
  { title: "intervals", align: "right" },
  { title: "km/h", align: "right" },
  { title: "peak z", align: "right" },
  { title: "at", align: "left" },
  { title: "alarms", align: "left" },
  { title: "looks like", align: "left" },
];

/** The report of one recording, line by line. */
export const reportLines = (replayed: Replayed): readonly string[] => [
  `${replayed.name}  (${grouped(replayed.bytes)} bytes)`,
  "",
  ...occupancyTable(replayed),
  ...summaryTable(replayed),
  ...remarks(replayed.tally),
  "",
];

const occupancyTable = ({ tally, rows, firstOccupancy }: Replayed): readonly string[] => {
  if (rows.length === 0) return [];
  if (tally.occupancies > maxRowsShown) {
    return [
      `${grouped(tally.occupancies)} occupancies are too many to list; --events FILE has them all.`,
      "",
    ];
  }
  const cells = rows.map((row, index) => [
    String(firstOccupancy + index),
    row.occupancyNumber === null ? "–" : String(row.occupancyNumber),
    String(row.intervals),
    row.speedKph?.toFixed(1) ?? "–",
    row.peakZ?.toFixed(1) ?? "–",
    row.peakMember ?? "–",
    [...row.alarms, ...(row.ending === "closed-by-portal" ? [] : [`[${row.ending}]`])].join(", ") || "–",
    row.load ?? "–",
  ]);
  return [...textTable(columns, cells), ""];
};

const summaryTable = ({ tally, firstOccupancy }: Replayed): readonly string[] => {
  const rows: (readonly string[])[] = [
    ["occupancies", grouped(tally.occupancies), openText(tally)],
    [
      "intervals",
      grouped(tally.intervals),
      `${grouped(tally.undecidedIntervals)} before the first decision of their occupancy`,
    ],
    ...alarmKindNames
      .filter((kind) => kind === "gamma" || tally.alarms[kind].raised > 0)
      .map((kind) => {
        const { raised, byCore } = tally.alarms[kind];
        const portalOnly = raised - byCore;
        return [
          `${alarmKinds[kind].label.toLowerCase()} alarms`,
          grouped(raised),
          portalOnly > 0 ? `${grouped(portalOnly)} raised by the portal's flag alone` : "",
        ];
      }),
    ["flagged", grouped(tally.flagged), "intervals with the portal's own gamma flag"],
    ["agree", grouped(tally.agree), "flagged, and our rule holds"],
    ["false", grouped(tally.false), "not flagged, but our rule holds"],
    ["missed", grouped(tally.missed), "flagged, but our rule does not hold"],
    [
      "peak z",
      tally.peak === null ? "–" : tally.peak.z.toFixed(1),
      tally.peak === null
        ? ""
        : `${tally.peak.member}, in occupancy ${firstOccupancy + tally.peak.occupancy}`,
    ],
  ];
  return textTable(
    [
      { title: "", align: "left" },
      { title: "number", align: "right" },
      { title: "", align: "left" },
    ],
    rows,
  );
};

const openText = (tally: Tally): string => {
  const open = tally.occupancies - tally.closedOccupancies;
  return open === 0 ? "" : `${grouped(open)} not closed by the portal`;
};

const remarks = (tally: Tally): readonly string[] => {
  const lines: string[] = [];
  const reasons = Object.entries(tally.undecodable) as readonly (readonly [UndecodableReason, number])[];
  const bad = reasons.reduce((sum, [, count]) => sum + count, 0);
  if (bad > 0) {
    lines.push("", `${grouped(bad)} bad ${bad === 1 ? "line" : "lines"} kept in quarantine:`);
    for (const [reason, count] of reasons)
      lines.push(`  ${grouped(count)} ${reason}: ${undecodableReasons[reason]}`);
  }
  if (tally.unknownTags.length > 0)
    lines.push("", `Tags the driver does not know: ${tally.unknownTags.join(", ")}`);
  if (tally.faults.length > 0) lines.push("", `Faults: ${tally.faults.join(", ")}`);
  return lines;
};
