import { z } from "zod";
import { defineDriver } from "../../../drivers/driver.ts";
import { latin1, lineCodec, type LineDecoder } from "../../../drivers/line-codec.ts";
import type { Message } from "../../../src/domain/messages.ts";
import type { PerPanel } from "../../../src/domain/panels.ts";

/** `one`: a portal with a single pillar, whose lines have two numbers; the slave pillar's panels are zero then. */
const settingsSchema = z.strictObject({ pillars: z.enum(["one", "two"]).default("two") });
type Settings = z.infer<typeof settingsSchema>;

/** `C 71 61 65 80;`. The semicolon shows that nothing is missing, so the line end may be. */
const lineForm = /^([A-Z]) (\d{1,6}(?: \d{1,6})*);$/;

/** What each tag means. */
const messages: Readonly<Record<string, (counts: PerPanel) => Message>> = {
  B: (cps) => ({ kind: "gamma-background", cps, level: "normal" }),
  C: (counts) => ({ kind: "gamma-interval", counts, portalAlarm: false }),
  A: (counts) => ({ kind: "gamma-interval", counts, portalAlarm: true }),
};

const lineDecoder =
  ({ pillars }: Settings): LineDecoder =>
  (bytes, start, end) => {
    const [, tag, text] = lineForm.exec(latin1(bytes, start, end)) ?? [];
    if (tag === undefined || text === undefined) return "not-a-record";
    const fields = text.split(" ");
    const messageOf = messages[tag];
    if (messageOf === undefined) {
      return { message: { kind: "opaque", tag, fields, known: false }, whole: "line" };
    }
    if (fields.length !== (pillars === "one" ? 2 : 4)) return "wrong-field-count";
    const [a = 0, b = 0, c = 0, d = 0] = fields.map(Number);
    return { message: messageOf([a, b, c, d]), whole: "line" };
  };

export const examplePortal = defineDriver({
  kind: "example-portal",
  summary: "A portal that exists only here",
  settings: settingsSchema,
  codec: (settings) => lineCodec({ maxLineBytes: 64, decodeLine: lineDecoder(settings) }),
  measures: () => ({ neutron: false, energy: false }),
});
