import { z } from "zod";

/** Where a process serves `/metrics`, `/healthz` and `/readyz`. */
export const metricsSettingsSchema = z
  .strictObject({
    /** Nothing there is secret, and nothing asks who comes: this machine alone, or a network of its own. */
    host: z.string().min(1).default("127.0.0.1"),
    /** Of this process; roles that run on one machine with one file get it from `--metrics-port`. 0: any free port. */
    port: z.int().min(0).max(65_535),
  })
  .readonly();
export type MetricsSettings = z.infer<typeof metricsSettingsSchema>;
