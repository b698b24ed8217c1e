import type { Frame } from "../domain/frames.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import type { ByteSource, Chance, Clock, EventLog, NewRecord } from "../ports.ts";
import { encodeFrame } from "../wire/frame.ts";
import { partitionOf } from "../wire/partition.ts";
import type { EdgeProblem } from "./edge-problem.ts";
import { runLaneAgent } from "./lane-agent.ts";
import type { SourceSettings } from "./source-settings.ts";

export interface EdgeLane {
  readonly laneId: LaneId;
  readonly source: SourceSettings;
  /** Default 2,000. */
  readonly heartbeatInMs?: number;
}

export interface EdgeOptions {
  readonly lanes: readonly EdgeLane[];
  /** How settings become a source: `openSource` of the adapters, or a test's own. */
  readonly openSource: (settings: SourceSettings) => ByteSource;
  readonly log: Pick<EventLog, "append" | "partitionCount">;
  readonly bootId: BootId;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly onProblem: (problem: EdgeProblem) => void;
}

const recordsOf = (frames: readonly Frame[], partitionCount: number): readonly NewRecord[] =>
  frames.map((frame) => ({
    topic: "lanewatch.frames.v1",
    partition: partitionOf(frame.laneId, partitionCount),
    key: frame.laneId,
    value: encodeFrame(frame),
  }));

const runLane = async (lane: EdgeLane, options: EdgeOptions, signal: AbortSignal): Promise<void> => {
  const { log, bootId, clock, chance, onProblem } = options;
  const { laneId, source: settings, heartbeatInMs } = lane;
  try {
    const append = async (frames: readonly Frame[]): Promise<void> => {
      await log.append(recordsOf(frames, log.partitionCount));
    };
    const source = options.openSource(settings);
    const heartbeat = heartbeatInMs === undefined ? {} : { heartbeatInMs };
    const agent = { laneId, source, settings, bootId, clock, chance, append, onProblem, ...heartbeat };
    await runLaneAgent(agent, signal);
  } catch (error) {
    onProblem({ kind: "lane-stopped", laneId, error });
  }
};

/**
 * The edge role: captures every lane into `lanewatch.frames.v1`, each by its own agent with its own queue, so that no
 * lane's trouble reaches another. Resolves when the signal has aborted and every lane is flushed or given up, or when
 * all lanes have ended by themselves (files). Never rejects for a lane's sake: see `onProblem`.
 */
export const runEdge = async (options: EdgeOptions, signal: AbortSignal): Promise<void> => {
  // One signal a lane: a signal that hundreds of lanes listen to makes Node warn of a leak.
  const stops = options.lanes.map((lane) => ({ lane, stop: new AbortController() }));
  const stopAll = (): void => {
    for (const { stop } of stops) stop.abort();
  };
  if (signal.aborted) stopAll();
  signal.addEventListener("abort", stopAll, { once: true });
  try {
    await Promise.all(stops.map(({ lane, stop }) => runLane(lane, options, stop.signal)));
  } finally {
    signal.removeEventListener("abort", stopAll);
  }
};
