import { createServer as createPlainServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import type { FastifyInstance, FastifyReply } from "fastify";
import fastify from "fastify";
import type { RunningConsole } from "../console/console.ts";
import { errorReply, replyToThrown } from "../console/error-body.ts";
import { hostGuard, isLoopbackAddress } from "../console/host-guard.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { Identity } from "../identity/identity.ts";
import type { DoorView } from "../wire/console.ts";
import type { SiteView } from "../wire/site.ts";
import { addAlarmRoutes } from "./console-alarm-routes.ts";
import { requireSession } from "./console-officer.ts";
import { addPage, requirePage, secure } from "./console-page.ts";
import { answerError, answerFresh } from "./console-reply.ts";
import { addSessionRoutes } from "./console-session-routes.ts";
import type { ConsoleSockets } from "./console-sockets.ts";
import { answerRaw, openConsoleSockets } from "./console-sockets.ts";

export interface ConsoleServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Names of this server besides those of loopback, in lower case. */
  readonly hosts?: readonly string[];
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string } | null;
  /** A proxy ends TLS, tells in `X-Forwarded-For` who asks, and is the only one who can reach the port. */
  readonly behindTls?: boolean;
  /** Holds the built page: `index.html` and its assets. */
  readonly webDirectory: string;
  readonly console: RunningConsole;
  readonly identity: Identity;
  readonly door: DoorView;
  readonly site: SiteView;
  /** Adds the routes of further subjects, all of which take a session (`officerOf` says whose). */
  readonly addRoutes?: (app: FastifyInstance) => Promise<void> | void;
  /** A mistake of ours met while answering; the browser only hears that there was one. */
  readonly onFailure: (cause: unknown) => void;
}

export interface ConsoleServer {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Within a second, whoever is connected: sockets are told (1001), then cut. */
  readonly close: () => Promise<void>;
}

const bodyBytesMax = 64 * 1024;
/** Longer than any alarm id, whose bound is 200. */
const paramLengthMax = 256;
const requestWithinMs = 15_000;
const keepAliveInMs = 72_000;

/**
 * Serves the console's page, its API and its WebSocket.
 * @throws LanewatchError `console-unbuilt` no page in the directory; `port-busy`; `address-unusable` also where others
 * than this machine would come without TLS; `file-unreadable` certificate or key are none.
 */
export const listenConsole = async (options: ConsoleServerOptions): Promise<ConsoleServer> => {
  const { host, port, console: officers, identity } = options;
  const { hosts = [], tls = null, behindTls = false } = options;
  const isSecure = tls !== null || behindTls;
  if (!isSecure && !isLoopbackAddress(host)) {
    throw new LanewatchError(
      "address-unusable",
      `Without TLS the console listens on loopback, not on ${host}.`,
    );
  }
  await requirePage(options.webDirectory);
  const guard = hostGuard({ hosts, isSecure });
  const app = openApp(options);
  await secure(app, { guard, isSecure });
  addHealth(app, officers);
  addSessionRoutes(app, { identity, door: options.door, isSecure });
  await app.register((guarded) => addGuardedRoutes(guarded, options));
  await addPage(app, options.webDirectory);
  const sockets = openConsoleSockets({ officers, identity, guard });
  app.server.on("upgrade", sockets.upgrade);
  app.server.on("connection", (socket: Socket) => socket.setNoDelay(true));
  await listen(app, host, port);
  return { url: urlOf(app, host, tls !== null), close: () => closeAll(app, sockets) };
};

/** Every route that takes a session, subject by subject. */
const addGuardedRoutes = async (app: FastifyInstance, options: ConsoleServerOptions): Promise<void> => {
  requireSession(app, options.identity);
  app.get("/api/site", (_request, reply) => answerFresh(reply, options.site));
  addAlarmRoutes(app, options);
  await options.addRoutes?.(app);
};

const openApp = ({ onFailure, tls = null, behindTls = false }: ConsoleServerOptions): FastifyInstance => {
  const answerThrown = (thrown: unknown, reply: FastifyReply): FastifyReply => {
    const { foreseen, ...said } = replyToThrown(thrown);
    if (!foreseen) onFailure(thrown);
    return answerError(reply, said);
  };
  const app = fastify({
    bodyLimit: bodyBytesMax,
    forceCloseConnections: true,
    // The proxy itself is believed, and nobody whom it only passes on.
    trustProxy: behindTls ? (_address, hop) => hop < 1 : false,
    serverFactory: (handle) => {
      const server = tls === null ? createPlainServer(handle) : tlsServer(tls, handle);
      server.requestTimeout = requestWithinMs;
      server.keepAliveTimeout = keepAliveInMs;
      return server;
    },
    routerOptions: { maxParamLength: paramLengthMax },
    frameworkErrors: (error, _request, reply) => void answerThrown(error, reply),
    clientErrorHandler: (_error, socket) => answerRaw(socket, errorReply("bad-request", "This is not HTTP.")),
  });
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler((error, _request, reply) => answerThrown(error, reply));
  app.setNotFoundHandler((_request, reply) =>
    answerError(reply, errorReply("not-found", "There is nothing here.")),
  );
  return app;
};

const tlsServer = (
  tls: NonNullable<ConsoleServerOptions["tls"]>,
  handle: Parameters<typeof createPlainServer>[1],
): ReturnType<typeof createPlainServer> => {
  try {
    return createTlsServer({ ...tls, minVersion: "TLSv1.2" }, handle);
  } catch (cause) {
    throw new LanewatchError(
      "file-unreadable",
      "The console's certificate and key are not a pair of PEM files that go together.",
      cause,
    );
  }
};

const addHealth = (app: FastifyInstance, officers: RunningConsole): void => {
  app.get("/healthz", (_request, reply) => {
    const health = officers.health();
    return health.running
      ? answerFresh(reply, health)
      : answerError(reply, errorReply("log-closed", "The console is not connected to its log."));
  });
};

const listen = async (app: FastifyInstance, host: string, port: number): Promise<void> => {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    throw code === "EADDRINUSE"
      ? new LanewatchError("port-busy", `Another program is already listening on ${host}:${port}.`, cause)
      : new LanewatchError("address-unusable", `The console cannot listen on ${host}:${port}.`, cause);
  }
};

const urlOf = (app: FastifyInstance, host: string, isTls: boolean): string => {
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `${isTls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
};

const closeAll = async (app: FastifyInstance, sockets: ConsoleSockets): Promise<void> => {
  await sockets.close();
  await app.close();
};
