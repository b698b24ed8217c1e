import { z } from "zod";
import { type Located, locatedAt } from "../problems.ts";
import { isLoopbackAddress } from "./host-guard.ts";

const filePath = z.string().min(1);
const day = 86_400_000;

/** Who may reach the console, and how. */
const accessShape = {
  /** Address to listen on. Beyond this machine only with users, a certificate and the names in `hosts`. */
  host: z.string().min(1).max(253).default("127.0.0.1"),
  /** Names by which browsers reach the console, besides those of loopback. A page of any other name is refused. */
  hosts: z
    .array(
      z
        .string()
        .regex(
          /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]+\])$/,
          "a host name in lower case, without port",
        ),
    )
    .max(50)
    .readonly()
    .default([]),
  /** PEM files: the certificate with its chain, and its key. Read at the start. */
  tls: z.strictObject({ certFile: filePath, keyFile: filePath }).readonly().nullable().default(null),
  /** A proxy before the console ends TLS, and is the only one who can reach it. */
  behindTls: z.boolean().default(false),
  /** Accounts that everybody knows, for a demonstration on this machine. */
  demo: z.boolean().default(false),
};

/** Where the officers' console listens, who may reach it, and how long somebody stays signed in. */
export const consoleSettingsSchema = z
  .strictObject({
    ...accessShape,
    port: z.int().min(0).max(65_535).default(8080),
    session: z
      .strictObject({
        /** From the sign-in on, whatever is done. */
        limitInMs: z
          .int()
          .min(60_000)
          .max(7 * day)
          .default(12 * 3_600_000),
        /**
         * Without anything done. As long as a shift by default: a page that only watches must go on sounding alarms.
         */
        idleLimitInMs: z
          .int()
          .min(60_000)
          .max(7 * day)
          .default(12 * 3_600_000),
        /** Where sessions are kept over a restart; `console-sessions.json` in the log's folder else. */
        file: filePath.optional(),
      })
      .readonly()
      .prefault({}),
    /** An officer who is silent for so long can be relieved of an alarm by anybody. */
    claimLeaseInMs: z.int().min(5_000).max(3_600_000).default(90_000),
  })
  .readonly();
export type ConsoleServerSettings = z.infer<typeof consoleSettingsSchema>;

/**
 * Settings that are good each by itself, and together would let in who must stay out; in a document whose other parts
 * may be wrong.
 */
export const consoleProblems = (document: unknown): readonly Located[] => {
  const { console = {}, users = [], usersFile = null } = wholeSchema.safeParse(document).data ?? {};
  const settings = accessSchema.safeParse(console);
  if (!settings.success) return [];
  const hasUsers = usersFile !== null || !Array.isArray(users) || users.length > 0;
  return accessRules(settings.data, hasUsers)
    .filter(({ isBroken }) => isBroken)
    .map(({ at, message }) => locatedAt(["console", at], message));
};

const wholeSchema = z.looseObject({});
const accessSchema = z.object(accessShape);
type Access = z.infer<typeof accessSchema>;

interface AccessRule {
  readonly isBroken: boolean;
  readonly at: keyof Access;
  readonly message: string;
}

const accessRules = (
  { host, hosts, tls, behindTls, demo }: Access,
  hasUsers: boolean,
): readonly AccessRule[] => {
  const isLocal = isLoopbackAddress(host);
  return [
    {
      isBroken: !isLocal && !hasUsers,
      at: "host",
      message: "Others may reach the console only where there are users; lanewatch user makes one.",
    },
    {
      isBroken: !isLocal && tls === null && !behindTls,
      at: "host",
      message: "Others may reach the console only over TLS: give tls, or behindTls for a proxy that ends it.",
    },
    {
      isBroken: !isLocal && hosts.length === 0,
      at: "hosts",
      message: "The names by which browsers reach the console are needed.",
    },
    {
      isBroken: tls !== null && behindTls,
      at: "behindTls",
      message: "Either the console ends TLS or a proxy before it does.",
    },
    {
      isBroken: demo && (!isLocal || hosts.length > 0 || behindTls),
      at: "demo",
      message:
        "The demonstration's accounts are for this machine alone: a loopback host, no hosts, no behindTls.",
    },
    {
      isBroken: demo && hasUsers,
      at: "demo",
      message: "The demonstration's accounts do not go with users of a real site.",
    },
  ];
};
