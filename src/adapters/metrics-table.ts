/**
 * Every figure of our own on `/metrics`, one table; `src/metrics.md` tells what they are for. Labels are bounded: topics,
 * kinds, stages and states of our own tables, never a lane or an id.
 */
export const metricTable = {
  lanewatch_info: {
    type: "gauge",
    labels: ["role", "version"],
    help: "1; which role of which version this is.",
  },
  lanewatch_ready: {
    type: "gauge",
    labels: [],
    help: "1 while /readyz says that the role does its work, else 0.",
  },
  lanewatch_lanes: { type: "gauge", labels: [], help: "Lanes of the configuration." },
  lanewatch_links_up: { type: "gauge", labels: [], help: "Lanes whose portal this edge is connected to." },
  lanewatch_log_appended_records_total: {
    type: "counter",
    labels: ["topic"],
    help: "Records appended to the log; of the frames topic: frames captured.",
  },
  lanewatch_log_appended_bytes_total: {
    type: "counter",
    labels: ["topic"],
    help: "Bytes of the values of appended records.",
  },
  lanewatch_log_append_seconds: {
    type: "histogram",
    labels: [],
    help: "From an append until it is durable.",
  },
  lanewatch_log_append_failures_total: {
    type: "counter",
    labels: [],
    help: "Appends that the log did not take.",
  },
  lanewatch_log_read_records_total: {
    type: "counter",
    labels: ["topic"],
    help: "Records read from the log; of the frames topic, in a core: frames judged.",
  },
  lanewatch_log_read_bytes_total: {
    type: "counter",
    labels: ["topic"],
    help: "Bytes of the values of read records.",
  },
  lanewatch_log_lag_records: {
    type: "gauge",
    labels: ["topic"],
    help: "Records of the log that the slowest reader of this process has not read; looked at every 5 s.",
  },
  lanewatch_log_read_age_seconds: {
    type: "gauge",
    labels: ["topic"],
    help: "How old the newest record was when it was read last.",
  },
  lanewatch_spool_frames: {
    type: "gauge",
    labels: [],
    help: "Frames in the edge's spool that the log has not got.",
  },
  lanewatch_spool_backlog_frames: {
    type: "gauge",
    labels: [],
    help: "Of them, those left behind an outage.",
  },
  lanewatch_spool_disk_bytes: { type: "gauge", labels: [], help: "What the spool takes of the disk." },
  lanewatch_spool_oldest_seconds: {
    type: "gauge",
    labels: [],
    help: "How long the oldest unsent frame has waited.",
  },
  lanewatch_edge_problems_total: {
    type: "counter",
    labels: ["kind"],
    help: "What the edge had to say, by kind: frames-lost, spool-dropped and the others.",
  },
  lanewatch_core_partitions: { type: "gauge", labels: [], help: "Partitions that this core judges." },
  lanewatch_alarms_raised_total: { type: "counter", labels: ["kind"], help: "Alarms raised by this core." },
  lanewatch_faults_raised_total: {
    type: "counter",
    labels: ["fault"],
    help: "Faults of portals and links raised by this core.",
  },
  lanewatch_frames_lost_total: {
    type: "counter",
    labels: [],
    help: "Frames that the log has not got, as this core found.",
  },
  lanewatch_unreadable_records_total: {
    type: "counter",
    labels: ["topic"],
    help: "Records of the log that are passed over.",
  },
  lanewatch_latency_seconds: {
    type: "histogram",
    labels: ["stage"],
    help: "Of alarms, by stage: in a core from captured to decided, in a console also to delivered and shown.",
  },
  lanewatch_console_sessions: { type: "gauge", labels: [], help: "Browsers connected to this console." },
  lanewatch_series_up: {
    type: "gauge",
    labels: ["store"],
    help: "1 while the store of time series takes points.",
  },
  lanewatch_series_points_total: {
    type: "counter",
    labels: ["store"],
    help: "Points of time series written.",
  },
  lanewatch_series_backfilled_points_total: {
    type: "counter",
    labels: ["store"],
    help: "Of them, those written more than a minute late: what an outage had left.",
  },
  lanewatch_series_refused_lines_total: {
    type: "counter",
    labels: ["store"],
    help: "Lines that the database refused for what they are.",
  },
  lanewatch_series_expired_records_total: {
    type: "counter",
    labels: ["store"],
    help: "Records that the log no longer had when their points were due.",
  },
  lanewatch_series_lag_seconds: {
    type: "gauge",
    labels: ["store"],
    help: "How old the last record was when its points were written.",
  },
} as const satisfies Record<
  string,
  {
    readonly type: "counter" | "gauge" | "histogram";
    readonly labels: readonly string[];
    readonly help: string;
  }
>;
export type MetricName = keyof typeof metricTable;

const isMetric = (name: string): name is MetricName => Object.hasOwn(metricTable, name);
export const metricNames: readonly MetricName[] = Object.keys(metricTable).filter(isMetric);
