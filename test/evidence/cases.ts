import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { driverOf } from "../../drivers/registry.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import type { Act, Adjudication, AlarmCase, AlarmCommand } from "../../src/domain/adjudication.ts";
import { type Alarm, type AlarmKind, alarmKinds, type Profile } from "../../src/domain/alarms.ts";
import type { DispositionEntry } from "../../src/domain/dispositions.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import { alarmIdOf, bootId, commandId, laneId, occupancyIdAt } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import {
  type EvidencePlace,
  type EvidenceSubject,
  subjectOfOccupancy,
  unknownInstrument,
} from "../../src/evidence/subject.ts";
import { foldRecording } from "../../src/replay/recording.ts";

export const place: EvidencePlace = {
  siteName: 'Puente & Río <"Norte">',
  timeZone: "Europe/Warsaw",
  laneName: "Полоса 1",
  instrument: unknownInstrument,
  softwareVersion: "0.1.0",
};

export const noon = Date.UTC(2026, 2, 1, 12);
export const north = laneId("north-1");
export const occupancy = occupancyIdAt(north, { bootId: bootId("0badcafe"), byteOffset: 4711 });

const four = (a: number, b = a, c = a, d = a): readonly [number, number, number, number] => [a, b, c, d];

/** Thirty intervals with a peak in the middle, six seconds of neutrons, energy windows of a longer burst. */
export const profile: Profile = {
  startedAt: wallMs(noon),
  intervalInMs: 200,
  windowIntervals: 5,
  gamma: Array.from({ length: 30 }, (_, at) => four(20 + (at > 10 && at < 20 ? 60 : at % 3), 21, 22, at % 7)),
  coreIntervals: [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21],
  portalIntervals: [12, 13, 14, 15],
  neutron: [four(0), four(1, 0, 2, 0), four(9, 0, 7, 0), four(8, 0, 6, 0), four(1, 0, 0, 0), four(0)],
  gammaBackgroundCps: four(100.25, 101, 102.5, 0),
  neutronBackgroundCps: four(0.35, 0, 0.5, 0),
  limits: [
    {
      group: "sum",
      member: "sum",
      columns: [0, 1, 2, 3],
      background: 303.75,
      threshold: 374.75,
    },
    { group: "vertical", member: "master", columns: [0, 1], background: 201.25, threshold: 258.25 },
  ],
  droppedIntervals: 0,
  energy: Array.from({ length: 39 }, (_, at) => four(30 + at, 20, 10, 5)),
  energyBackgroundCps: four(400, 250, 130, 60.5),
};

const grossCount = {
  origin: "core",
  rule: "gross-count",
  firstInterval: 11,
  flaggedIntervals: 11,
  evidence: {
    algorithm: "gross-count",
    group: "sum",
    member: "sum",
    counts: 640,
    background: 303.75,
    threshold: 374.75,
    z: 19.29,
  },
} as const;
const neutronPoisson = {
  origin: "core",
  rule: "neutron-poisson",
  firstInterval: 10,
  flaggedIntervals: 2,
  evidence: { statistic: 16, threshold: 5, figures: { z: 11.9, perBank: [9, 0, 7, 0] } },
} as const;
const energyRatio = {
  origin: "core",
  rule: "window-ratio",
  firstInterval: 12,
  flaggedIntervals: 3,
  evidence: { statistic: -0.25, threshold: -0.75, figures: { ratio: 3.5 } },
} as const;
const decisionsOf: Readonly<Record<AlarmKind, Alarm["decisions"]>> = {
  gamma: [grossCount, { origin: "portal", rule: "gamma-flag", firstInterval: 12, flaggedIntervals: 4 }],
  neutron: [
    neutronPoisson,
    { origin: "portal", rule: "neutron-flag", firstInterval: 10, flaggedIntervals: 2 },
  ],
  "gamma-neutron": [grossCount, neutronPoisson],
  energy: [energyRatio, { origin: "portal", rule: "energy-flag", firstInterval: 12, flaggedIntervals: 1 }],
};

export const alarmOf = (kind: AlarmKind, change: Partial<Alarm> = {}): Alarm => ({
  alarmId: alarmIdOf(occupancy, kind),
  laneId: north,
  occupancyId: occupancy,
  kind,
  version: 7,
  state: "ended",
  origin: "core",
  raisedAt: wallMs(noon + 2200),
  raisedInterval: 11,
  endedAt: wallMs(noon + 6200),
  decisions: decisionsOf[kind],
  occupancyNumber: 594,
  speedKph: 8.1,
  profile,
  advice: {
    class: "norm-like",
    spectrum: "natural",
    reasons: ["The peak is 3.1 s wide (> 2.6 s).", "Windows rise in proportion."],
  },
  ...change,
});

const officer = { name: "анна", role: "officer" } as const;
const supervisor = { name: "أمينة", role: "supervisor" } as const;

export const entry: DispositionEntry = {
  disposition: "contraband-found",
  isotopes: ["137Cs", "60Co"],
  vehicleId: "WX 12.345 / PL",
  containerId: "MSKU 123456-7",
  commodity: "Бананы, 20 т <свежие>",
  riidResult: "137Cs, confidence 9/10",
  notes: "شحنة موز من الميناء. الوثائق سليمة.\nSecond line & more.",
};

const picture = {
  sha256: "ab".repeat(32),
  name: "Kamera 1.png",
  mediaType: "image/png",
  sizeBytes: 1234,
  offsets: [0],
} as const;

