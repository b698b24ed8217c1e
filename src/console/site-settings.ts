import { z } from "zod";
import { alarmKinds } from "../domain/alarms.ts";
import { dispositions } from "../domain/dispositions.ts";
import { type Located, locatedAt } from "../problems.ts";
import { keyOf, laneIdSchema } from "../wire/scalars.ts";

/** What officers are told to do, by kind of alarm and by disposition. */
export const guidanceSchema = z
  .partialRecord(keyOf({ ...alarmKinds, ...dispositions }), z.string().trim().min(1).max(2000))
  .readonly();
export type Guidance = z.infer<typeof guidanceSchema>;

const share = z.number().min(0).max(1);

/** Where lanes lie on a drawing of the site: shares of its width from the left and of its height from the top. */
export const siteMapSchema = z
  .strictObject({
    lanes: z.record(laneIdSchema, z.strictObject({ x: share, y: share }).readonly()).readonly(),
  })
  .readonly();
export type SiteMap = z.infer<typeof siteMapSchema>;

const drawnSchema = z.looseObject({
  map: siteMapSchema,
  lanes: z.array(z.looseObject({ id: z.string() })),
});

/** Lanes on the map that the site does not have. */
export const mapProblems = (document: unknown): readonly Located[] => {
  const { data } = drawnSchema.safeParse(document);
  if (data === undefined) return [];
  const known = new Set(data.lanes.map(({ id }) => id));
  return Object.keys(data.map.lanes)
    .filter((id) => !known.has(id))
    .map((id) => locatedAt(["map", "lanes", id], `There is no lane ${id}.`));
};
