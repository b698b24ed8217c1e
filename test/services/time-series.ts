import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Daemon, type DaemonPlan, startDaemon } from "./daemon.ts";
import { answersHttp, freePorts, loopback } from "./loopback.ts";
import { requiredProgram } from "./presence.ts";

export interface TimeSeriesDatabase extends Daemon {
  readonly port: number;
  /** `http://…`, without a slash at the end. */
  readonly url: string;
}

interface Place {
  readonly folder: string;
  readonly port: number;
}

const startWithinMs = 15_000;

/** VictoriaMetrics takes InfluxDB's lines at `/write` and `/api/v2/write`. Points can be asked for as soon as they are flushed. */
export const victoriaMetricsPlan = async ({ folder, port }: Place): Promise<DaemonPlan> => {
  const command = requiredProgram("victoria-metrics", "victoria-metrics");
  await mkdir(folder, { recursive: true });
  return {
    title: "VictoriaMetrics",
    command,
    args: [
      `-storageDataPath=${join(folder, "data")}`,
      `-httpListenAddr=${loopback}:${port}`,
      ...[
        "-retentionPeriod=100y",
        "-search.latencyOffset=0s",
        "-memory.allowedBytes=256MB",
        "-loggerLevel=WARN",
      ],
    ],
    folder,
    isReady: () => answersHttp(`http://${loopback}:${port}/health`),
    startWithinMs,
  };
};

/** InfluxDB 1.x, without users; a database is to be created with `POST /query?q=CREATE DATABASE …`. */
export const influxPlan = async (place: Place & { readonly rpcPort: number }): Promise<DaemonPlan> => {
  const { folder, port, rpcPort } = place;
  const command = requiredProgram("influxd", "influxdb");
  await mkdir(folder, { recursive: true });
  const path = join(folder, "influxdb.conf");
  await writeFile(
    path,
    [
      "reporting-disabled = true",
      `bind-address = "${loopback}:${rpcPort}"`,
      `[meta]\n  dir = "${folder}/meta"`,
      `[data]\n  dir = "${folder}/data"\n  wal-dir = "${folder}/wal"\n  query-log-enabled = false`,
      "[monitor]\n  store-enabled = false",
      `[http]\n  bind-address = "${loopback}:${port}"\n  log-enabled = false`,
      '[logging]\n  level = "warn"\n  suppress-logo = true',
      "",
    ].join("\n"),
  );
  return {
    title: "InfluxDB",
    command,
    args: ["-config", path],
    folder,
    isReady: () => answersHttp(`http://${loopback}:${port}/ping`),
    startWithinMs,
  };
};

const startIn = async (
  name: string,
  port: number,
  planOf: (folder: string) => Promise<DaemonPlan>,
): Promise<TimeSeriesDatabase> => {
  const folder = await mkdtemp(join(tmpdir(), `lanewatch-${name}-`));
  try {
    const daemon = await startDaemon(await planOf(folder));
    return { ...daemon, port, url: `http://${loopback}:${port}` };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
};

export const startVictoriaMetrics = async (): Promise<TimeSeriesDatabase> => {
  const [port = 0] = await freePorts(1);
  return startIn("victoria-metrics", port, (folder) => victoriaMetricsPlan({ folder, port }));
};

export const startInflux = async (): Promise<TimeSeriesDatabase> => {
  const [port = 0, rpcPort = 0] = await freePorts(2);
  return startIn("influxdb", port, (folder) => influxPlan({ folder, port, rpcPort }));
};
