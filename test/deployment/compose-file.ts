import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

export const repository = join(import.meta.dirname, "..", "..");
export const readText = (path: string): string => readFileSync(join(repository, path), "utf8");

/** `${NAME:-default}` as an empty environment leaves it. */
const withDefaults = (text: string): string => text.replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, "$1");

/** A compose file as plain values, with merge keys merged and the defaults of its variables. */
export const readCompose = (text: string): unknown => parse(withDefaults(text), { merge: true });

const mountSchema = z.looseObject({
  type: z.enum(["bind", "volume"]),
  source: z.string(),
  target: z.string(),
  read_only: z.boolean().default(false),
});

const serviceSchema = z.looseObject({
  image: z.string().optional(),
  build: z.looseObject({ context: z.string() }).optional(),
  user: z.string().optional(),
  read_only: z.boolean().default(false),
  init: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  restart: z.string().optional(),
  entrypoint: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(mountSchema).default([]),
  tmpfs: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  ports: z.array(z.looseObject({ host_ip: z.string().optional(), target: z.number() })).default([]),
  deploy: z
    .looseObject({
      resources: z.looseObject({
        limits: z.looseObject({
          cpus: z.string().optional(),
          memory: z.string().optional(),
          pids: z.number().optional(),
        }),
      }),
    })
    .optional(),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string().optional() })).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()), timeout: z.string().optional() }).optional(),
  logging: z.looseObject({ options: z.record(z.string(), z.string()) }).optional(),
});
export type ComposeService = z.infer<typeof serviceSchema>;

/** What the checks look at; anything else is the Compose Specification's to judge. */
export const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().default(false) })),
  volumes: z.record(z.string(), z.looseObject({})),
  secrets: z.record(z.string(), z.looseObject({ file: z.string() })),
});
export type ComposeFile = z.infer<typeof composeSchema>;
