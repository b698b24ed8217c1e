import { createServer, type ServerResponse } from "node:http";
import { LanewatchError } from "../domain/errors.ts";
import type { Metrics } from "./metrics-registry.ts";
import { codeOf } from "./sqlite-errors.ts";

/** One thing a role has to be able to do, and what keeps it from it. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** A plain sentence. */
  readonly detail: string;
}

export interface MetricsServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly role: string;
  readonly metrics: Metrics;
  /** Whether the role does its work now. */
  readonly checks: () => readonly Check[];
}

export interface MetricsServer {
  /** `http://127.0.0.1:9464` */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const send = (
  response: ServerResponse,
  status: number,
  body: { readonly type: string; readonly text: string },
): void => {
  response.writeHead(status, { "content-type": body.type, "cache-control": "no-store" });
  response.end(body.text);
};
const json = (value: unknown): { readonly type: string; readonly text: string } => ({
  type: "application/json; charset=utf-8",
  text: `${JSON.stringify(value)}\n`,
});

const answer = async (
  path: string,
  { role, metrics, checks }: MetricsServerOptions,
  response: ServerResponse,
): Promise<void> => {
  switch (path) {
    case "/metrics":
      send(response, 200, { type: metrics.contentType, text: await metrics.text() });
      break;
    case "/healthz":
      // The process is alive and its event loop has come to this line.
      send(response, 200, json({ role, alive: true, uptimeS: Math.round(process.uptime()) }));
      break;
    case "/readyz": {
      const found = checks();
      const ready = found.every(({ ok }) => ok);
      send(response, ready ? 200 : 503, json({ role, ready, checks: found }));
      break;
    }
    default:
      send(response, 404, json({ error: "There is nothing here but /metrics, /healthz and /readyz." }));
  }
};

/**
 * `/metrics`, `/healthz` and `/readyz`.
 * @throws LanewatchError `port-busy`, `address-unusable`.
 */
export const listenMetrics = async (options: MetricsServerOptions): Promise<MetricsServer> => {
  const { host, port, metrics, checks } = options;
  metrics.beforeScrape(() => metrics.set("lanewatch_ready", {}, checks().every(({ ok }) => ok) ? 1 : 0));
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    answer(path, options, response).catch(() => response.destroy());
  });
  server.requestTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        codeOf(cause) === "EADDRINUSE"
          ? new LanewatchError("port-busy", `Another program is already listening on ${host}:${port}.`, cause)
          : new LanewatchError("address-unusable", `Metrics cannot be served on ${host}:${port}.`, cause),
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