const acts: readonly (readonly [Act, AlarmCommand["by"]])[] = [
  [{ kind: "acknowledge" }, officer],
  [{ kind: "claim", leaseInMs: 90_000 }, officer],
  [{ kind: "request-secondary", instructions: "Rear of the trailer" }, officer],
  [{ kind: "start-secondary" }, officer],
  [{ kind: "complete-secondary", riidResult: "137Cs", findings: "one pallet" }, officer],
  [{ kind: "escalate", to: "Reachback", question: "What is this?" }, officer],
  [{ kind: "answer-escalation", answer: "A gauge." }, supervisor],
  [{ kind: "comment", text: "Driver waits. \u0007" }, officer],
  [{ kind: "attach", attachment: picture }, officer],
  [{ kind: "dispose", entry }, officer],
  [{ kind: "approve", remark: "agreed" }, supervisor],
];

export const historyOf = (alarm: Alarm, said = acts): readonly AlarmCommand[] =>
  said.map(([act, by], index) => ({
    commandId: commandId(`command-${index}`),
    laneId: alarm.laneId,
    alarmId: alarm.alarmId,
    expectedVersion: index,
    by,
    at: wallMs(alarm.raisedAt + 10_000 * (index + 1)),
    act,
  }));

export const adjudicated = (alarm: Alarm): Adjudication => {
  const history = historyOf(alarm);
  return {
    version: history.length,
    decisiveVersion: history.length,
    state: "dispositioned",
    claim: null,
    secondary: {
      state: "completed",
      requestedAt: wallMs(noon + 30_000),
      startedAt: wallMs(noon + 40_000),
      completedAt: wallMs(noon + 50_000),
      instructions: "Rear of the trailer",
      riidResult: "137Cs",
      findings: "one pallet",
    },
    escalation: { to: "Reachback", question: "What is this?", at: wallMs(noon + 60_000), answer: "A gauge." },
    proposal: null,
    disposal: { entry, by: officer, at: wallMs(noon + 100_000), approvedBy: supervisor },
    history,
  };
};

export const untouchedAdjudication: Adjudication = {
  version: 0,
  decisiveVersion: 0,
  state: "unacknowledged",
  claim: null,
  secondary: { state: "none" },
  escalation: null,
  proposal: null,
  disposal: null,
  history: [],
};

const emptyProfile: Profile = {
  ...profile,
  gamma: [],
  neutron: [],
  energy: [],
  coreIntervals: [],
  portalIntervals: [],
  limits: [],
};
const withoutBackground: Profile = {
  ...profile,
  gammaBackgroundCps: null,
  neutronBackgroundCps: null,
  energyBackgroundCps: null,
  limits: [],
};

/** Every kind of alarm in every shape that a case can have, by a name that says which. */
export const everyCase = (): ReadonlyMap<string, AlarmCase> => {
  const found = new Map<string, AlarmCase>();
  for (const kind of Object.keys(alarmKinds).filter((name): name is AlarmKind => name in alarmKinds)) {
    const shapes: Readonly<Record<string, Alarm>> = {
      ended: alarmOf(kind),
      active: alarmOf(kind, { state: "active", endedAt: null, occupancyNumber: null, speedKph: null }),
      historical: alarmOf(kind, { historical: true }),
      vacant: alarmOf(kind, { vacant: true, profile: emptyProfile }),
      "no energy windows": alarmOf(kind, { profile: { ...profile, energy: [], energyBackgroundCps: null } }),
      "no background": alarmOf(kind, { profile: withoutBackground }),
      "nothing at all": alarmOf(kind, {
        profile: {
          ...emptyProfile,
          ...{ gammaBackgroundCps: null, neutronBackgroundCps: null, energyBackgroundCps: null },
        },
        decisions: [],
        advice: { class: "undetermined", spectrum: null, reasons: [] },
      }),
      "dropped intervals": alarmOf(kind, { profile: { ...profile, droppedIntervals: 99 } }),
    };
    for (const [shape, alarm] of Object.entries(shapes)) {
      found.set(`${kind}, ${shape}`, { alarm, adjudication: untouchedAdjudication });
      found.set(`${kind}, ${shape}, disposed`, { alarm, adjudication: adjudicated(alarm) });
    }
  }
  return found;
};

const captures = join(import.meta.dirname, "..", "captures");

/** Every occupancy of every capture, judged by two sets of rules, with its alarms. */
export const everyRecordedSubject = (): ReadonlyMap<string, EvidenceSubject> => {
  const found = new Map<string, EvidenceSubject>();
  for (const driver of readdirSync(captures)) {
    for (const file of readdirSync(join(captures, driver)).filter((name) => name.endsWith(".txt"))) {
      for (const preset of ["vendor-compatible", "sensitive"] as const) {
        const bytes = readFileSync(join(captures, driver, file));
        for (const [at, subject] of subjectsOf(driver, bytes, preset).entries())
          found.set(`${driver} ${file} ${preset} ${at}`, subject);
      }
    }
  }
  return found;
};

export const eventsOf = (driver: string, bytes: Uint8Array, preset: string): readonly LaneEvent[] => {
  const codec = driverOf(driver)?.codec({});
  if (codec === undefined) throw new Error(`There is no driver ${driver}.`);
  const fold = foldRecording({ codec, settings: laneSettingsOf(laneOptions.parse({ preset })) });
  return [...fold.take(bytes), ...fold.end()];
};

const subjectsOf = (driver: string, bytes: Uint8Array, preset: string): readonly EvidenceSubject[] => {
  const events = eventsOf(driver, bytes, preset);
  const alarms = events.flatMap((event) =>
    event.kind === "alarm-ended" || event.kind === "alarm-withheld" ? [event.alarm] : [],
  );
  return events.flatMap((event) =>
    event.kind !== "occupancy-ended"
      ? []
      : [
          subjectOfOccupancy(place, {
            laneId: laneId("replay"),
            ended: event,
            alarms: alarms.filter(({ occupancyId }) => occupancyId === event.occupancyId),
          }),
        ],
  );
};
