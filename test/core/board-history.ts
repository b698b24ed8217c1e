import type { BoardInput } from "../../src/core/alarm-board.ts";
import { type Decidable, decide, untouched } from "../../src/core/adjudication.ts";
import type { Adjudication, AlarmCase } from "../../src/domain/adjudication.ts";
import type { Alarm, AlarmKind } from "../../src/domain/alarms.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import { eventClass } from "../../src/domain/events.ts";
import { alarmIdOf, bootId, laneId, occupancyIdAt } from "../../src/domain/ids.ts";
import type { LaneId, OccupancyId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import type { WallMs } from "../../src/domain/units.ts";
import { claim, dispose, officer } from "../commands.ts";

export const noon = wallMs(Date.UTC(2024, 0, 1, 12));
export const at = (seconds: number): WallMs => wallMs(noon + seconds * 1000);
export const north = laneId("north");
export const south = laneId("south");
export const firstBoot = bootId("00000001");

export const occupancyOf = (lane: LaneId, number: number): OccupancyId =>
  occupancyIdAt(lane, { bootId: firstBoot, byteOffset: number });

export interface AlarmWords {
  readonly lane?: LaneId;
  readonly occupancy?: number;
  readonly kind?: AlarmKind;
  readonly version?: number;
  readonly state?: Alarm["state"];
  readonly raisedAt?: WallMs;
  readonly gamma?: Alarm["profile"]["gamma"];
}

export const anAlarm = (words: AlarmWords = {}): Alarm => {
  const {
    lane = north,
    occupancy = 0,
    kind = "gamma",
    version = 1,
    state = "active",
    raisedAt = at(occupancy),
  } = words;
  const occupancyId = occupancyOf(lane, occupancy);
  return {
    alarmId: alarmIdOf(occupancyId, kind),
    laneId: lane,
    occupancyId,
    kind,
    version,
    state,
    origin: "core",
    raisedAt,
    raisedInterval: 5,
    endedAt: state === "ended" ? wallMs(raisedAt + 4000) : null,
    decisions: [
      {
        origin: "core",
        rule: "gross-count",
        firstInterval: 5,
        flaggedIntervals: version,
        evidence: {
          algorithm: "gross-count",
          group: "sum",
          member: "sum",
          counts: 900,
          background: 600,
          threshold: 700,
          z: 4 + version,
        },
      },
    ],
    occupancyNumber: null,
    speedKph: null,
    profile: {
      startedAt: raisedAt,
      intervalInMs: 200,
      windowIntervals: 5,
      gamma: words.gamma ?? [],
      coreIntervals: [],
      portalIntervals: [],
      neutron: [],
      gammaBackgroundCps: [600, 600, 600, 600],
      neutronBackgroundCps: null,
      limits: [],
      droppedIntervals: 0,
      energy: [],
      energyBackgroundCps: null,
    },
    advice: { class: "undetermined", spectrum: null, reasons: [] },
  };
};

/** The adjudication after so many acts: claimed, and so acknowledged, after one, dispositioned after two. */
export const adjudicationAfter = (acts: 0 | 1 | 2, alarm: Alarm): Adjudication => {
  const by = officer("Ada");
  const asked = { by, at: alarm.raisedAt + 9000 };
  const claimed = claim(alarm, { ...asked, id: "claim-0001" });
  const disposed = dispose(alarm, { ...asked, id: "dispose-0001" });
  // Neutrons would want a second person, and the acts here are to be two.
  const about = { alarm: { laneId: alarm.laneId, kind: "gamma" }, adjudication: untouched } as const;
  const [first] = decide<Decidable>(about, claimed);
  const [second] = decide(first, disposed);
  return (acts === 0 ? about : acts === 1 ? first : second)?.adjudication ?? untouched;
};

export const aCase = (words: AlarmWords = {}, acts: 0 | 1 | 2 = 0): AlarmCase => {
  const alarm = anAlarm(words);
  return { alarm, adjudication: adjudicationAfter(acts, alarm) };
};

/** What crosses the log; standing does not. */
export type ToldInput = Exclude<BoardInput, { kind: "standing" }>;

export const caseInput = (alarmCase: AlarmCase): ToldInput => ({ kind: "case", case: alarmCase });

/** `place`: `boot~sequence~n`, or `sequence` in the first boot. */
export const eventInput = (event: LaneEvent, place: number | string, lane: LaneId = north): ToldInput => {
  const eventId = typeof place === "number" ? `${lane}~${firstBoot}~${place}~0` : `${lane}~${place}`;
  return { kind: "event", record: { event, eventId, laneId: lane } };
};

/** What one step of a history does to one lane. */
export const historyActs = [
  "background",
  "enter",
  "interval",
  "interval",
  "interval",
  "neutron",
  "alarm",
  "alarm",
  "alarm",
  "leave",
  "leave",
  "fault",
  "clear",
  "link",
  "tag",
  "lose",
  "garbage",
  "reboot",
  "reboot",
  "acknowledge",
  "acknowledge",
  "dispose",
  "dispose",
  "dispose",
] as const;
export interface HistoryStep {
  readonly lane: number;
  readonly act: (typeof historyActs)[number];
  readonly count: number;
}

export const historySources = ["record", "measurement", "quarantine", "case"] as const;
export type HistorySource = (typeof historySources)[number];
export interface HistoryRecord {
  readonly source: HistorySource;
  readonly input: BoardInput;
}

interface LaneScript {
  readonly lane: LaneId;
  boot: number;
  sequence: number;
  occupancies: number;
  inside: boolean;
  intervals: number;
  seconds: number;
  readonly cases: Map<AlarmKind, { alarm: Alarm; acts: 0 | 1 | 2 }>;
}

/**
 * What a core writes while lanes live through `steps`: a frame an act, alarms with rising versions, each followed by
 * its case, and officers' acts on the latest alarm of the lane.
 */
export const historyOf = (steps: readonly HistoryStep[]): readonly HistoryRecord[] => {
  const records: HistoryRecord[] = [];
  const scripts = new Map<number, LaneScript>();
  let seconds = 0;

  const say = (script: LaneScript, event: LaneEvent, n = 0): void => {
    const boot = script.boot.toString(16).padStart(8, "0");
    const input = eventInput(event, `${boot}~${script.sequence}~${n}`, script.lane);
    records.push({ source: eventClass[event.kind], input });
  };
  const sayCase = (script: LaneScript, kind: AlarmKind): void => {
    const held = script.cases.get(kind);
    if (held === undefined) return;
    const { alarm, acts } = held;
    records.push({
      source: "case",
      input: caseInput({ alarm, adjudication: adjudicationAfter(acts, alarm) }),
    });
  };
  const endAlarms = (script: LaneScript): void => {
    let n = 1;
    for (const [kind, held] of script.cases) {
      if (held.alarm.state === "ended") continue;
      held.alarm = { ...held.alarm, version: held.alarm.version + 1, state: "ended", endedAt: at(seconds) };
      say(script, { kind: "alarm-ended", at: at(seconds), alarm: held.alarm }, n);
      sayCase(script, kind);
      n += 1;
    }
  };
  const enter = (script: LaneScript): void => {
    if (script.inside) return;
    script.inside = true;
    script.occupancies += 1;
    script.intervals = 0;
    script.seconds = 0;
    script.cases.clear();
    say(script, {
      kind: "occupancy-started",
      at: at(seconds),
      occupancyId: occupancyOf(script.lane, script.occupancies),
    });
  };
  const raiseOrUpdate = (script: LaneScript, kind: AlarmKind): void => {
    const held = script.cases.get(kind);
    if (held?.alarm.state === "active") {
      held.alarm = { ...held.alarm, version: held.alarm.version + 1 };
      say(script, { kind: "alarm-updated", at: at(seconds), alarm: held.alarm }, 1);
    } else {
      const alarm = anAlarm({
        lane: script.lane,
        occupancy: script.occupancies,
        kind,
        raisedAt: at(seconds),
      });
      script.cases.set(kind, { alarm, acts: 0 });
      say(script, { kind: "alarm-raised", at: at(seconds), alarm }, 1);
    }
    sayCase(script, kind);
  };

  for (const { lane, act, count } of steps) {
    seconds += 1;
    const script = scripts.get(lane) ?? newScript(lane);
    scripts.set(lane, script);
    script.sequence += 1;
    const now = at(seconds);
    const occupancyId = occupancyOf(script.lane, script.occupancies);
    const counts = [count, count, count, count] as const;
    const kind = count % 3 === 0 ? "neutron" : "gamma";
    switch (act) {
      case "background":
        say(script, {
          kind: "background-measured",
          at: now,
          particle: kind === "gamma" ? "gamma" : "neutron",
          cps: counts,
          level: "normal",
        });
        break;
      case "enter":
        enter(script);
        break;
      case "interval":
        if (!script.inside) break;
        say(script, {
          kind: "interval-measured",
          at: now,
          occupancyId,
          interval: script.intervals,
          counts,
          portalFlag: count % 2 === 0,
          verdict: { kind: "undecided", reason: "window-not-full" },
          rules: [],
        });
        script.intervals += 1;
        break;
      case "neutron":
        if (!script.inside) break;
        say(script, {
          kind: "neutron-measured",
          at: now,
          occupancyId,
          second: script.seconds,
          counts,
          portalFlag: false,
          rules: [],
        });
        script.seconds += 1;
        break;
      case "alarm":
        enter(script);
        raiseOrUpdate(script, kind);
        break;
      case "leave":
        if (!script.inside) break;
        script.inside = false;
        say(script, {
          kind: "occupancy-ended",
          at: now,
          occupancyId,
          ending: "closed-by-portal",
          occupancyNumber: null,
          neutronBackgroundCps: null,
          speedKph: null,
          intervals: script.intervals,
          peak: null,
          profile: anAlarm().profile,
        });
        endAlarms(script);
        break;
      case "fault":
        say(script, {
          kind: "fault-raised",
          at: now,
          fault: count % 2 === 0 ? "tamper" : "silent",
          detail: `${count}`,
        });
        break;
      case "clear":
        say(script, { kind: "fault-cleared", at: now, fault: count % 2 === 0 ? "tamper" : "silent" });
        break;
      case "link":
        say(script, {
          kind: "link-changed",
          at: now,
          link: count % 2 === 0 ? "up" : "down",
          detail: `${count}`,
        });
        break;
      case "tag":
        say(script, { kind: "unknown-tag-seen", at: now, tag: `T${count}` });
        break;
      case "lose":
        say(script, {
          kind: "frames-lost",
          at: now,
          bootId: firstBoot,
          firstSequence: 0,
          lastSequence: count,
          bytes: 9,
        });
        break;
      case "garbage":
        say(script, {
          kind: "bytes-quarantined",
          at: now,
          reason: "not-a-record",
          raw: "",
          byteLength: 1,
          bootId: firstBoot,
          byteOffset: 0,
        });
        break;
      case "reboot":
        script.boot += 1;
        script.sequence = 0;
        say(script, {
          kind: "agent-started",
          at: now,
          bootId: bootId(script.boot.toString(16).padStart(8, "0")),
        });
        break;
      case "acknowledge":
      case "dispose":
        for (const [kindHeld, held] of script.cases) {
          if (held.acts !== (act === "dispose" ? 1 : 0)) continue;
          held.acts = act === "dispose" ? 2 : 1;
          sayCase(script, kindHeld);
        }
        break;
    }
  }
  return records;
};

const newScript = (lane: number): LaneScript => ({
  lane: laneId(`lane-${lane}`),
  boot: 1,
  sequence: -1,
  occupancies: 0,
  inside: false,
  intervals: 0,
  seconds: 0,
  cases: new Map(),
});
