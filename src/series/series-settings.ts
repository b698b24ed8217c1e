import { z } from "zod";
import { defaultRetention } from "./resolution.ts";

/** Where charts come from, and how long the file of this machine keeps what. */
export const seriesSettingsSchema = z
  .strictObject({
    /** `local`: a file beside the log. `sink`: the database of the section `sink`. `none`: no charts. */
    from: z.enum(["local", "sink", "none"]).default("local"),
    /** Every single point. */
    fullInHours: z.number().min(1).max(2_400).default(defaultRetention.fullInHours),
    /** Least, mean and most of each second. */
    secondsInHours: z.number().min(1).max(8_760).default(defaultRetention.secondsInHours),
    /** Of each minute, ten minutes and hour. */
    minutesInDays: z.number().min(1).max(3_660).default(defaultRetention.minutesInDays),
  })
  .readonly();
export type SeriesSettings = z.infer<typeof seriesSettingsSchema>;
