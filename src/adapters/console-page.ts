import { stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join, resolve, sep } from "node:path";
import helmet from "@fastify/helmet";
import serveFiles from "@fastify/static";
import type { FastifyStaticOptions } from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { HostGuard } from "../console/host-guard.ts";
import { LanewatchError } from "../domain/errors.ts";
import { answerError } from "./console-reply.ts";

export interface Admittance {
  readonly guard: HostGuard;
  /** Browsers come over TLS. */
  readonly isSecure: boolean;
}

/** @throws LanewatchError `console-unbuilt` the directory has no page. */
export const requirePage = async (webDirectory: string): Promise<void> => {
  const page = await stat(join(webDirectory, "index.html")).catch(() => undefined);
  if (page?.isFile() === true) return;
  throw new LanewatchError(
    "console-unbuilt",
    `The console's page is not built: ${resolve(webDirectory)} has no index.html (npm run build makes it).`,
  );
};

/** Nothing but our own files and our own server; no inline script or style; in nobody's frame; for our own names. */
export const secure = async (app: FastifyInstance, { guard, isSecure }: Admittance): Promise<void> => {
  const sockets = ({ headers: { host } }: IncomingMessage): string =>
    guard.admits(host) ? `${isSecure ? "wss" : "ws"}://${host}` : "'none'";
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        manifestSrc: ["'self'"],
        connectSrc: ["'self'", sockets],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: "deny" },
    strictTransportSecurity: false,
  });
  app.addHook("onRequest", async (request, reply) => {
    const { host, origin } = request.headers;
    const guarded = request.method !== "GET" && request.method !== "HEAD";
    const refusal = guard.refusalOf({ host, origin, guarded });
    return refusal === null ? undefined : answerError(reply, refusal);
  });
};

/** The built page and its assets, for anybody. */
export const addPage = async (app: FastifyInstance, webDirectory: string): Promise<void> => {
  await app.register(serveFiles, {
    root: resolve(webDirectory),
    dotfiles: "ignore",
    cacheControl: false,
    decorateReply: false,
    setHeaders: setCaching,
  });
};

/** Assets carry a hash of their content in their names; the page that names them is asked for again each time. */
const setCaching: NonNullable<FastifyStaticOptions["setHeaders"]> = (response, path) => {
  const isHashed = path.includes(`${sep}assets${sep}`);
  response.setHeader("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
};
