import { untouched } from "../../../src/core/adjudication.ts";
import type { AlarmCase } from "../../../src/domain/adjudication.ts";
import type { Alarm, Profile } from "../../../src/domain/alarms.ts";
import { alarmId, laneId, occupancyId } from "../../../src/domain/ids.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";
import { wallMs } from "../../../src/domain/units.ts";
import type { AlarmRow, LaneView, ServerMessage } from "../../../src/wire/console.ts";

/** Views and messages for the page's tests; each may be varied in any field. */

export const serverStart = Date.UTC(2026, 2, 1, 12, 0, 0);

export const sampleLane = (name: string, vary: Partial<LaneView> = {}): LaneView => ({
  laneId: laneId(name),
  name,
  link: "up",
  linkDetail: "tcp 127.0.0.1:1600",
  heardAt: wallMs(serverStart),
  occupied: false,
  gammaCps: [388, 380, 402, 375],
  gammaBackgroundCps: [388, 380, 402, 375],
  neutronCps: [1, 0, 1, 0],
  neutronBackgroundCps: [0.6, 0.5, 0.7, 0.6],
  z: null,
  faults: [],
  occupancies: 0,
  framesLost: 0,
  framesRecovered: 0,
  framesDropped: [],
  undecodable: 0,
  unknownTags: [],
  withheld: 0,
  shelved: [],
  slow: null,
  data: { kind: "current" },
  ...vary,
});

export const sampleRow = (name: string, vary: Partial<AlarmRow> = {}): AlarmRow => ({
  alarmId: alarmId(name),
  laneId: laneId("north"),
  kind: "gamma",
  origin: "core",
  active: false,
  present: vary.active ?? false,
  vacant: false,
  late: null,
  raisedAt: wallMs(serverStart),
  endedAt: null,
  peakZ: 12,
  flaggedIntervals: 4,
  alarmVersion: 0,
  adjudicationVersion: 0,
  state: "unacknowledged",
  claim: null,
  secondary: "none",
  escalated: false,
  proposal: null,
  officer: null,
  actedAt: null,
  disposition: null,
  loadClass: "undetermined",
  vehicleId: "",
  containerId: "",
  ...vary,
});

export const sampleProfile = (gamma: readonly PerPanel[], vary: Partial<Profile> = {}): Profile => ({
  startedAt: wallMs(serverStart),
  intervalInMs: 200,
  windowIntervals: 5,
  gamma,
  coreIntervals: [],
  portalIntervals: [],
  neutron: [],
  gammaBackgroundCps: [388, 380, 402, 375],
  neutronBackgroundCps: null,
  limits: [],
  droppedIntervals: 0,
  energy: [],
  energyBackgroundCps: null,
  ...vary,
});

export const sampleAlarm = (name: string, vary: Partial<Alarm> = {}): Alarm => ({
  alarmId: alarmId(name),
  laneId: laneId("north"),
  occupancyId: occupancyId("north~00000001~0"),
  kind: "gamma",
  version: 0,
  state: "active",
  origin: "core",
  raisedAt: wallMs(serverStart),
  raisedInterval: 0,
  endedAt: null,
  decisions: [],
  occupancyNumber: null,
  speedKph: null,
  profile: sampleProfile([]),
  advice: { class: "undetermined", spectrum: null, reasons: [] },
  ...vary,
});

export const sampleCase = (name: string, vary: Partial<Alarm> = {}, adjudicationVersion = 0): AlarmCase => ({
  alarm: sampleAlarm(name, vary),
  adjudication: { ...untouched, version: adjudicationVersion, decisiveVersion: adjudicationVersion },
});

export const snapshot = (
  sequence: number,
  rows: { readonly lanes?: readonly LaneView[]; readonly alarms?: readonly AlarmRow[] } = {},
  stream = "run-1",
): ServerMessage => ({
  kind: "snapshot",
  stream,
  sequence,
  serverTime: wallMs(serverStart),
  site: { name: "Crossing", timeZone: "Europe/Copenhagen" },
  lanes: rows.lanes ?? [],
  alarms: rows.alarms ?? [],
});

export const changes = (
  sequence: number,
  rows: { readonly lanes?: readonly LaneView[]; readonly alarms?: readonly AlarmRow[] } = {},
): ServerMessage => ({ kind: "changes", sequence, lanes: rows.lanes ?? [], alarms: rows.alarms ?? [] });

export const pulse = (sequence: number, stream = "run-1"): ServerMessage => ({
  kind: "pulse",
  stream,
  sequence,
  serverTime: wallMs(serverStart + 1000),
});
