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

export const healthStep =
  (settings: HealthSettings): Step<HealthState, HealthInput, HealthEvent> =>
  (state, input) => {
    const { moment } = input;
    const events: HealthEvent[] = [];
    switch (input.kind) {
      case "heard": {
        // Whatever was heard came over a link: the frame that said so may be lost, or older than the log.
        const linked: HealthState = { ...state, link: "up", heardLaneMs: moment.laneMs };
        const counted = withCountingMovedOn(linked, moment, events);
        return [without(without(counted, "link-down", moment, events), "silent", moment, events), events];
      }
      case "undecodable": {
        const moved = withCountingMovedOn(state, moment, events);
        const counted = { ...moved, undecodable: moved.undecodable + 1 };
        if (counted.undecodable < settings.undecodablePerMinute) return [counted, events];
        const detail = `${settings.undecodablePerMinute} or more undecodable records within a minute.`;
        return [withFault(counted, { fault: "undecodable-bytes", detail }, moment, events), events];
      }
      case "quiet": {
        const counted = withCountingMovedOn(state, moment, events);
        const silentForMs = moment.laneMs - state.heardLaneMs;
        if (state.link !== "up" || silentForMs <= settings.silentAfterInMs) return [counted, events];
        const detail = `Nothing understood for ${Math.floor(silentForMs / 1000)} s.`;
        return [withFault(counted, { fault: "silent", detail }, moment, events), events];
      }
      case "link": {
        if (input.link === "up") {
          const up: HealthState = { ...state, link: "up", heardLaneMs: moment.laneMs };
          return [without(up, "link-down", moment, events), events];
        }
        const calm = without({ ...state, link: "down" }, "silent", moment, events);
        return [withFault(calm, { fault: "link-down", detail: input.detail }, moment, events), events];
      }
      case "raise":
        return [withFault(state, input, moment, events), events];
      case "clear":
        return [without(state, input.fault, moment, events), events];
    }
  };

/** Begins a new minute when one is over; a minute without any undecodable record clears the fault. */
const withCountingMovedOn = (state: HealthState, moment: Moment, events: HealthEvent[]): HealthState => {
  if (moment.laneMs - state.countedSinceLaneMs < countedForMs) return state;
  const next = { ...state, undecodable: 0, countedSinceLaneMs: moment.laneMs };
  return state.undecodable === 0 ? without(next, "undecodable-bytes", moment, events) : next;
};

const withFault = (
  state: HealthState,
  { fault, detail }: { readonly fault: FaultKind; readonly detail: string },
  moment: Moment,
  events: HealthEvent[],
): HealthState => {
  if (state.standing.includes(fault)) return state;
  events.push({ kind: "fault-raised", at: moment.wall, fault, detail: detail || faults[fault].meaning });
  return { ...state, standing: [...state.standing, fault] };
};

const without = (
  state: HealthState,
  fault: FaultKind,
  moment: Moment,
  events: HealthEvent[],
): HealthState => {
  if (!state.standing.includes(fault)) return state;
  events.push({ kind: "fault-cleared", at: moment.wall, fault });
  return { ...state, standing: state.standing.filter((standing) => standing !== fault) };
};
