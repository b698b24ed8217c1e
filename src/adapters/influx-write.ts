import { HttpError, InfluxDB } from "@influxdata/influxdb-client";
import { LanewatchError } from "../domain/errors.ts";
import type { SinkSettings } from "../sink/sink-settings.ts";

/** Bodies above 1 kB are sent gzipped. */
const gzipThresholdBytes = 1_000;
/** Below the client's `batchSize`, so that it never sends a batch by itself, which nobody could wait for. */
export const linesAWrite = 5_000;

export interface LineWriter {
  /**
   * Resolves when the database has the lines.
   * @throws LanewatchError `series-failed` where it cannot be reached; LinesRefusedError when all is done, where it has
   * refused some that it would refuse again.
   */
  readonly write: (lines: readonly string[]) => Promise<void>;
}

/** Lines that the database refuses for what they are (too old for its retention, of another type), and why. */
export class LinesRefusedError extends LanewatchError {
  /** At most so many: of those that came with a bad one, databases take some. */
  readonly lines: number;
  readonly reason: string;

  constructor(lines: number, reason: string, cause: unknown) {
    super("series-failed", `The time series database refuses ${lines} lines: ${reason}`, cause);
    this.lines = lines;
    this.reason = reason;
  }
}

const isRefused = (status: number): boolean => status === 400 || status === 422;

/** One sentence for a person. */
export const databaseFailure = (url: string, cause: unknown): LanewatchError => {
  if (cause instanceof LanewatchError) return cause;
  const say = (what: string): LanewatchError =>
    new LanewatchError("series-failed", `The time series database at ${url} ${what}.`, cause);
  if (!(cause instanceof HttpError)) return say("cannot be reached");
  const { statusCode } = cause;
  if (statusCode === 401 || statusCode === 403) return say("refuses the token");
  if (statusCode === 404) return say("has no such bucket, database or organisation");
  if (statusCode === 413) return say("takes no request of that size");
  return say(`answers with status ${statusCode}`);
};

/** InfluxDB 1 takes the same lines at a path of its own, and so may other databases. */
const writePath = (settings: SinkSettings): string | null => {
  switch (settings.kind) {
    case "influxdb1":
      return `/write?db=${encodeURIComponent(settings.database)}&precision=ns`;
    case "influxdb2":
    case "victoria-metrics":
      return null;
  }
};

/**
 * Writes through InfluxDB's client, one batch at a time: each is sent by a `flush` that is waited for, and counts only when
 * the client has said of all its lines that they are written. The client does not retry; whoever calls does.
 */
export const openLineWriter = (settings: SinkSettings, token: string | undefined): LineWriter => {
  const { url, timeoutInMs } = settings;
  const client = new InfluxDB({ url, timeout: timeoutInMs, ...(token === undefined ? {} : { token }) });
  const path = writePath(settings);
  const [org, bucket] = settings.kind === "influxdb2" ? [settings.org, settings.bucket] : ["", ""];

  const writeBatch = async (lines: readonly string[]): Promise<void> => {
    let written = 0;
    let failure: unknown;
    const api = client.getWriteApi(org, bucket, "ns", {
      batchSize: linesAWrite + 1,
      flushInterval: 0,
      maxRetries: 0,
      gzipThreshold: gzipThresholdBytes,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
      writeSuccess: (done) => (written += done.length),
      // A promise keeps the client from telling the console of its own accord.
      writeFailed: (cause) => {
        failure = cause;
        return Promise.resolve();
      },
    });
    if (path !== null) api.path = path;
    api.writeRecords([...lines]);
    await api.flush();
    await api.close();
    if (failure === undefined && written === lines.length) return;
    if (failure instanceof HttpError && isRefused(failure.statusCode))
      throw new LinesRefusedError(lines.length, reasonIn(failure), failure);
    throw databaseFailure(url, failure);
  };

  return {
    write: async (lines) => {
      const refused: LinesRefusedError[] = [];
      for (let at = 0; at < lines.length; at += linesAWrite) {
        try {
          await writeBatch(lines.slice(at, at + linesAWrite));
        } catch (cause) {
          if (!(cause instanceof LinesRefusedError)) throw cause;
          refused.push(cause);
        }
      }
      const [first] = refused;
      if (first === undefined) return;
      throw new LinesRefusedError(
        refused.reduce((sum, { lines: each }) => sum + each, 0),
        first.reason,
        first,
      );
    },
  };
};

/** What the database said, at most 200 characters. */
const reasonIn = (failure: HttpError): string => (failure.body ?? failure.message).slice(0, 200).trim();
