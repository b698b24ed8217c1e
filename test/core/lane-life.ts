import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import { type LaneInput, type LaneState, unknownLane } from "../../src/core/lane-state.ts";
import { laneFold } from "../../src/core/lane.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import { bootId, laneId } from "../../src/domain/ids.ts";
import type { Message } from "../../src/domain/messages.ts";
import type { PerPanel } from "../../src/domain/panels.ts";
import { wallMs } from "../../src/domain/units.ts";

export const north = laneId("north-1");
export const firstBoot = bootId("00000001");
export const noon = Date.UTC(2024, 5, 1, 12);

/** What portals say, as messages. A background of 100 cps a panel: the sum's threshold is 400 + 80. */
export const background = (cps = 100, level: "normal" | "high" | "low" = "normal"): Message => ({
  kind: "gamma-background",
  cps: [cps, cps, cps, cps],
  level,
});
export const neutronBackground = (level: "normal" | "high" = "normal"): Message => ({
  kind: "neutron-background",
  cps: [3, 0, 2, 0],
  precision: "truncated",
  level,
});
export const gamma = (each: number, portalAlarm = false): Message => ({
  kind: "gamma-interval",
  counts: [each, each, each, each],
  portalAlarm,
});
/** Five of these are the background; five loud ones are far above the threshold. */
export const calm = gamma(20);
export const loud = gamma(60);
export const flagged = gamma(20, true);
export const neutron = (portalAlarm = false): Message => ({
  kind: "neutron-interval",
  counts: [2, 0, 1, 0],
  portalAlarm,
});
export const energyAlarm = (energyChannel = 1): Message => ({
  kind: "energy-alarm",
  energyChannel,
  mask: "11111A",
});
export const windows: Message = { kind: "energy-window-interval", counts: [80, 110, 55, 50] };
export const windowBackground: Message = { kind: "energy-window-background", cps: [443, 583, 289, 270] };
export const closed: Message = {
  kind: "occupancy-closed",
  occupancyNumber: 594,
  neutronBackgroundCps: 2.391,
};
export const speed = (kph: number, valid = true): Message => ({
  kind: "speed",
  secondsPerFoot: 0.14,
  mph: kph / 1.609,
  kph,
  valid,
});
export const setup: Message = { kind: "setup", block: "gamma-1", values: { nSigma: 4 } };
export const tamper = (state: "set" | "cleared"): Message => ({ kind: "tamper", state });
export const unknown = (tag: string): Message => ({ kind: "opaque", tag, fields: ["1"], known: false });
export const garbage: Message = { kind: "undecodable", raw: "G%,", byteLength: 3, reason: "not-a-record" };

export const times = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);

type Distributed<Input> = Input extends unknown ? Omit<Input, "moment"> : never;

/** One lane's life on a clock of its own: each message is a line of 29 bytes, at the second it is told. */
export interface LaneLife {
  /** The next messages come this much later, in seconds. */
  readonly wait: (seconds: number) => void;
  /** Messages 200 ms apart; the events they cause. */
  readonly say: (...messages: readonly Message[]) => readonly LaneEvent[];
  /** A heartbeat, a word of the link, or a frame that was understood. */
  readonly note: (input: Distributed<Exclude<LaneInput, { kind: "message" }>>) => readonly LaneEvent[];
  readonly state: () => LaneState;
  /** Seconds since noon. */
  readonly now: () => number;
}

export const lineBytes = 29;

/** Tests say the same counts again and again, which a real panel never does; those of panel faults say so themselves. */
const patient = { panels: { stuckAfterIntervals: 10_000 } };

export const laneLife = (given: unknown = {}, from: LaneState = unknownLane()): LaneLife => {
  const fold = laneFold(north, laneSettingsOf(laneOptions.parse(Object.assign({}, patient, given))));
  const state = structuredClone(from);
  let laneMs = from.occupancy?.lastLaneMs ?? 0;
  let byteOffset = 0;
  const take = (input: LaneInput): readonly LaneEvent[] => {
    const events: LaneEvent[] = [];
    fold(state, input, events);
    return events;
  };
  return {
    wait: (seconds) => {
      laneMs += seconds * 1000;
    },
    say: (...messages) =>
      messages.flatMap((message, index) => {
        if (index > 0) laneMs += 200;
        const position = { bootId: firstBoot, byteOffset };
        byteOffset += lineBytes;
        return take({ kind: "message", moment: { wall: wallMs(noon + laneMs), laneMs }, position, message });
      }),
    note: (input) => take({ ...input, moment: { wall: wallMs(noon + laneMs), laneMs } }),
    state: () => state,
    now: () => laneMs / 1000,
  };
};

/** Events as short texts, measurements left out: `occupancy-started`, `alarm-raised gamma`, `fault-raised tamper`. */
export const told = (events: readonly LaneEvent[]): readonly string[] =>
  events.flatMap((event) => {
    switch (event.kind) {
      case "alarm-raised":
      case "alarm-updated":
      case "alarm-ended":
      case "alarm-withheld":
        return [`${event.kind} ${event.alarm.kind}`];
      case "fault-raised":
      case "fault-cleared":
        return [`${event.kind} ${event.fault}`];
      case "occupancy-ended":
        return [`${event.kind} ${event.ending}`];
      case "link-changed":
        return [`${event.kind} ${event.link}`];
      case "unknown-tag-seen":
        return [`${event.kind} ${event.tag}`];
      case "occupancy-started":
      case "frames-recovered":
      case "frames-dropped":
      case "background-shifted":
      case "frames-lost":
      case "agent-started":
      case "setup-reported":
        return [event.kind];
      case "background-measured":
      case "interval-measured":
      case "neutron-measured":
      case "energy-measured":
      case "bytes-quarantined":
        return [];
    }
  });

/** The only event of its kind. */
export const theOne = <Kind extends LaneEvent["kind"]>(
  events: readonly LaneEvent[],
  kind: Kind,
): Extract<LaneEvent, { kind: Kind }> => {
  const found = events.filter((event): event is Extract<LaneEvent, { kind: Kind }> => event.kind === kind);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} events ${kind}, not one`);
  return first;
};

export const perPanelOf = (each: number): PerPanel => [each, each, each, each];
