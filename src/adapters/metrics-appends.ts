import { z } from "zod";
import { stagesOf } from "../core/latency.ts";
import { wallMs } from "../domain/units.ts";
import type { EventLog, NewRecord } from "../ports.ts";
import { decodeFrame } from "../wire/frame.ts";
import type { Topic } from "../wire/topics.ts";
import type { Metrics } from "./metrics-registry.ts";

/** What a role's appends tell of how it does. Times by the monotonic clock. */
export interface AppendWatch {
  readonly append: EventLog["append"];
  /** When the log last took something; null before that. */
  readonly takenAtMs: () => number | null;
  readonly linksUp: () => number;
}

const eventsTopic: Topic = "lanewatch.events.v1";
const framesTopic: Topic = "lanewatch.frames.v1";

/** Where the kind stands in a record as the core writes it: among the first of its bytes. */
const kindWithinBytes = 600;
const kindForm = /"event":\{"kind":"([a-z-]+)"/;

const toldSchema = z.looseObject({
  value: z.looseObject({
    capturedAt: z.number(),
    loggedAt: z.number().optional(),
    decidedAt: z.number(),
    historical: z.literal(true).optional(),
    event: z.looseObject({
      alarm: z.looseObject({ kind: z.string() }).optional(),
      fault: z.string().optional(),
      firstSequence: z.number().optional(),
      lastSequence: z.number().optional(),
    }),
  }),
});

const textOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Events that are counted are few; of the others only the first bytes are looked at. */
const countEvent = (value: Uint8Array, metrics: Metrics): void => {
  const text = textOf(value);
  const kind = kindForm.exec(text.toString("latin1", 0, kindWithinBytes))?.[1];
  if (kind !== "alarm-raised" && kind !== "fault-raised" && kind !== "frames-lost") return;
  const told = toldSchema.safeParse(JSON.parse(text.toString()));
  if (!told.success) return;
  const { event, capturedAt, loggedAt, decidedAt, historical } = told.data.value;
  if (event.fault !== undefined) metrics.count("lanewatch_faults_raised_total", { fault: event.fault });
  if (kind === "frames-lost")
    metrics.count(
      "lanewatch_frames_lost_total",
      {},
      (event.lastSequence ?? 0) - (event.firstSequence ?? 0) + 1,
    );
  if (event.alarm === undefined) return;
  metrics.count("lanewatch_alarms_raised_total", { kind: event.alarm.kind });
  if (historical !== undefined) return;
  const stamps = {
    capturedAt: wallMs(capturedAt),
    loggedAt: loggedAt === undefined ? null : wallMs(loggedAt),
    decidedAt: wallMs(decidedAt),
  };
  for (const { stage, ms, isSkewed } of stagesOf({ ...stamps, deliveredAt: null, shownAt: null }))
    if (!isSkewed) metrics.observe("lanewatch_latency_seconds", { stage }, ms / 1_000);
};

/** Links that this edge has said to be up; 10 000 lanes at the most, as the configuration allows. */
const openLinks = (): { readonly take: (value: Uint8Array) => void; readonly up: () => number } => {
  const up = new Set<string>();
  return {
    up: () => up.size,
    take: (value) => {
      // Nearly no frame is about a link; those that only look like it are decoded as well.
      if (!textOf(value).includes("link-")) return;
      const { laneId, body } = decodeFrame(value);
      if (body.kind === "link-up") up.add(laneId);
      if (body.kind === "link-down") up.delete(laneId);
    },
  };
};

/** Counts what is appended once it is durable, a batch at a time: nothing is decoded but events and links. */
export const watchedAppends = (
  log: Pick<EventLog, "append">,
  { metrics, now }: { readonly metrics: Metrics; readonly now: () => number },
): AppendWatch => {
  let takenAtMs: number | null = null;
  const links = openLinks();
  const count = (records: readonly NewRecord[]): void => {
    const sums = new Map<Topic, { records: number; bytes: number }>();
    for (const { topic, value } of records) {
      const sum = sums.get(topic) ?? { records: 0, bytes: 0 };
      sums.set(topic, sum);
      sum.records += 1;
      sum.bytes += value.byteLength;
      if (topic === eventsTopic) countEvent(value, metrics);
      if (topic === framesTopic) links.take(value);
    }
    for (const [topic, sum] of sums) {
      metrics.count("lanewatch_log_appended_records_total", { topic }, sum.records);
      metrics.count("lanewatch_log_appended_bytes_total", { topic }, sum.bytes);
    }
  };
  metrics.beforeScrape(() => metrics.set("lanewatch_links_up", {}, links.up()));
  return {
    takenAtMs: () => takenAtMs,
    linksUp: links.up,
    append: async (records) => {
      const startedAtMs = now();
      try {
        const offsets = await log.append(records);
        takenAtMs = now();
        metrics.observe("lanewatch_log_append_seconds", {}, (takenAtMs - startedAtMs) / 1_000);
        count(records);
        return offsets;
      } catch (cause) {
        metrics.count("lanewatch_log_append_failures_total", {});
        throw cause;
      }
    },
  };
};
