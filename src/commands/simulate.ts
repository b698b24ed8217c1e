import { type RunningSimulation, startSimulation } from "../../simulators/run.ts";
import { loadScenario, type Scenario, ScenarioError } from "../../simulators/scenario.ts";
import type { Endpoint } from "../../simulators/transports/transport.ts";
import type { ProgramLog } from "../adapters/program-log.ts";
import { LanewatchError, ProblemsError } from "../domain/errors.ts";
import { untilAborted } from "./stop-signal.ts";

export interface SimulateOptions {
  readonly scenario: string;
  readonly log: ProgramLog;
  readonly print: (lines: readonly string[]) => void;
}

/** Simulated portals until the scenario ends or the signal aborts. */
export const simulate = async (
  { scenario, log, print }: SimulateOptions,
  signal: AbortSignal,
): Promise<void> => {
  const portals = await startPortals(scenario, log);
  try {
    print(portals.endpoints.map(({ laneId, endpoint }) => `${laneId}  ${endpointText(endpoint)}`));
    await Promise.race([portals.finished, untilAborted(signal)]);
  } finally {
    await portals.stop();
  }
};

/** @throws LanewatchError `port-busy`, `scenario-invalid`, `config-unreadable`; ProblemsError */
export const startPortals = async (path: string, log: ProgramLog): Promise<RunningSimulation> => {
  const scenario = await readScenario(path);
  try {
    return await startSimulation(scenario, {
      onProblem: (laneId, message) => log.warn(`Simulated lane ${laneId}: ${message}`),
    });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
      throw new LanewatchError("port-busy", `The simulation cannot listen: ${cause.message}`, cause);
    }
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

const endpointText = (endpoint: Endpoint): string =>
  endpoint.kind === "tcp"
    ? `tcp ${endpoint.host}:${endpoint.port}`
    : `serial ${endpoint.path} ${endpoint.baud}`;
