import type { z } from "zod";
import type { AlarmId, LaneId } from "../../../domain/ids.ts";
import { wallMs } from "../../../domain/units.ts";
import { type AlarmRow, errorBodySchema } from "../../../wire/console.ts";
import type { ComparedOccupancy, ReplayAnswer, Replayed } from "../../../wire/replay.ts";
import { replayAnswerSchema } from "../../../wire/replay.ts";
import { apiFetch } from "../api.ts";
import type { Store } from "../store.ts";
import type { WrittenOptions } from "./proposal.ts";

/** What the officer wants to see again. */
export type Recording =
  | { readonly kind: "none" }
  | { readonly kind: "alarm"; readonly alarmId: AlarmId }
  | { readonly kind: "minutes"; readonly minutes: number };

export const spansInMinutes = [2, 5, 10] as const;

export const replayedOf = (recording: Recording, laneId: LaneId, now: number): Replayed | null => {
  switch (recording.kind) {
    case "none":
      return null;
    case "alarm":
      return { alarmId: recording.alarmId };
    case "minutes":
      return { laneId, from: wallMs(now - recording.minutes * 60_000), to: wallMs(now) };
  }
};

/** The lane that an alarm's id names: `lane~boot~offset~kind`. */
export const laneIdIn = (alarmId: string): string => alarmId.split("~", 1)[0] ?? "";
/** The occupancy (or the vacant record) that an alarm's id names. */
export const occupancyIn = (alarmId: string): string => alarmId.split("~").slice(0, 3).join("~");

export type ReplayResult =
  | { readonly kind: "got"; readonly answer: ReplayAnswer }
  | { readonly kind: "failed"; readonly code: string; readonly problems: readonly string[] }
  | { readonly kind: "unanswered" };

const answerInMsMax = 30_000;

/** Asks the server for both decisions. Never rejects; an aborted question is `unanswered`. */
export const askReplay = async (
  store: Store,
  request: { readonly replayed: Replayed; readonly proposed: WrittenOptions },
  signal: AbortSignal,
): Promise<ReplayResult> => {
  try {
    const response = await apiFetch(store)("/api/replay", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerInMsMax)]),
    });
    const body: unknown = await response.json();
    return response.ok ? gotOf(replayAnswerSchema.safeParse(body)) : failedOf(body);
  } catch {
    // The network, the deadline, an abort, or an answer that is no JSON: there is no answer.
    return { kind: "unanswered" };
  }
};

const gotOf = ({ data }: z.ZodSafeParseResult<ReplayAnswer>): ReplayResult =>
  data === undefined ? { kind: "failed", code: "", problems: [] } : { kind: "got", answer: data };

const failedOf = (body: unknown): ReplayResult => {
  const error = errorBodySchema.safeParse(body).data?.error;
  const problems = (error?.problems ?? []).map(({ path, message }) => `${path}: ${message}`);
  return { kind: "failed", code: error?.code ?? "", problems };
};

/** What a proposal does to an occupancy's alarms, as officers see it. */
export type Effect = "none" | "stays" | "stays-changed" | "goes" | "comes";

export const effectOf = ({ comparison }: ComparedOccupancy): Effect => {
  const { stay, go, come, present, proposed } = comparison;
  if (stay.length + go.length + come.length === 0) return "none";
  if (go.length === 0 && come.length === 0) return present === proposed ? "stays" : "stays-changed";
  if (come.length > 0) return "comes";
  return stay.length > 0 ? "stays-changed" : "goes";
};

/** One alarm of each occupancy, in the order given. */
export const byOccupancy = (rows: readonly AlarmRow[]): readonly AlarmRow[] =>
  [...new Map(rows.toReversed().map((row) => [occupancyIn(row.alarmId), row])).values()].toReversed();
