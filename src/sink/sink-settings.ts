import { z } from "zod";

const url = z.url({ protocol: /^https?$/, error: "a URL that begins with http:// or https://" });
const named = z.string().min(1).max(256);
const millis = z.int().min(100).max(3_600_000);

const common = {
  url,
  /** An access token; for VictoriaMetrics behind a proxy, or InfluxDB 1 (`user:password`), too. */
  token: z.string().min(1).max(1_024).optional(),
  /** A file that holds it, a line end after it left out. Read at the start. */
  tokenFile: z.string().min(1).optional(),
  /** How long one request may take. */
  timeoutInMs: millis.default(30_000),
  /**
   * How far behind its last acknowledgement the database's note of the log's position stays: what the database may have
   * taken and not yet put on its disk when it is killed (VictoriaMetrics: 5 s).
   */
  settleInMs: z.int().min(0).max(600_000).default(10_000),
} as const;

/** The database that the sink writes to, and that charts may come from. */
export const sinkSettingsSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("influxdb2"), org: named, bucket: named, ...common }),
    z.strictObject({ kind: z.literal("victoria-metrics"), ...common }),
    z.strictObject({ kind: z.literal("influxdb1"), database: named, ...common }),
  ])
  .refine(({ token, tokenFile }) => token === undefined || tokenFile === undefined, {
    message: "token or tokenFile, not both",
    path: ["tokenFile"],
  })
  .readonly();
export type SinkSettings = z.infer<typeof sinkSettingsSchema>;
