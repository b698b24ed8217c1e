import { sumFigures } from "../src/history/figures.ts";
import type { DispositionId } from "../src/domain/dispositions.ts";
import { dispositionIds } from "../src/domain/dispositions.ts";
import { type AlarmKind, alarmKinds } from "../src/domain/alarms.ts";
import { alarmId, laneId } from "../src/domain/ids.ts";
import type { LoadClass } from "../src/domain/load-classes.ts";
import { loadClasses } from "../src/domain/load-classes.ts";
import { wallMs } from "../src/domain/units.ts";
import type { AlarmRow, LaneView } from "../src/wire/console.ts";
import type { Handover, HistoryFigures, HistoryPage } from "../src/wire/history.ts";
import type { SiteView } from "../src/wire/site.ts";
import { drawing } from "./synthetic-cases.ts";

/** A site that there is not: lanes that live, alarms open and closed, and what the server says of them. Seeded. */

const minute = 60_000;
const hour = 60 * minute;
const kinds = Object.keys(alarmKinds).filter((kind): kind is AlarmKind => Object.hasOwn(alarmKinds, kind));
const classes = Object.keys(loadClasses).filter((kind): kind is LoadClass =>
  Object.hasOwn(loadClasses, kind),
);
const officers = ["R. Okafor", "M. Duval", "S. Lind", "A. Haddad"];

const pick = <T>(values: readonly T[], share: number, otherwise: T): T =>
  values[Math.floor(share * values.length)] ?? otherwise;

const laneName = (at: number): string => `Lane ${String(at + 1).padStart(4, "0")}`;

/** One in fifty lanes has a fault, one in a hundred is dark, one in seventy has its fault shelved. */
export const syntheticLane = (at: number, now: number): LaneView => {
  const draw = drawing(at);
  const hasFault = at % 50 === 7;
  const isShelved = at % 70 === 21;
  const shelf = {
    fault: "gamma-background-high",
    until: wallMs(now + 20 * hour),
    reason: "Crane parked beside the portal until Friday; maintenance knows",
    by: { name: "S. Lind", role: "supervisor" },
    at: wallMs(now - hour),
  } as const;
  return {
    laneId: laneId(`lane-${at + 1}`),
    name: laneName(at),
    link: at % 100 === 33 ? "down" : "up",
    linkDetail: "tcp 10.0.0.1:1600",
    heardAt: wallMs(now),
    occupied: draw() < 0.2,
    gammaCps: [380 + draw() * 40, 380 + draw() * 40, 400 + draw() * 40, 370 + draw() * 40],
    gammaBackgroundCps: [388, 380, 402, 375],
    neutronCps: [draw() * 2, draw() * 2, draw() * 2, draw() * 2],
    neutronBackgroundCps: [0.6, 0.5, 0.7, 0.6],
    z: draw() * 3,
    faults: [
      ...(hasFault ? [{ fault: "tamper", since: wallMs(now - 12 * minute), detail: "" } as const] : []),
      ...(isShelved ? [{ fault: shelf.fault, since: wallMs(now - 3 * hour), detail: "" } as const] : []),
    ],
    occupancies: Math.floor(draw() * 900),
    framesLost: at % 90 === 3 ? 12 : 0,
    framesRecovered: 0,
    framesDropped: [],
    undecodable: 0,
    unknownTags: [],
    withheld: at % 120 === 5 ? 2 : 0,
    shelved: isShelved ? [shelf] : [],
    slow: null,
    data: at % 100 === 66 ? { kind: "stale", since: wallMs(now - 4 * minute) } : { kind: "current" },
  };
};

/** The `at`-th newest alarm; the first `open` of them are open. */
export const syntheticRow = (at: number, { now, lanes, open }: SyntheticSite): AlarmRow => {
  const draw = drawing(at + 10_000);
  const isOpen = at < open;
  const isHeld = isOpen && at % 3 === 1;
  const raisedAt = wallMs(now - (isOpen && at % 9 === 8 ? 30 * hour : 40_000 + at * 7 * minute));
  const disposition: DispositionId = pick(dispositionIds, draw() ** 2, "norm-found");
  const officer = pick(officers, draw(), "R. Okafor");
  return {
    alarmId: alarmId(`lane-${at}~alarm-${at}`),
    laneId: laneId(`lane-${Math.floor(draw() * lanes) + 1}`),
    kind: pick(kinds, draw(), "gamma"),
    origin: "core",
    active: isOpen && at === 0,
    present: isOpen && at === 0,
    vacant: false,
    late: null,
    raisedAt,
    endedAt: isOpen ? null : wallMs(raisedAt + 9000),
    peakZ: 5 + draw() * 60,
    flaggedIntervals: 4,
    alarmVersion: 2,
    adjudicationVersion: 1,
    state: !isOpen ? "dispositioned" : isHeld ? "acknowledged" : "unacknowledged",
    claim: isHeld
      ? { by: { name: officer, role: "officer" }, since: wallMs(now - minute), until: wallMs(now + minute) }
      : null,
    secondary: isHeld && at % 2 === 0 ? "requested" : "none",
    escalated: false,
    proposal: null,
    officer: isOpen && !isHeld ? null : officer,
    actedAt: isOpen && !isHeld ? null : wallMs(raisedAt + 4 * minute),
    disposition: isOpen ? null : disposition,
    loadClass: pick(classes, draw(), "norm-like"),
    vehicleId: isOpen ? "" : `AB ${Math.floor(1000 + draw() * 9000)}`,
    containerId: isOpen || draw() < 0.5 ? "" : `MSCU ${Math.floor(1e6 + draw() * 8e6)}`,
  };
};

