/**
 * The topics, one table. Names are those of Kafka; the embedded log uses the same. One lane's records have the same
 * partition number in every topic. Retention is for the embedded log and the default for Kafka.
 */
const hour = 3_600_000;
const day = 24 * hour;

export const topics = {
  "lanewatch.frames.v1": { policy: "delete", retentionInMs: 72 * hour },
  "lanewatch.events.v1": { policy: "delete", retentionInMs: 400 * day },
  "lanewatch.measurements.v1": { policy: "delete", retentionInMs: 72 * hour },
  "lanewatch.lane-state.v1": { policy: "compact", retentionInMs: null },
  "lanewatch.commands.v1": { policy: "delete", retentionInMs: 30 * day },
  "lanewatch.decisions.v1": { policy: "delete", retentionInMs: 400 * day },
  "lanewatch.alarms.v1": { policy: "compact", retentionInMs: null },
  "lanewatch.attachments.v1": { policy: "delete", retentionInMs: 400 * day },
  "lanewatch.quarantine.v1": { policy: "delete", retentionInMs: 14 * day },
} as const satisfies Record<string, { policy: "delete" | "compact"; retentionInMs: number | null }>;

export type Topic = keyof typeof topics;
export const topicNames = Object.keys(topics) as readonly Topic[];
