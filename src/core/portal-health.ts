import { z } from "zod";
import type { FaultCleared, FaultRaised } from "../domain/events.ts";
import { type FaultKind, faults } from "../domain/faults.ts";
import type { Moment, Step } from "./step.ts";

/** Which faults stand, and when a lane is silent or talks nonsense. Faults never touch alarms. */
export const healthSettings = z.strictObject({
  /** A connected portal that says nothing for longer than this is silent. Vacant portals speak every 5 s. */
  silentAfterInMs: z.int().min(1000).max(3_600_000).default(12_000),
  /** So many undecodable records within a minute are a fault. */
  undecodablePerMinute: z.int().min(1).max(100_000).default(10),
});
export type HealthSettings = z.infer<typeof healthSettings>;

export interface HealthState {
  readonly link: "unknown" | "up" | "down";
  readonly standing: readonly FaultKind[];
  /** When the portal last said anything that was understood. */
  readonly heardLaneMs: number;
  /** Undecodable records since `countedSinceLaneMs`, which moves on by a minute. */
  readonly undecodable: number;
  readonly countedSinceLaneMs: number;
}

export const unknownHealth: HealthState = {
  link: "unknown",
  standing: [],
  heardLaneMs: 0,
  undecodable: 0,
  countedSinceLaneMs: 0,
};

export type HealthInput = { readonly moment: Moment } & (
  | { readonly kind: "heard" }
  | { readonly kind: "undecodable" }
  | { readonly kind: "quiet" }
  | { readonly kind: "link"; readonly link: "up" | "down"; readonly detail: string }
  | { readonly kind: "raise"; readonly fault: FaultKind; readonly detail: string }
  | { readonly kind: "clear"; readonly fault: FaultKind }
);
export type HealthEvent = FaultRaised | FaultCleared;

const countedForMs = 60_000;

export const healthStep = (settings: HealthSettings): Step<HealthState, HealthInput, HealthEvent> => {
  const onQuiet = (state: HealthState, moment: Moment): readonly [HealthState, readonly HealthEvent[]] => {
    const [counted, cleared] = moveCountingOn(state, moment);
    const silentForMs = moment.laneMs - state.heardLaneMs;
    if (state.link !== "up" || silentForMs <= settings.silentAfterInMs) return [counted, cleared];
    const detail = `Nothing understood for ${Math.floor(silentForMs / 1000)} s.`;
    const [silent, raised] = raise(counted, moment, { fault: "silent", detail });
    return [silent, [...cleared, ...raised]];
  };

  const onUndecodable = (state: HealthState, moment: Moment): readonly [HealthState, readonly HealthEvent[]] => {
    const [moved, cleared] = moveCountingOn(state, moment);
    const counted = { ...moved, undecodable: moved.undecodable + 1 };
    if (counted.undecodable < settings.undecodablePerMinute) return [counted, cleared];
    const detail = `${settings.undecodablePerMinute} or more undecodable records within a minute.`;
    const [next, raised] = raise(counted, moment, { fault: "undecodable-bytes", detail });
    return [next, [...cleared, ...raised]];
  };

  const onLink = (state: HealthState, input: Extract<HealthInput, { kind: "link" }>): readonly [HealthState, readonly HealthEvent[]] => {
    const linked = { ...state, link: input.link };
    if (input.link === "up") {
      return clear({ ...linked, heardLaneMs: input.moment.laneMs }, input.moment, "link-down");
    }
    const [calm, cleared] = clear(linked, input.moment, "silent");
    const [down, raised] = raise(calm, input.moment, { fault: "link-down", detail: input.detail });
    return [down, [...cleared, ...raised]];
  };

  return (state, input) => {
    const { moment } = input;
    switch (input.kind) {
      case "heard":
        return clear({ ...state, heardLaneMs: moment.laneMs }, moment, "silent");
      case "undecodable":
        return onUndecodable(state, moment);
      case "quiet":
        return onQuiet(state, moment);
      case "link":
        return onLink(state, input);
      case "raise":
        return raise(state, moment, input);
      case "clear":
        return clear(state, moment, input.fault);
    }
  };
};

/** Begins a new minute when one is over; a minute without any undecodable record clears the fault. */
const moveCountingOn = (state: HealthState, moment: Moment): readonly [HealthState, readonly HealthEvent[]] => {
  if (moment.laneMs - state.countedSinceLaneMs < countedForMs) return [state, []];
  const next = { ...state, undecodable: 0, countedSinceLaneMs: moment.laneMs };
  return state.undecodable === 0 ? clear(next, moment, "undecodable-bytes") : [next, []];
};

const raise = (
  state: HealthState,
  moment: Moment,
  what: { readonly fault: FaultKind; readonly detail: string },
): readonly [HealthState, readonly HealthEvent[]] =>
  state.standing.includes(what.fault)
    ? [state, []]
    : [
        { ...state, standing: [...state.standing, what.fault] },
        [{ kind: "fault-raised", at: moment.wall, fault: what.fault, detail: what.detail || faults[what.fault].meaning }],
      ];

const clear = (state: HealthState, moment: Moment, fault: FaultKind): readonly [HealthState, readonly HealthEvent[]] =>
  state.standing.includes(fault)
    ? [
        { ...state, standing: state.standing.filter((standing) => standing !== fault) },
        [{ kind: "fault-cleared", at: moment.wall, fault }],
      ]
    : [state, []];