export interface SyntheticSite {
  readonly now: number;
  readonly lanes: number;
  readonly open: number;
}

export const syntheticSiteView = ({ lanes }: SyntheticSite, hasMap: boolean): SiteView => ({
  name: "Synthetic port",
  timeZone: "Europe/Copenhagen",
  lanes: Array.from({ length: lanes }, (_, at) => ({
    laneId: laneId(`lane-${at + 1}`),
    name: laneName(at),
    at: hasMap ? { x: 0.06 + (0.88 * (at % 8)) / 7, y: 0.12 + 0.25 * Math.floor(at / 8) } : null,
  })),
  guidance: {},
  claimLeaseInMs: 90_000,
});

const closedRows = 400;
const progress = { complete: true, share: 1, alarms: 1_000_000 };

/** Pages of 50 by a cursor that counts rows. */
export const syntheticHistory = (site: SyntheticSite, cursor: string | null): HistoryPage => {
  const first = cursor === null ? 0 : Number.parseInt(cursor, 36);
  const rows = Array.from({ length: 50 }, (_, at) => syntheticRow(first + at, site));
  const open = Array.from({ length: site.open }, (_, at) => syntheticRow(at, site));
  open.sort((a, b) => a.raisedAt - b.raisedAt);
  return {
    rows,
    next: first + 50 < closedRows ? (first + 50).toString(36) : null,
    open: cursor === null ? { count: open.length, rows: open } : null,
    progress,
  };
};

export const syntheticFigures = (site: SyntheticSite, from: number, to: number): HistoryFigures => {
  const sum = sumFigures({ from, to, now: site.now, timeZone: "Europe/Copenhagen" });
  const draw = drawing(5);
  const raised: number[] = [];
  for (let at = from; at < to; at += -Math.log(1 - draw()) * 6 * minute) raised.push(at);
  for (let burst = 0; burst < 17; burst += 1) raised.push(from + (to - from) * 0.6 + burst * 20_000);
  raised.sort((a, b) => a - b);
  sum.alarms(
    raised.map((at, place) => {
      const { alarmId: id, laneId: lane, kind, disposition } = syntheticRow(place + 400, site);
      const acknowledgedAt = wallMs(at + 5000 + draw() * 60_000);
      const disposedAt = wallMs(at + minute + draw() * 20 * minute);
      return {
        place,
        alarmId: id,
        laneId: lane,
        kind,
        raisedAt: wallMs(at),
        acknowledgedAt,
        disposedAt,
        disposition,
      };
    }),
  );
  sum.acts(
    raised.map((at, place) => ({
      at: wallMs(at + 30_000),
      place,
      number: 0,
      officer: pick(officers, draw(), "S. Lind"),
      kind: "dispose" as const,
    })),
  );
  const standing = [8, 17].filter((at) => at < site.open).map((at) => syntheticRow(at, site));
  return { ...sum.result(), standing: { count: standing.length, rows: standing }, progress };
};

export const syntheticHandover = (site: SyntheticSite, from: number, to: number): Handover => {
  const { open } = syntheticHistory(site, null);
  const handled = Array.from({ length: 30 }, (_, at) => syntheticRow(site.open + at, site));
  return {
    from: wallMs(from),
    to: wallMs(to),
    at: wallMs(site.now),
    raised: 41,
    open: open ?? { count: 0, rows: [] },
    handled: { count: handled.length, rows: handled },
    officers: officers.slice(0, 3).map((officer, at) => ({
      officer,
      alarms: handled.slice(at * 10, at * 10 + 10).map((row) => row.alarmId),
      acts: [
        { kind: "claim", count: 10 + at },
        { kind: "dispose", count: 9 },
        { kind: "comment", count: 2 + at },
      ],
    })),
    byDisposition: syntheticFigures(site, from, to).byDisposition,
    progress,
  };
};
