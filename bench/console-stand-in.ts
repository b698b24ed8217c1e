import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import { wallMs } from "../src/domain/units.ts";
import type { ServerMessage } from "../src/wire/console.ts";
import type { SyntheticSite } from "./console-feed.ts";
import {
  syntheticFigures, syntheticHandover, syntheticHistory, syntheticLane, syntheticRow, syntheticSiteView,
} from "./console-feed.ts"; // prettier-ignore

/** Serves the built page, and says what a console's server would say of a synthetic site. */
export interface StandIn {
  readonly url: string;
  /** Lane views sent so far, to all pages together. */
  readonly updatesSent: () => number;
  readonly close: () => Promise<void>;
}

export interface StandInOptions {
  readonly lanes: number;
  /** Open alarms. */
  readonly open: number;
  readonly updatesPerSecond: number;
  /** Lanes have places on the site's map. */
  readonly hasMap?: boolean;
}

/** The built page: `dist/web`, or where `LANEWATCH_WEB` says. */
const webDirectory = process.env["LANEWATCH_WEB"] ?? fileURLToPath(new URL("../dist/web", import.meta.url));
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
/** As often as the console's server tells its pages. */
const messagesPerSecond = 20;

const answerJson = (response: ServerResponse, body: unknown): void => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body));
};

const answerFile = async (response: ServerResponse, path: string): Promise<void> => {
  const safe = normalize(path).replace(/^(\.\.[/\\])+/, "");
  try {
    const bytes = await readFile(join(webDirectory, safe === "/" ? "index.html" : safe));
    response.setHeader("content-type", types[extname(safe === "/" ? "index.html" : safe)] ?? "text/plain");
    response.end(bytes);
  } catch {
    // The page asks for nothing that is not there, but for what a browser asks for by itself.
    response.statusCode = 404;
    response.end();
  }
};

const answerTo = (site: () => SyntheticSite, hasMap: boolean) => {
  const officer = { name: "S. Lind", role: "supervisor" };
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://stand-in");
    const from = Number(searchParams.get("from"));
    const to = Number(searchParams.get("to"));
    if (pathname === "/api/session") {
      answerJson(response, { officer, expiresAt: Date.now() + 3_600_000 });
    } else if (pathname === "/api/door") answerJson(response, { site: "Synthetic port", demo: [] });
    else if (pathname === "/api/site") answerJson(response, syntheticSiteView(site(), hasMap));
    else if (pathname === "/api/history") {
      answerJson(response, syntheticHistory(site(), searchParams.get("cursor")));
    } else if (pathname === "/api/figures") answerJson(response, syntheticFigures(site(), from, to));
    else if (pathname === "/api/handover") answerJson(response, syntheticHandover(site(), from, to));
    else if (pathname.startsWith("/api/")) {
      response.statusCode = 404;
      answerJson(response, { error: { code: "not-found", message: "There is nothing here." } });
    } else void answerFile(response, pathname);
  };
};

/** The first message is everything, then come changes, each of the next lanes in turn, and a pulse a second. */
const feed = (
  socket: WebSocket,
  site: () => SyntheticSite,
  each: { lanes: number; sent: (n: number) => void },
): (() => void) => {
  const { lanes } = site();
  let sequence = 1;
  let next = 0;
  const send = (message: ServerMessage): void => socket.send(JSON.stringify(message));
  send({
    kind: "snapshot",
    stream: "stand-in",
    sequence,
    serverTime: wallMs(Date.now()),
    site: { name: "Synthetic port", timeZone: "Europe/Copenhagen" },
    lanes: Array.from({ length: lanes }, (_, at) => syntheticLane(at, Date.now())),
    alarms: Array.from({ length: site().open + 60 }, (_, at) => syntheticRow(at, site())),
  });
  const change = setInterval(() => {
    const now = Date.now();
    const views = Array.from({ length: each.lanes }, (_, at) => {
      const lane = syntheticLane((next + at) % lanes, now);
      const swing = 1 + 0.08 * Math.sin(now / 700 + at);
      const scale = (cps: number): number => cps * swing;
      const [a, b, c, d] = lane.gammaCps ?? [0, 0, 0, 0];
      return { ...lane, gammaCps: [scale(a), scale(b), scale(c), scale(d)] as const };
    });
    next = (next + each.lanes) % lanes;
    sequence += 1;
    each.sent(views.length);
    send({ kind: "changes", sequence, lanes: views, alarms: [] });
  }, 1000 / messagesPerSecond);
  const pulse = setInterval(
    () => send({ kind: "pulse", stream: "stand-in", sequence, serverTime: wallMs(Date.now()) }),
    1000,
  );
  return () => {
    clearInterval(change);
    clearInterval(pulse);
  };
};

export const openStandIn = async (options: StandInOptions): Promise<StandIn> => {
  const site = (): SyntheticSite => ({ now: Date.now(), lanes: options.lanes, open: options.open });
  const server = createServer(answerTo(site, options.hasMap ?? false));
  const sockets = new WebSocketServer({ server, path: "/ws" });
  let sent = 0;
  const lanes = Math.round(options.updatesPerSecond / messagesPerSecond);
  sockets.on("connection", (socket) => {
    socket.once("message", () => {
      const stop = feed(socket, site, { lanes, sent: (count) => (sent += count) });
      socket.once("close", stop);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    updatesSent: () => sent,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
