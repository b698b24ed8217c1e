import { z } from "zod";
import { alarmId, bootId, commandId, laneId, laneIdPattern, occupancyId } from "../domain/ids.ts";
import { wallMs } from "../domain/units.ts";

/** The scalars of every wire value, branded as they are parsed. */
export const laneIdSchema = z
  .string()
  .regex(laneIdPattern, "lower-case letters, digits and hyphens, at most 63")
  .transform(laneId);
export const bootIdSchema = z
  .string()
  .regex(/^[0-9a-f]{8}$/)
  .transform(bootId);
export const occupancyIdSchema = z.string().min(1).max(200).transform(occupancyId);
export const alarmIdSchema = z.string().min(1).max(200).transform(alarmId);
export const commandIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9-]{8,64}$/, "8 to 64 letters, digits and hyphens")
  .transform(commandId);
export const wallMsSchema = z.number().transform(wallMs);

export const perPanelSchema = z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly();

/** Keys of an `as const` table as a schema; `type` and `enum` are for the published JSON Schema. */
export const keyOf = <Table extends Record<string, unknown>>(table: Table): z.ZodType<keyof Table & string> =>
  z
    .custom<keyof Table & string>((value) => typeof value === "string" && Object.hasOwn(table, value), {
      message: `one of ${Object.keys(table).join(", ")}`,
    })
    .meta({ type: "string", enum: Object.keys(table) });
