import { setImmediate } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { laneOptions, type LaneSettings, laneSettingsOf } from "../core/lane-settings.ts";
import { type Measures, settingConflicts } from "../core/setting-conflicts.ts";
import { problemsReply } from "../console/error-body.ts";
import type { AlarmCase } from "../domain/adjudication.ts";
import type { Codec } from "../domain/codec.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { Frame } from "../domain/frames.ts";
import type { AlarmId, LaneId } from "../domain/ids.ts";
import type { Role } from "../domain/officers.ts";
import { type LaneFrames, readLaneFrames } from "../evidence/lane-frames.ts";
import type { Clock, EventLog } from "../ports.ts";
import { occupancyReplay, type OccupancyReplay } from "../replay/occupancy-replay.ts";
import { replayOptionsOf } from "../replay/proposal-form.ts";
import { agreement } from "../replay/settings-comparison.ts";
import {
  type ComparedOccupancy,
  type ReplayAnswer,
  type Replayed,
  replayRequestSchema,
  replaySpanInMsMax,
} from "../wire/replay.ts";
import { officerInRole } from "./console-officer.ts";
import { answerError, answerFresh } from "./console-reply.ts";

/** A lane as it is judged at present. */
export interface ReplayLane {
  readonly laneId: LaneId;
  readonly name: string;
  readonly codec: Codec;
  readonly settings: LaneSettings;
  /** What its portal can send, as its driver knows it. */
  readonly measures: Measures;
}

export interface ReplayRoutes {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly lanes: readonly ReplayLane[];
  /** On the board or from the history. */
  readonly caseOf: (alarmId: AlarmId) => Promise<AlarmCase | undefined>;
}

/** Replays at one time; one more is refused. */
export const replaysMax = 2;
const permitted: readonly Role[] = ["engineer", "supervisor"];

/** How long before an occupancy frames are folded: 24 backgrounds of 5 s; and, where those hold none, 10 min. */
const leadsInMs = [120_000, 600_000];
/** After it, for the record that closes it. */
const tailInMs = 10_000;
/** Frames folded before others have their turn: 1 to 5 ms. */
const framesAtOnce = 10;
/** Processor time of one replay; 10 min of a lane, all rules on both sides, take 0.2 to 0.4 s. What takes more is refused. */
export const workInMsMax = 1000;

/**
 * What the present and the proposed settings make of an occupancy or a span of a lane. Behind `requireSession`.
 * - `GET /api/replay/options`: what a form is made of, `replayOptionsSchema`.
 * - `POST /api/replay`: `replayRequestSchema` → `replayAnswerSchema`. 400 `bad-request` with every problem of the proposal
 *   and its path; 404 `not-found`; 413 `too-large`; 503 `too-busy` while two replays are under way.
 */
export const addReplayRoutes = (app: FastifyInstance, routes: ReplayRoutes): void => {
  let underWay = 0;
  app.get("/api/replay/options", (request, reply) => {
    officerInRole(request, permitted);
    return answerFresh(reply, replayOptionsOf(routes.lanes));
  });
  app.post("/api/replay", async (request, reply) => {
    officerInRole(request, permitted);
    const asked = replayRequestSchema.safeParse(request.body);
    const options = laneOptions.safeParse(asked.data?.proposed ?? proposedIn(request.body));
    if (!asked.success || !options.success) {
      const issues = [...(asked.error?.issues ?? []), ...under("proposed", options.error?.issues ?? [])];
      return answerError(reply, problemsReply("The replay", new z.ZodError(issues)));
    }
    if (underWay >= replaysMax)
      throw new LanewatchError("too-busy", "Two replays are under way already; try again in a moment.");
    underWay += 1;
    try {
      const subject = await subjectOf(routes, asked.data.replayed);
      const proposed = laneSettingsOf(options.data);
      const conflicts = settingConflicts(options.data, proposed, subject.lane.measures);
      if (conflicts.length > 0) {
        const issues = conflicts.map(({ at, message }) => ({
          code: "custom" as const,
          path: ["proposed", ...at],
          message,
          input: undefined,
        }));
        return await answerError(reply, problemsReply("The replay", new z.ZodError(issues)));
      }
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      return await answerFresh(reply, await answerOf(routes, { subject, proposed, signal: gone.signal }));
    } finally {
      underWay -= 1;
    }
  });
};

const proposedIn = (body: unknown): unknown =>
  z.looseObject({ proposed: z.unknown() }).safeParse(body).data?.proposed ?? {};

