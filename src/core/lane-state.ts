import type { StreamPosition } from "../domain/ids.ts";
import type { Message } from "../domain/messages.ts";
import { type BackgroundState, noBackground } from "./background.ts";
import { type BackgroundTrend, noTrend } from "./background-shift.ts";
import type { Occupancy } from "./occupancy.ts";
import { noPanelRuns, type PanelRuns } from "./panel-health.ts";
import { type HealthState, unknownHealth } from "./portal-health.ts";
import type { Moment } from "./step.ts";
import { noThrowThrough, type ThrowThrough } from "./throw-through.ts";

/** Everything known of a lane; advanced in place, see `Fold`. Plain data: it is the checkpoint. */
export interface LaneState {
  background: BackgroundState;
  occupancy: Occupancy | null;
  readonly health: HealthState;
  /** Tags no driver knows, in the order they were first seen; at most `maxUnknownTags`. */
  readonly unknownTags: string[];
  /** How long each gamma panel has said the same. */
  readonly panels: PanelRuns;
  trend: BackgroundTrend;
  readonly throwThrough: ThrowThrough;
}

/** 64 tags. A line that pretends to still more of them is noise; its records are passed over without an event. */
export const maxUnknownTags = 64;

export const unknownLane = (): LaneState => ({
  background: noBackground,
  occupancy: null,
  health: unknownHealth(),
  unknownTags: [],
  panels: noPanelRuns(),
  trend: noTrend,
  throwThrough: noThrowThrough(),
});

export type LaneInput =
  | {
      readonly kind: "message";
      readonly moment: Moment;
      readonly position: StreamPosition;
      readonly message: Message;
    }
  /** The portal said something that was understood; once a frame. */
  | { readonly kind: "heard"; readonly moment: Moment }
  /** The portal said nothing for a while; the edge's heartbeat. */
  | { readonly kind: "quiet"; readonly moment: Moment }
  /** Frames before this moment are missing. */
  | { readonly kind: "gap"; readonly moment: Moment }
  /** The edge's clock differs from the log's by so much; positive where it is behind. */
  | { readonly kind: "skew"; readonly moment: Moment; readonly skewMs: number }
  | { readonly kind: "link"; readonly moment: Moment; readonly link: "up" | "down"; readonly detail: string };
