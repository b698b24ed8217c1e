import { untouched } from "../src/core/adjudication.ts";
import type { Act, Adjudication, AlarmCase, AlarmCommand } from "../src/domain/adjudication.ts";
import type { Alarm, AlarmKind } from "../src/domain/alarms.ts";
import type { DispositionEntry, DispositionId } from "../src/domain/dispositions.ts";
import { alarmIdOf, bootId, commandId, laneId, occupancyIdAt } from "../src/domain/ids.ts";
import type { LoadClass } from "../src/domain/load-classes.ts";
import type { Officer } from "../src/domain/officers.ts";
import { wallMs } from "../src/domain/units.ts";

/** Alarms as a site with many lanes has them: seeded, each made from its number alone, the oldest first. */

const day = 86_400_000;
export const syntheticNow = Date.UTC(2025, 5, 1, 12);

/** Uniform on [0, 1), a stream of numbers for each seed (mulberry32). */
export const drawing = (seed: number): (() => number) => {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

type Draw = () => number;
const one = <T>(draw: Draw, values: readonly [T, ...T[]]): T =>
  values[Math.floor(draw() * values.length)] ?? values[0];
const upTo = (draw: Draw, count: number): number => Math.floor(draw() * count);
const letters = (draw: Draw, count: number): string =>
  Array.from({ length: count }, () => String.fromCharCode(65 + upTo(draw, 26))).join("");

const commodities = [
  "Ceramic tiles", "Potash fertiliser", "Cat litter, bentonite", "Granite slabs", "Bananas, fresh",
  "Zircon sand", "Fire bricks", "Broken glass", "Scrap metal, mixed", "Welding rods, thoriated", "Gas mantles",
  "Sanitary ware, porcelain", "Coal ash", "Phosphate rock", "Monazite sand", "Polishing powder, cerium oxide",
  "Sea salt, low sodium", "Brazil nuts", "Slate", "Camera lenses", "Alumina refractories", "Vermiculite",
] as const; // prettier-ignore
const isotopes = [
  "40K",
  "232Th",
  "226Ra",
  "99mTc",
  "131I",
  "201Tl",
  "18F",
  "137Cs",
  "60Co",
  "192Ir",
] as const;
const remarks = [
  "driver has medical certificate", "papers checked", "load opened at dock", "bill of lading matches",
  "second passage without alarm", "uniform along the trailer", "narrow peak behind the cab", "seal intact",
  "handheld shows natural potassium", "thorium series confirmed", "returned to shipper", "patient treated yesterday",
  "hot spot near the rear axle", "dose rate below the limit", "waiting for customs broker", "escort called",
  "released after secondary", "no excess found at two metres", "background only", "repeat traveller",
  "container weighed again", "driver changed lanes", "spectrum sent to the laboratory", "pallets of bags",
] as const; // prettier-ignore
const places = [
  "Koblenz",
  "Gdansk",
  "Rotterdam",
  "Tangier",
  "Aqaba",
  "Veracruz",
  "Odessa",
  "Batumi",
] as const;

const dispositionMix: readonly (readonly [number, DispositionId])[] = [
  [0.62, "norm-found"],
  [0.74, "medical-isotope-found"],
  [0.86, "declared-shipment"],
  [0.92, "riid-background-only"],
  [0.95, "physical-inspection-negative"],
  [0.97, "false-other"],
  [0.985, "authorized-test-maintenance-training"],
  [0.99, "other"],
  [0.995, "real-other"],
  [1, "unauthorized-activity"],
];

const officersNamed = [
  "alvarez",
  "bakker",
  "chen",
  "dubois",
  "eriksen",
  "farouk",
  "garcia",
  "haddad",
] as const;
const officerOf = (draw: Draw): Officer => ({
  name: `${one(draw, officersNamed)}.${String.fromCharCode(97 + upTo(draw, 5))}`,
  role: "officer",
});
const supervisor: Officer = { name: "ivanova.s", role: "supervisor" };

/** One of 300 000 lorries and one of 400 000 containers, each spelt as its officer spells. */
const vehicleOf = (draw: Draw): string => {
  const known = drawing(1_000_000 + upTo(draw, 300_000));
  const [head, digits, tail] = [letters(known, 2), String(100 + upTo(known, 900)), letters(known, 2)];
  return one(draw, [
    `${head}-${digits}-${tail}`,
    `${head}${digits}${tail}`,
    `${head} ${digits} ${tail}`.toLowerCase(),
  ]);
};
const containerOf = (draw: Draw): string => {
  const known = drawing(2_000_000 + upTo(draw, 400_000));
  const [owner, number] = [`${letters(known, 3)}U`, String(1_000_000 + upTo(known, 9_000_000))];
  return one(draw, [`${owner}${number}`, `${owner} ${number.slice(0, 6)}-${number.slice(6)}`]);
};

const entryOf = (draw: Draw): DispositionEntry => {
  const drawn = draw();
  const [, disposition] = dispositionMix.find(([until]) => drawn < until) ??
    dispositionMix[0] ?? [1, "other"];
  return {
    disposition,
    isotopes: draw() < 0.7 ? [one(draw, isotopes)] : [],
    vehicleId: vehicleOf(draw),
    containerId: draw() < 0.7 ? containerOf(draw) : "",
    commodity: `${one(draw, commodities)} from ${one(draw, places)}`,
    riidResult: draw() < 0.5 ? `${one(draw, isotopes)} ${(draw() * 9).toFixed(1)} confidence` : "",
    notes: `${one(draw, remarks)}, ${one(draw, remarks)}; form ${upTo(draw, 1_000_000)}`,
  };
};

const classOf: Readonly<Record<AlarmKind, readonly [LoadClass, ...LoadClass[]]>> = {
  gamma: ["norm-like", "norm-like", "norm-like", "medical-like", "point-source", "undetermined"],
  energy: ["norm-like", "undetermined"],
  neutron: ["neutron", "cosmic-burst"],
  "gamma-neutron": ["neutron"],
};

const alarmOf = (draw: Draw, number: number, raised: number): Alarm => {
  const lane = laneId(`lane-${String(1 + upTo(draw, 200)).padStart(3, "0")}`);
  const occupancyId = occupancyIdAt(lane, { bootId: bootId("0a1b2c3d"), byteOffset: number * 997 });
  const drawn = draw();
  const kind = drawn < 0.93 ? "gamma" : drawn < 0.97 ? "energy" : drawn < 0.99 ? "neutron" : "gamma-neutron";
  const raisedAt = wallMs(raised);
  const z = Math.round((4 + draw() * 30) * 100) / 100;
  return {
    alarmId: alarmIdOf(occupancyId, kind),
    laneId: lane,
    occupancyId,
    kind,
    version: 2 + upTo(draw, 6),
    state: "ended",
    origin: "core",
    raisedAt,
    raisedInterval: upTo(draw, 30),
    endedAt: wallMs(raised + 4000 + upTo(draw, 8000)),
    decisions: [
      {
        origin: "core",
        rule: "gross-count",
        firstInterval: 5,
        flaggedIntervals: 1 + upTo(draw, 30),
        evidence: {
          algorithm: "gross-count",
          group: "sum",
          member: "sum",
          counts: 900,
          background: 600,
          threshold: 700,
          z,
        },
      },
    ],
    occupancyNumber: 1 + (number % 9999),
    speedKph: null,
    profile: {
      startedAt: raisedAt,
      intervalInMs: 200,
      windowIntervals: 5,
      gamma: Array.from({ length: 40 }, (_, at) => [78 + (at % 9), 76 + (at % 7), 84, 85] as const),
      coreIntervals: [5],
      portalIntervals: [],
      neutron: [],
      gammaBackgroundCps: [600, 600, 600, 600],
      neutronBackgroundCps: null,
      limits: [],
      droppedIntervals: 0,
      energy: [],
      energyBackgroundCps: null,
    },
    advice: { class: one(draw, classOf[kind]), spectrum: null, reasons: [] },
  };
};

const adjudicationOf = (draw: Draw, alarm: Alarm, isOpen: boolean): Adjudication => {
  const history: AlarmCommand[] = [];
  let at = alarm.raisedAt;
  const by = officerOf(draw);
  const say = (act: Act, officer = by): AlarmCommand => {
    at = wallMs(at + 5000 + Math.floor(-Math.log(1 - draw()) * 60_000));
    const said = {
      commandId: commandId(`c-${alarm.raisedAt}-${history.length}`),
      laneId: alarm.laneId,
      alarmId: alarm.alarmId,
      expectedVersion: history.length,
      by: officer,
      at,
      act,
    };
    history.push(said);
    return said;
  };
  if (isOpen && draw() < 0.5) return untouched;
  say({ kind: "claim", leaseInMs: 90_000 });
  const held = { ...untouched, version: 1, decisiveVersion: 1, state: "acknowledged" as const, history };
  const claim = { by, since: at, until: wallMs(at + 90_000) };
  if (draw() < 0.2) say({ kind: "comment", text: `${one(draw, remarks)}; ${one(draw, remarks)}` });
  if (isOpen) return { ...held, claim, version: history.length };
  const entry = entryOf(draw);
  const disposed = say({ kind: "dispose", entry });
  const needsSecond =
    alarm.kind === "neutron" || alarm.kind === "gamma-neutron" || entry.disposition === "real-other";
  if (needsSecond) say({ kind: "approve", remark: one(draw, remarks) }, supervisor);
  return {
    ...held,
    version: history.length,
    decisiveVersion: history.length,
    state: "dispositioned",
    disposal: { entry, by, at: disposed.at, approvedBy: needsSecond ? supervisor : null },
  };
};

/**
 * The case of alarm `number` of `count` in 400 days. Of the last 500 every second is open, of all others one in 20 000.
 */
export const syntheticCase = (seed: number, number: number, count: number): AlarmCase => {
  const draw = drawing(seed * 1_000_003 + number);
  const span = 400 * day;
  const raised = Math.floor(syntheticNow - span + ((number + draw()) / count) * span);
  const alarm = alarmOf(draw, number, raised);
  const isOpen = draw() < (number >= count - 500 ? 0.5 : 1 / 20_000);
  return { alarm, adjudication: adjudicationOf(draw, alarm, isOpen) };
};
