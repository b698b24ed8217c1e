import { stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { join, resolve, sep } from "node:path";
import helmet from "@fastify/helmet";
import serveFiles from "@fastify/static";
import type { FastifyStaticOptions } from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";
import fastify from "fastify";
import { LanewatchError } from "../domain/errors.ts";
import type { RunningConsole } from "../console/console.ts";
import type { ErrorReply } from "../console/error-body.ts";
import { errorReply, problemsReply, refusalReply, replyToThrown } from "../console/error-body.ts";
import { isLoopbackAddress, isLoopbackHost, refusalOf } from "../console/loopback-guard.ts";
import { commandRequestSchema } from "../wire/console.ts";
import { alarmIdSchema } from "../wire/scalars.ts";
import type { ConsoleSockets } from "./console-sockets.ts";
import { answerRaw, openConsoleSockets } from "./console-sockets.ts";

export interface ConsoleServerOptions {
  /** A loopback name: there is no sign-in yet. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Holds the built page: `index.html` and its assets. */
  readonly webDirectory: string;
  readonly console: RunningConsole;
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

/**
 * Serves the console's page, its API and its WebSocket.
 * @throws LanewatchError `console-unbuilt` no page in the directory; `port-busy`; `address-unusable`.
 */
export const listenConsole = async (options: ConsoleServerOptions): Promise<ConsoleServer> => {
  const { host, port, console: officers } = options;
  if (!isLoopbackAddress(host)) {
    throw new LanewatchError(
      "address-unusable",
      `The console has no sign-in yet and listens on loopback only, not on ${host}.`,
    );
  }
  const webDirectory = resolve(options.webDirectory);
  await requirePage(webDirectory);
  const app = openApp(options.onFailure);
  await secure(app);
  addApi(app, officers);
  await app.register(serveFiles, {
    root: webDirectory,
    dotfiles: "ignore",
    cacheControl: false,
    decorateReply: false,
    setHeaders: setCaching,
  });
  const sockets = openConsoleSockets(officers);
  app.server.on("upgrade", sockets.upgrade);
  app.server.on("connection", (socket: Socket) => socket.setNoDelay(true));
  await listen(app, host, port);
  return { url: urlOf(app, host), close: () => closeAll(app, sockets) };
};

const requirePage = async (webDirectory: string): Promise<void> => {
  const page = await stat(join(webDirectory, "index.html")).catch(() => undefined);
  if (page?.isFile() === true) return;
  throw new LanewatchError(
    "console-unbuilt",
    `The console's page is not built: ${webDirectory} has no index.html (npm run build makes it).`,
  );
};

const answer = (reply: FastifyReply, { status, body }: ErrorReply): FastifyReply =>
  reply.code(status).header("cache-control", "no-store").type("application/json; charset=utf-8").send(body);

const openApp = (onFailure: ConsoleServerOptions["onFailure"]): FastifyInstance => {
  const answerThrown = (thrown: unknown, reply: FastifyReply): FastifyReply => {
    const { foreseen, ...said } = replyToThrown(thrown);
    if (!foreseen) onFailure(thrown);
    return answer(reply, said);
  };
  const app = fastify({
    bodyLimit: bodyBytesMax,
    requestTimeout: requestWithinMs,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: paramLengthMax },
    frameworkErrors: (error, _request, reply) => void answerThrown(error, reply),
    clientErrorHandler: (_error, socket) => answerRaw(socket, errorReply("bad-request", "This is not HTTP.")),
  });
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler((error, _request, reply) => answerThrown(error, reply));
  app.setNotFoundHandler((_request, reply) =>
    answer(reply, errorReply("not-found", "There is nothing here.")),
  );
  return app;
};

/** Assets carry a hash of their content in their names; the page that names them is asked for again each time. */
const setCaching: NonNullable<FastifyStaticOptions["setHeaders"]> = (response, path) => {
  const isHashed = path.includes(`${sep}assets${sep}`);
  response.setHeader("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
};

/** Nothing but our own files and our own server; no inline script or style; in nobody's frame. */
const secure = async (app: FastifyInstance): Promise<void> => {
  const sockets = ({ headers: { host } }: IncomingMessage): string =>
    isLoopbackHost(host) ? `ws://${host}` : "'none'";
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
    const refusal = refusalOf({ host, origin, guarded });
    return refusal === null ? undefined : answer(reply, refusal);
  });
};

const addApi = (app: FastifyInstance, officers: RunningConsole): void => {
  app.get("/healthz", (_request, reply) => {
    const health = officers.health();
    if (!health.running)
      return answer(reply, errorReply("log-closed", "The console is not connected to its log."));
    return reply.header("cache-control", "no-store").send(health);
  });

  app.get<{ Params: { alarmId: string } }>("/api/alarms/:alarmId", (request, reply) => {
    const id = alarmIdSchema.safeParse(request.params.alarmId);
    const alarmCase = id.success ? officers.alarmCase(id.data) : undefined;
    if (alarmCase === undefined)
      return answer(reply, errorReply("not-found", "There is no such alarm on the board."));
    return reply.header("cache-control", "no-store").send(alarmCase);
  });

  app.post<{ Params: { alarmId: string } }>("/api/alarms/:alarmId/commands", async (request, reply) => {
    const id = alarmIdSchema.safeParse(request.params.alarmId);
    const command = commandRequestSchema.safeParse(request.body);
    if (!id.success) return answer(reply, errorReply("not-found", "There is no such alarm on the board."));
    if (!command.success) return answer(reply, problemsReply("The command", command.error));
    const decision = await officers.submitCommand(id.data, command.data);
    if (decision.outcome === "refused") return answer(reply, refusalReply(decision));
    return reply.header("cache-control", "no-store").send(decision);
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

const urlOf = (app: FastifyInstance, host: string): string => {
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
};

const closeAll = async (app: FastifyInstance, sockets: ConsoleSockets): Promise<void> => {
  await sockets.close();
  await app.close();
};
