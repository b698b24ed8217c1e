import { z } from "zod";
import { grossCountSettings } from "./gross-count.ts";
import { occupancySettings } from "./occupancy.ts";
import { healthSettings } from "./portal-health.ts";

/** How a lane is judged. Everything has a default, so `{}` is a lane as portals are commonly set. */
export const laneSettings = z.strictObject({
  grossCount: grossCountSettings.prefault({}),
  occupancy: occupancySettings.prefault({}),
  health: healthSettings.prefault({}),
});
export type LaneSettings = z.infer<typeof laneSettings>;
