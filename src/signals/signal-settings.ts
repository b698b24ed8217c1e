import { z } from "zod";
import { brokerShape, refineBroker } from "../edge/broker-settings.ts";

const siteName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and hyphens, at most 63");

/** Without wildcards, and with the placeholders named, so that no two lanes share a topic. */
const topicTemplate = (placeholders: readonly string[]): z.ZodString =>
  z
    .string()
    .min(1)
    .max(1_000)
    .regex(/^[^+#\0]+$/, "a topic without wildcards")
    .refine((text) => placeholders.every((each) => text.includes(each)), {
      message: `a topic with ${placeholders.join(" and ")}`,
    })
    .refine((text) => /^(?:[^{}]|\{site\}|\{lane\})*$/.test(text), "no placeholders but {site} and {lane}");

/** What lanes tell lights, barriers and sirens, over which broker. Wants MQTT 3.1.1 or 5. */
export const signalSettingsSchema = z
  .strictObject({
    ...brokerShape,
    /** Stands for `{site}` in the topics. */
    site: siteName,
    topic: topicTemplate(["{lane}"]).default("lanewatch/{site}/{lane}/state"),
    /** `online` or `offline`, retained; the broker says `offline` when this program is gone without a word. */
    statusTopic: topicTemplate([]).default("lanewatch/{site}/status"),
    /** The time, retained, every `heartbeatInMs`. */
    heartbeatTopic: topicTemplate([]).default("lanewatch/{site}/heartbeat"),
    heartbeatInMs: z.int().min(1_000).max(600_000).default(5_000),
    /** What ends an alarm's signal: its disposition, or already that an officer has acknowledged it. */
    alarmUntil: z.enum(["dispositioned", "acknowledged"]).default("dispositioned"),
    /** `high`: faults of medium severity are listed, and do not make the lane's state `fault`. */
    faultsFrom: z.enum(["high", "medium"]).default("high"),
    /** A lane the core has not judged for so long is unknown. The core says something of every lane each 5 s. */
    unknownAfterInMs: z.int().min(6_000).max(600_000).default(20_000),
  })
  .superRefine((settings, context) => {
    refineBroker(settings, context);
    const { topic, statusTopic, heartbeatTopic } = settings;
    if (new Set([topic, statusTopic, heartbeatTopic]).size < 3)
      context.addIssue({ code: "custom", path: ["statusTopic"], message: "three different topics" });
  })
  .readonly();
export type SignalSettings = z.infer<typeof signalSettingsSchema>;

/** The topic of a template for this lane. */
export const topicOf = (template: string, names: { readonly site: string; readonly lane?: string }): string =>
  template.replaceAll("{site}", names.site).replaceAll("{lane}", names.lane ?? "");
