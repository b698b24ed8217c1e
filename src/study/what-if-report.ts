import { grouped, textTable } from "../text-table.ts";
import type { WhatIfRow } from "./what-if.ts";

/** Each threshold a row: what it would have alarmed on, and how that agrees with the portal's own flags. */
export const whatIfTable = (rows: readonly WhatIfRow[]): readonly string[] => [
  ...textTable(
    [
      { title: "N", align: "right" },
      { title: "occupancies", align: "right" },
      { title: "gamma alarms", align: "right" },
      { title: "portal's", align: "right" },
      { title: "per 1,000", align: "right" },
      { title: "intervals agreed", align: "right" },
      { title: "only this rule", align: "right" },
      { title: "only the portal", align: "right" },
    ],
    rows.map((row) => [
      String(row.nSigma),
      grouped(row.occupancies),
      grouped(row.alarmed),
      grouped(row.portalAlarmed),
      row.occupancies === 0 ? "–" : ((row.alarmed / row.occupancies) * 1000).toFixed(1),
      grouped(row.agree),
      grouped(row.onlyCore),
      grouped(row.onlyPortal),
    ]),
  ),
];
