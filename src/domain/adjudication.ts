import type { Alarm } from "./alarms.ts";
import type { DispositionId } from "./dispositions.ts";
import type { AlarmId, CommandId, LaneId } from "./ids.ts";
import type { WallMs } from "./units.ts";

interface CommandBase {
  readonly commandId: CommandId;
  readonly laneId: LaneId;
  readonly alarmId: AlarmId;
  /** The adjudication version the officer saw. */
  readonly expectedVersion: number;
  readonly officer: string;
  readonly at: WallMs;
}

export interface Acknowledge extends CommandBase {
  readonly kind: "acknowledge";
}

export interface Dispose extends CommandBase {
  readonly kind: "dispose";
  readonly disposition: DispositionId;
  readonly vehicleId: string;
  readonly notes: string;
}

/** What an officer can ask for. */
export type Command = Acknowledge | Dispose;

export const refusals = {
  "unknown-alarm": "There is no such alarm.",
  "stale-version": "The alarm has changed since it was shown.",
  "already-acknowledged": "The alarm is already acknowledged.",
  "not-acknowledged": "An alarm is acknowledged before it is disposed of.",
  "already-dispositioned": "The alarm already has a disposition.",
} as const;
export type Refusal = keyof typeof refusals;

/** The answer to a command, as it stands in the log. `version` is the adjudication's after the decision. */
export type Decision =
  | { readonly outcome: "accepted"; readonly command: Command; readonly version: number }
  | {
      readonly outcome: "refused";
      readonly command: Command;
      readonly version: number;
      readonly refusal: Refusal;
    };

export interface Adjudication {
  /** 0 for an alarm nobody has touched; grows by one with each accepted command. */
  readonly version: number;
  readonly state: "unacknowledged" | "acknowledged" | "dispositioned";
  /** Accepted commands in order: who did what, and when. */
  readonly history: readonly Command[];
}

/** An alarm and the officers' work on it: what boards, integrators and exports see. */
export interface AlarmCase {
  readonly alarm: Alarm;
  readonly adjudication: Adjudication;
}
