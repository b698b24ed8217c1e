import { z } from "zod";
import { maxRawBytes } from "../../drivers/line-codec.ts";
import {
  type Decoded,
  type Message,
  type MessageKind,
  type UndecodableReason,
  undecodableReasons,
} from "../../src/domain/messages.ts";
import type { PerPanel } from "../../src/domain/panels.ts";

const perPanel = (value: z.ZodNumber): z.ZodType<PerPanel> => z.tuple([value, value, value, value]);
const counts = perPanel(z.number().int().nonnegative());
const cps = perPanel(z.number().nonnegative());
const reasons = Object.keys(undecodableReasons).filter(
  (key): key is UndecodableReason => key in undecodableReasons,
);

const shapes = {
  "gamma-background": z.strictObject({
    kind: z.literal("gamma-background"),
    cps,
    level: z.enum(["normal", "high", "low"]),
  }),
  "neutron-background": z.strictObject({
    kind: z.literal("neutron-background"),
    cps,
    precision: z.enum(["truncated", "exact"]),
    level: z.enum(["normal", "high"]),
  }),
  "energy-window-background": z.strictObject({ kind: z.literal("energy-window-background"), cps }),
  "gamma-interval": z.strictObject({ kind: z.literal("gamma-interval"), counts, portalAlarm: z.boolean() }),
  "neutron-interval": z.strictObject({
    kind: z.literal("neutron-interval"),
    counts,
    portalAlarm: z.boolean(),
  }),
  "energy-window-interval": z.strictObject({ kind: z.literal("energy-window-interval"), counts }),
  "energy-alarm": z.strictObject({
    kind: z.literal("energy-alarm"),
    energyChannel: z.number().int().min(1).max(3),
    mask: z.string(),
  }),
  speed: z.strictObject({
    kind: z.literal("speed"),
    secondsPerFoot: z.number(),
    mph: z.number(),
    kph: z.number(),
    valid: z.boolean(),
  }),
  "occupancy-closed": z.strictObject({
    kind: z.literal("occupancy-closed"),
    occupancyNumber: z.number().int().nonnegative(),
    neutronBackgroundCps: z.number().nonnegative(),
  }),
  tamper: z.strictObject({ kind: z.literal("tamper"), state: z.enum(["set", "cleared"]) }),
  setup: z.strictObject({
    kind: z.literal("setup"),
    block: z.enum(["gamma-1", "gamma-2", "gamma-3", "neutron-1", "neutron-2"]),
    values: z.record(z.string().min(1), z.union([z.number(), z.string()])),
  }),
  "portal-statistic": z.strictObject({
    kind: z.literal("portal-statistic"),
    statistic: z.enum([
      "neutron-sprt-increment",
      "neutron-sprt-bounds",
      "neutron-sprt-value",
      "energy-window-shares",
      "energy-window-ratios",
      "energy-window-smoothed",
      "energy-statistics",
    ]),
    values: z.array(z.number()).min(1),
  }),
  opaque: z.strictObject({
    kind: z.literal("opaque"),
    tag: z.string().min(1),
    fields: z.array(z.string()),
    known: z.boolean(),
  }),
  undecodable: z.strictObject({
    kind: z.literal("undecodable"),
    raw: z.string().max(maxRawBytes),
    byteLength: z.number().int().positive(),
    reason: z.enum(reasons),
  }),
} as const satisfies { readonly [Kind in MessageKind]: z.ZodType<Extract<Message, { kind: Kind }>> };

const recordedTime = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("instant"), at: z.number().int() }),
  z.strictObject({
    kind: z.literal("time-of-day"),
    msSinceMidnight: z.number().int().min(0).max(86_401_000),
  }),
]);

const envelope = z.strictObject({
  message: z.unknown(),
  byteOffset: z.number().int().nonnegative(),
  recordedAt: recordedTime.optional(),
});

/** What is wrong with the form of a message, or undefined. Finite numbers only, and no property too many. */
export const shapeProblem = (said: Decoded): string | undefined => {
  const shape: z.ZodType = shapes[said.message.kind];
  const issues = [shape.safeParse(said.message), envelope.safeParse(said)].flatMap(
    (each) => each.error?.issues ?? [],
  );
  if (issues.length === 0) return undefined;
  return `${JSON.stringify(said)}: ${issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")}`;
};