const under = (name: string, issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] =>
  issues.map((issue) => ({ ...issue, path: [name, ...issue.path] }));

/** What is replayed. */
interface Subject {
  readonly lane: ReplayLane;
  readonly from: number;
  readonly to: number;
  readonly lagInMs: number;
  readonly alarmCase: AlarmCase | null;
}

const subjectOf = async (routes: ReplayRoutes, replayed: Replayed): Promise<Subject> => {
  const { caseOf, clock } = routes;
  if (!("alarmId" in replayed)) {
    const { from, to } = replayed;
    return { lane: laneOf(routes, replayed.laneId), from, to, lagInMs: 0, alarmCase: null };
  }
  const alarmCase = await caseOf(replayed.alarmId);
  if (alarmCase === undefined)
    throw new LanewatchError("not-found", `There is no alarm ${replayed.alarmId}.`);
  const { alarm, latency } = alarmCase;
  const from = alarm.profile.startedAt;
  const to = Math.max(from, alarm.endedAt ?? clock.wall());
  if (to - from > replaySpanInMsMax)
    throw new LanewatchError("too-large", "The occupancy lasts longer than 10 minutes.");
  const lagInMs = Math.max(0, (latency?.loggedAt ?? alarm.raisedAt) - alarm.raisedAt);
  return { lane: laneOf(routes, alarm.laneId), from, to, lagInMs, alarmCase };
};

const laneOf = ({ lanes }: ReplayRoutes, laneId: LaneId): ReplayLane => {
  const lane = lanes.find((each) => each.laneId === laneId);
  if (lane === undefined) throw new LanewatchError("not-found", `There is no lane ${laneId} in this site.`);
  return lane;
};

interface Work {
  readonly subject: Subject;
  readonly proposed: LaneSettings;
  /** Aborts when the browser has gone. */
  readonly signal: AbortSignal;
}

const answerOf = async (routes: ReplayRoutes, work: Work): Promise<ReplayAnswer> => {
  let answer: ReplayAnswer | null = null;
  for (const leadInMs of leadsInMs) {
    answer = await answerWithLead(routes, work, leadInMs);
    if (answer.occupancies.every(hasBackground)) break;
  }
  if (answer === null) throw new LanewatchError("internal", "No lead to replay with.");
  if (work.subject.alarmCase !== null && answer.occupancies.length === 0) {
    throw new LanewatchError(
      "not-found",
      "The log does not have the raw frames of this alarm any more; they are kept for 72 hours.",
    );
  }
  return answer;
};

const hasBackground = ({ present }: ComparedOccupancy): boolean =>
  (present?.profile.gammaBackgroundCps ?? null) !== null;

const answerWithLead = async (
  { log }: ReplayRoutes,
  { subject, proposed, signal }: Work,
  leadInMs: number,
): Promise<ReplayAnswer> => {
  const { lane, from, to, lagInMs, alarmCase } = subject;
  const { laneId, codec, settings } = lane;
  const span = { laneId, from: from - leadInMs, to: to + tailInMs, lagInMs };
  const read: LaneFrames = await readLaneFrames(log, span);
  const wanted = alarmCase?.alarm.occupancyId;
  const replay = occupancyReplay({
    ...{ laneId, codec, proposed, present: settings },
    isWanted: (occupancyId, at) => (wanted === undefined ? at >= from && at <= to : occupancyId === wanted),
  });
  await foldInTurns(replay, read.frames, signal);
  const { occupancies, isCut } = replay.compared();
  const present = occupancies.find(({ occupancyId }) => occupancyId === wanted)?.present ?? null;
  return {
    ...{ laneId, occupancies, isCut, leadInMs },
    recorded: alarmCase === null ? null : agreement(alarmCase.alarm, present),
    frames: read.frames.length,
    framesMissing: read.missing,
  };
};

/** In pieces, so that whatever else this process does is not held up. */
const foldInTurns = async (
  replay: OccupancyReplay,
  frames: readonly Frame[],
  signal: AbortSignal,
): Promise<void> => {
  let workedMs = 0;
  for (let at = 0; at < frames.length; at += framesAtOnce) {
    const begun = process.cpuUsage();
    for (const frame of frames.slice(at, at + framesAtOnce)) replay.take(frame);
    const { user, system } = process.cpuUsage(begun);
    workedMs += (user + system) / 1000;
    if (workedMs > workInMsMax)
      throw new LanewatchError("too-large", "This takes too much work to replay; choose a shorter span.");
    await setImmediate();
    if (signal.aborted) throw new LanewatchError("bad-request", "Nobody waits for this replay any more.");
  }
};
