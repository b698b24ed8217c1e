import { z } from "zod";
import { alarmKinds } from "../domain/alarms.ts";
import { dispositions } from "../domain/dispositions.ts";
import { keyOf, laneIdSchema } from "./scalars.ts";

/** `GET /api/site`: what of the configuration an officer's page needs. */
export const siteViewSchema = z
  .strictObject({
    name: z.string(),
    timeZone: z.string(),
    /** In the order of the configuration. `at`: shares of the site map's width and height from its upper left corner. */
    lanes: z
      .array(
        z
          .strictObject({
            laneId: laneIdSchema,
            name: z.string(),
            at: z.strictObject({ x: z.number(), y: z.number() }).readonly().nullable(),
          })
          .readonly(),
      )
      .readonly(),
    /** What to do, by kind of alarm and by disposition, in the site's own words. */
    guidance: z.partialRecord(keyOf({ ...alarmKinds, ...dispositions }), z.string()).readonly(),
    /** The page renews a claim every third of it. */
    claimLeaseInMs: z.int(),
  })
  .readonly();
export type SiteView = z.infer<typeof siteViewSchema>;
