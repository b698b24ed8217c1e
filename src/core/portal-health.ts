import { z } from "zod";
import type { FaultCleared, FaultRaised } from "../domain/events.ts";
import { type FaultKind, faults } from "../domain/faults.ts";
import type { Fold, Moment, Told } from "./step.ts";

/** Which faults stand, and when a lane is silent or talks nonsense. Faults never touch alarms. */
export const healthSettings = z.strictObject({
  /** A connected portal that says nothing for longer than this is silent. Vacant portals speak every 5 s. */
  silentAfterInMs: z.int().min(1000).max(3_600_000).default(12_000),
  /** So many undecodable records within a minute are a fault. */
  undecodablePerMinute: z.int().min(1).max(100_000).default(10),
});
export type HealthSettings = z.infer<typeof healthSettings>;

/** Advanced in place, see `Fold`. */
export interface HealthState {
  link: "unknown" | "up" | "down";
  readonly standing: FaultKind[];
  /** When the portal last said anything that was understood. */
  heardLaneMs: number;
  /** Undecodable records since `countedSinceLaneMs`, which moves on by a minute. */
  undecodable: number;
  countedSinceLaneMs: number;
}

export const unknownHealth = (): HealthState => ({
  link: "unknown",
  standing: [],
  heardLaneMs: 0,
  undecodable: 0,
  countedSinceLaneMs: 0,
});

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

export const healthFold =
  (settings: HealthSettings): Fold<HealthState, HealthInput, HealthEvent> =>
  (state, input, events) => {
    const { moment } = input;
    switch (input.kind) {
      case "heard":
        // Whatever was heard came over a link: the frame that said so may be lost, or older than the log.
        state.link = "up";
        state.heardLaneMs = moment.laneMs;
        moveCountingOn(state, moment, events);
        clear(state, "link-down", moment, events);
        clear(state, "silent", moment, events);
        return;
      case "undecodable": {
        moveCountingOn(state, moment, events);
        state.undecodable += 1;
        if (state.undecodable < settings.undecodablePerMinute) return;
        const detail = `${settings.undecodablePerMinute} or more undecodable records within a minute.`;
        raise(state, { fault: "undecodable-bytes", detail }, moment, events);
        return;
      }
      case "quiet": {
        moveCountingOn(state, moment, events);
        const silentForMs = moment.laneMs - state.heardLaneMs;
        if (state.link !== "up" || silentForMs <= settings.silentAfterInMs) return;
        const detail = `Nothing understood for ${Math.floor(silentForMs / 1000)} s.`;
        raise(state, { fault: "silent", detail }, moment, events);
        return;
      }
      case "link":
        state.link = input.link;
        if (input.link === "up") {
          state.heardLaneMs = moment.laneMs;
          clear(state, "link-down", moment, events);
          return;
        }
        clear(state, "silent", moment, events);
        raise(state, { fault: "link-down", detail: input.detail }, moment, events);
        return;
      case "raise":
        raise(state, input, moment, events);
        return;
      case "clear":
        clear(state, input.fault, moment, events);
        return;
    }
  };

/** Begins a new minute when one is over; a minute without any undecodable record clears the fault. */
const moveCountingOn = (state: HealthState, moment: Moment, events: Told<HealthEvent>): void => {
  if (moment.laneMs - state.countedSinceLaneMs < countedForMs) return;
  const wasCalm = state.undecodable === 0;
  state.undecodable = 0;
  state.countedSinceLaneMs = moment.laneMs;
  if (wasCalm) clear(state, "undecodable-bytes", moment, events);
};

const raise = (
  { standing }: HealthState,
  { fault, detail }: { readonly fault: FaultKind; readonly detail: string },
  moment: Moment,
  events: Told<HealthEvent>,
): void => {
  if (standing.includes(fault)) return;
  events.push({ kind: "fault-raised", at: moment.wall, fault, detail: detail || faults[fault].meaning });
  standing.push(fault);
};

const clear = (
  { standing }: HealthState,
  fault: FaultKind,
  moment: Moment,
  events: Told<HealthEvent>,
): void => {
  const at = standing.indexOf(fault);
  if (at < 0) return;
  events.push({ kind: "fault-cleared", at: moment.wall, fault });
  standing.splice(at, 1);
};
