import { z } from "zod";

/** Settings of the driver `rapiscan-line`. The wire itself has none; these say how to read it. */
export const rapiscanLineSettings = z.strictObject({
  /** A vehicle faster than this is a glitch of the speed measurement: kept, and marked invalid. km/h. */
  maxSpeedKph: z.number().positive().max(160).default(60),
});
export type RapiscanLineSettings = z.infer<typeof rapiscanLineSettings>;
