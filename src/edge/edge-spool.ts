import type { FrameBody } from "../domain/frames.ts";
import type { BootId, LaneId } from "../domain/ids.ts";
import type { Clock } from "../ports.ts";
import type { EdgeProblem } from "./edge-problem.ts";
import type { DroppedRange, FrameSpool, SpoolFigures } from "./frame-spool.ts";
import { type FrameStamp, frameStamp } from "./frame-stamp.ts";
import { wakeup } from "./wakeup.ts";

/** How an agent stands, for status lines and metrics. */
export interface EdgeProgress extends SpoolFigures {
  /** How long the oldest unsent frame has waited. */
  readonly oldestUnsentInMs: number;
}

/** How frames of a lane are recorded from outside its agent. */
export interface LaneRecording {
  readonly stamp: FrameStamp;
  record: ((body: FrameBody) => void) | null;
}

export interface LaneRecordings {
  of(laneId: LaneId): LaneRecording;
}

export const laneRecordings = (options: {
  readonly bootId: BootId;
  readonly clock: Clock;
}): LaneRecordings => {
  const lanes = new Map<LaneId, LaneRecording>();
  return {
    of: (laneId) => {
      const known = lanes.get(laneId);
      if (known !== undefined) return known;
      const fresh: LaneRecording = { stamp: frameStamp({ laneId, ...options }), record: null };
      lanes.set(laneId, fresh);
      return fresh;
    },
  };
};

export interface SpoolTellerOptions {
  readonly spool: FrameSpool;
  readonly recordings: LaneRecordings;
  readonly onProblem: (problem: EdgeProblem) => void;
}

/** By way of the lane's agent; a lane that has none any more (not configured, or ended) is told of directly. */
const tellRange = async (range: DroppedRange, options: SpoolTellerOptions): Promise<void> => {
  const { laneId, ...dropped } = range;
  const recording = options.recordings.of(laneId);
  const body: FrameBody = { kind: "frames-dropped", ...dropped };
  if (recording.record !== null) {
    recording.record(body);
    return;
  }
  try {
    await options.spool.append([recording.stamp(body)]);
  } catch (error) {
    // The spool keeps the range, and hands it out again at the next opening.
    if (error instanceof Error) options.onProblem({ kind: "log-failing", laneId, error });
  }
};

const tellNow = async (options: SpoolTellerOptions): Promise<void> => {
  for (const problem of options.spool.takeProblems()) options.onProblem(problem);
  await Promise.all(options.spool.takeDropped().map((range) => tellRange(range, options)));
};

/** Passes on what happens to the spool, and gives each range that it gave up a frame in its lane, until `ended`. */
export const tellOfSpool = async (options: SpoolTellerOptions, ended: AbortSignal): Promise<void> => {
  const wake = wakeup();
  ended.addEventListener("abort", wake.notify, { once: true });
  while (!ended.aborted) {
    const changed = wake.next();
    void options.spool.changed().then(wake.notify);
    await tellNow(options);
    await changed;
  }
  await tellNow(options);
};
