import { openLedgerFile } from "../../simulators/ledger-file.ts";
import { type RunningSimulation, type SimulationOptions, startSimulation } from "../../simulators/run.ts";
import { loadScenario, type Scenario, ScenarioError } from "../../simulators/scenario.ts";
import type { Endpoint } from "../../simulators/transports/transport.ts";
import { plainReason } from "../adapters/plain-reason.ts";
import type { ProgramLog } from "../adapters/program-log.ts";
import { LanewatchError, ProblemsError } from "../domain/errors.ts";
import { brokerText } from "../edge/broker-settings.ts";
import { untilAborted } from "./stop-signal.ts";

export interface SimulateOptions {
  readonly scenario: string;
  /** Takes what truly happened, as lines of JSON (`simulators/ledger.ts`); what was in the file before is gone. */
  readonly ledger?: string | undefined;
  readonly log: ProgramLog;
  readonly print: (lines: readonly string[]) => void;
}

/**
 * Simulated portals until the scenario ends or the signal aborts.
 * @throws LanewatchError as `startPortals`, and `file-unwritable` when the ledger cannot be written, at once.
 */
export const simulate = async (
  { scenario, ledger: path, log, print }: SimulateOptions,
  signal: AbortSignal,
): Promise<void> => {
  const ledger = path === undefined ? undefined : openLedger(path);
  try {
    const portals = await startPortals(scenario, log, ledger);
    try {
      print(portals.endpoints.map(({ laneId, endpoint }) => `${laneId}  ${endpointText(endpoint)}`));
      await Promise.race([portals.finished, untilAborted(signal), ledger?.failed ?? portals.finished]);
    } finally {
      await portals.stop();
    }
  } finally {
    await ledger?.close();
  }
};

interface Ledger extends NonNullable<SimulationOptions["ledger"]> {
  /** Rejects when it cannot be written. */
  readonly failed: Promise<never>;
  readonly close: () => Promise<void>;
}

const openLedger = (path: string): Ledger => {
  const unwritable = (cause: unknown): LanewatchError =>
    new LanewatchError(
      "file-unwritable",
      `The ledger ${path} cannot be written: ${plainReason(cause)}.`,
      cause,
    );
  let fail: (error: LanewatchError) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  // Whoever waits for it hears of it; nobody has to.
  failed.catch(() => undefined);
  try {
    const { write, close } = openLedgerFile(path, (cause) => fail(unwritable(cause)));
    return { write, close, failed, wallMs: () => Date.now() };
  } catch (cause) {
    throw unwritable(cause);
  }
};

/** @throws LanewatchError `port-busy`, `address-unusable` for a broker; ProblemsError for a scenario that is none. */
export const startPortals = async (
  path: string,
  log: ProgramLog,
  ledger?: SimulationOptions["ledger"],
): Promise<RunningSimulation> => {
  const scenario = await readScenario(path);
  try {
    return await startSimulation(scenario, {
      ...(ledger === undefined ? {} : { ledger }),
      onProblem: (laneId, message) => log.warn(`Simulated lane ${laneId}: ${message}`),
    });
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    if (cause.code === "EADDRINUSE")
      throw new LanewatchError("port-busy", `The simulation cannot listen: ${cause.message}`, cause);
    if (cause.code === "BROKER_UNUSABLE")
      throw new LanewatchError("address-unusable", `The simulation cannot publish: ${cause.message}`, cause);
    throw cause;
  }
};

const readScenario = async (path: string): Promise<Scenario> => {
  try {
    return await loadScenario(path);
  } catch (cause) {
    if (!(cause instanceof ScenarioError)) throw cause;
    throw new ProblemsError(`The scenario ${path}`, cause.problems);
  }
};

const endpointText = (endpoint: Endpoint): string => {
  switch (endpoint.kind) {
    case "tcp":
      return `tcp ${endpoint.host}:${endpoint.port}`;
    case "pty":
      return `serial ${endpoint.path} ${endpoint.baud}`;
    case "mqtt":
      return `mqtt ${brokerText({ url: endpoint.url })} ${endpoint.topic}`;
  }
};
