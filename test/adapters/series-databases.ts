import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDaemon } from "../services/daemon.ts";
import { freePorts, loopback } from "../services/loopback.ts";
import { type TimeSeriesDatabase, victoriaMetricsPlan } from "../services/time-series.ts";

/** VictoriaMetrics as a site runs it: a point that is written again at the same millisecond is the same point. */
export const startDedupedVictoria = async (): Promise<TimeSeriesDatabase> => {
  const [port = 0] = await freePorts(1);
  const folder = await mkdtemp(join(tmpdir(), "lanewatch-victoria-metrics-"));
  const plan = await victoriaMetricsPlan({ folder, port });
  const daemon = await startDaemon({ ...plan, args: [...plan.args, "-dedup.minScrapeInterval=1ms"] });
  return { ...daemon, port, url: `http://${loopback}:${port}` };
};
