import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { driverOf } from "../../drivers/registry.ts";
import { addAttachmentRoutes } from "../adapters/console-attachment-routes.ts";
import { addEvidenceRoutes } from "../adapters/console-evidence-routes.ts";
import { addHistoryRoutes } from "../adapters/console-history-routes.ts";
import { addReplayRoutes, type ReplayLane } from "../adapters/console-replay-routes.ts";
import { addSeriesRoutes } from "../adapters/console-series-routes.ts";
import { type ConsoleServer, listenConsole } from "../adapters/console-server.ts";
import { readEvidenceFonts } from "../adapters/evidence-fonts.ts";
import { openAlarmHistory } from "../adapters/history-open.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { SiteConfig } from "../config.ts";
import { openAttachments } from "../console/attachments.ts";
import { type RunningConsole, runConsole } from "../console/console.ts";
import { LanewatchError } from "../domain/errors.ts";
import { type EvidencePlace, unknownInstrument } from "../evidence/subject.ts";
import type { RunningHistory } from "../history/run-history.ts";
import type { LaneId } from "../domain/ids.ts";
import type { TimeSeries } from "../ports.ts";
import { doorOf, identityOf, siteViewOf, tlsOf } from "./console-door.ts";
import { packageFacts, packageFile } from "./package-files.ts";
import { recordSaid } from "./site-log.ts";
import type { Site } from "./site-roles.ts";

/** The officers' console: the board of what is, and the history of what was. */
export interface OpenConsole {
  readonly officers: RunningConsole;
  readonly history: RunningHistory;
  /** For charts; null where there are none. */
  readonly series: TimeSeries | null;
  /** Resolves when the signal has aborted and the index is put away; rejects when the console has failed. */
  readonly ended: Promise<void>;
}

/** Resolves when the board is complete up to the present; the history may still be reading. @throws as `runConsole` */
export const openConsole = async (
  site: Site & { readonly series: TimeSeries | null },
  signal: AbortSignal,
): Promise<OpenConsole> => {
  const { config, log, programLog } = site;
  const history = openAlarmHistory(
    {
      path: join(config.log.directory, "history.db"),
      log,
      clock: systemClock,
      timeZone: config.site.timeZone,
      onProblem: ({ level, message }) => programLog[level](message),
    },
    signal,
  );
  const officers = await runConsole(
    {
      log,
      clock: systemClock,
      settings: {
        site: config.site,
        lanes: config.lanes,
        claimLeaseInMs: config.console.claimLeaseInMs,
        latencyBudgets: config.latencyBudgets,
      },
      stream: randomUUID(),
      onProblem: recordSaid(programLog, site.told),
      // An index that has not read the log to its end may take a superseded word for the last.
      pastCase: async (alarmId) => (history.progress().complete ? history.alarmCase(alarmId) : undefined),
    },
    signal,
  );
  return { officers, history, series: site.series, ended: officers.ended.finally(() => history.ended) };
};

/** The console's web server, and who may sign in there; `port` in place of the configured one. */
export const serveConsole = async (
  site: Site,
  opened: OpenConsole,
  port = site.config.console.port,
): Promise<ConsoleServer> => {
  const { config, programLog } = site;
  const { host, hosts, behindTls } = config.console;
  const tls = await tlsOf(config);
  const identity = await identityOf(config, programLog);
  try {
    const server = await listenConsole({
      ...{ host, port, hosts, behindTls, tls, identity },
      webDirectory: packageFile("dist/web"),
      console: opened.officers,
      door: doorOf(config),
      site: siteViewOf(config),
      addRoutes: (app) => addSubjects(app, site, opened),
      onFailure: (cause) => programLog.error("The console met a mistake of its own.", cause),
    });
    return { url: server.url, close: () => server.close().finally(identity.close) };
  } catch (cause) {
    await identity.close();
    throw cause;
  }
};

/** Everything that officers can ask for besides alarms and lanes themselves. */
const addSubjects = async (
  app: FastifyInstance,
  { config, log }: Site,
  { officers, history, series }: OpenConsole,
): Promise<void> => {
  const attachments = openAttachments({ log, officers });
  const caseOf = officers.anyCase;
  addHistoryRoutes(app, { history });
  if (series !== null) addSeriesRoutes(app, { series });
  await addAttachmentRoutes(app, { attachments, caseOf });
  const names = new Map<LaneId, string>(config.lanes.map(({ laneId, name }) => [laneId, name]));
  const placeOf = (laneId: LaneId): EvidencePlace => ({
    siteName: config.site.name,
    timeZone: config.site.timeZone,
    laneName: names.get(laneId) ?? laneId,
    instrument: unknownInstrument,
    softwareVersion: packageFacts().version,
  });
  addReplayRoutes(app, { log, clock: systemClock, caseOf, lanes: replayLanes(config) });
  addEvidenceRoutes(app, { log, clock: systemClock, attachments, caseOf, placeOf, fonts: readEvidenceFonts });
};

const replayLanes = ({ lanes }: SiteConfig): readonly ReplayLane[] =>
  lanes.map(({ laneId, name, driver, settings }) => {
    const known = driverOf(driver.kind);
    if (known === undefined)
      throw new LanewatchError("internal", `No driver ${driver.kind} for lane ${laneId}.`);
    const codec = known.codec(driver.settings);
    return { laneId, name, settings, codec, measures: known.measures(driver.settings) };
  });
