import { LanewatchError } from "../domain/errors.ts";
import type { LaneId } from "../domain/ids.ts";
import type { SeriesPoint } from "../domain/series.ts";
import type { Clock, EventLog, LogRecord, Positions, SeriesPositions, TimeSeries } from "../ports.ts";
import { partitionsOf, readRecord, type RecordProblem } from "../records.ts";
import { eventRecordCodec } from "../wire/event.ts";
import { gathered } from "./gathered.ts";
import { type PointMaker, pointMaker } from "./points-of-records.ts";

/** The topics that points are made of. */
export const seriesTopics = ["lanewatch.events.v1", "lanewatch.measurements.v1"] as const;
export type SeriesTopic = (typeof seriesTopics)[number];

/** What has been done since the start; for metrics. */
export interface SeriesProgress {
  readonly records: number;
  readonly points: number;
  /** Of them, those written more than a minute after their record was appended: what an outage had left. */
  readonly backfilled: number;
  readonly unreadable: number;
  /** Records that the log no longer had when they were due. */
  readonly expired: number;
  /** How old the record was that was written last, when it was written; 0 where everything is written. */
  readonly lagInMs: number;
}

export interface FollowIntoSeriesOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly series: TimeSeries;
  /** See `pointMaker`. */
  readonly heardBefore?: (laneId: LaneId) => number | null;
  readonly onProblem: (problem: RecordProblem) => void;
  /** Records that the log no longer had. */
  readonly onExpired: (gap: {
    readonly topic: SeriesTopic;
    readonly partition: number;
    readonly records: number;
  }) => void;
  readonly onProgress?: (progress: SeriesProgress) => void;
  /** Records a write, and how long the first waits for the last. Default 2 000 and 250 ms. */
  readonly recordsMax?: number;
  readonly withinMs?: number;
}

/** 2 000 records ≈ 1 MB of them in memory, and some 6 000 points. */
const recordsAWrite = 2_000;
const gatherInMs = 250;
const backfillAfterMs = 60_000;
/** Records decoded before the event loop has a turn: some 2 ms of a busy machine. */
const recordsATurn = 48;

/**
 * Writes points of the log's events and measurements until the signal aborts or the log closes, from where the store says
 * that it was left. Records are acknowledged by the store before the next are asked for: nothing gathers here while it is away.
 * @throws LanewatchError `series-failed` where the store fails; start it again, it goes on from the store's positions.
 */
export const followIntoSeries = async (
  options: FollowIntoSeriesOptions,
  signal: AbortSignal,
): Promise<void> => {
  const ending = new AbortController();
  const both = AbortSignal.any([signal, ending.signal]);
  const stored = await options.series.positions();
  const tally = openTally(options);
  const maker = pointMaker(options.heardBefore);
  const loops = seriesTopics.map((topic) =>
    followTopic(topic, { ...options, stored, tally, maker }, both).finally(() => ending.abort()),
  );
  await Promise.allSettled(loops);
  await Promise.all(loops);
};

interface Following extends FollowIntoSeriesOptions {
  readonly stored: SeriesPositions;
  readonly tally: Counting;
  readonly maker: PointMaker;
}

const followTopic = async (topic: SeriesTopic, options: Following, signal: AbortSignal): Promise<void> => {
  const { log, clock, stored, series, tally } = options;
  const known = stored.get(topic);
  const from = new Map(partitionsOf(log).map((partition) => [partition, known?.get(partition) ?? 0]));
  // Where each partition that the store knows goes on, until its first record has come.
  const expected = new Map(known);
  const batches = gathered(log.follow(topic, from, signal), {
    clock,
    itemsMax: options.recordsMax ?? recordsAWrite,
    withinMs: options.withinMs ?? gatherInMs,
  });
  for await (const records of batches) {
    tellExpired(records, expected, { topic, options });
    const points = await pointsOf(records, options);
    await series.write(points, new Map([[topic, positionsAfter(records)]]));
    tally.written(records, points.length);
  }
};

const tellExpired = (
  records: readonly LogRecord[],
  expected: Map<number, number>,
  { topic, options }: { readonly topic: SeriesTopic; readonly options: Following },
): void => {
  for (const { partition, offset } of records) {
    const due = expected.get(partition);
    if (due === undefined) continue;
    expected.delete(partition);
    if (offset <= due) continue;
    options.tally.expired(offset - due);
    options.onExpired({ topic, partition, records: offset - due });
  }
};

const pointsOf = async (
  records: readonly LogRecord[],
  options: Following,
): Promise<readonly SeriesPoint[]> => {
  const points: SeriesPoint[] = [];
  for (const [index, record] of records.entries()) {
    if (index % recordsATurn === recordsATurn - 1) await turn();
    const event = readRecord(record, eventRecordCodec.decode, (problem) => {
      options.tally.unreadable();
      options.onProblem(problem);
    });
    if (event !== undefined) for (const point of options.maker.pointsOf(event)) points.push(point);
  }
  return points;
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const positionsAfter = (records: readonly LogRecord[]): Positions =>
  new Map(records.map(({ partition, offset }) => [partition, offset + 1]));

interface Counting {
  readonly written: (records: readonly LogRecord[], points: number) => void;
  readonly unreadable: () => void;
  readonly expired: (records: number) => void;
}

const openTally = ({ clock, onProgress }: FollowIntoSeriesOptions): Counting => {
  let progress: SeriesProgress = {
    records: 0,
    points: 0,
    backfilled: 0,
    unreadable: 0,
    expired: 0,
    lagInMs: 0,
  };
  const tell = (change: Partial<SeriesProgress>): void => {
    progress = { ...progress, ...change };
    onProgress?.(progress);
  };
  return {
    written: (records, points) => {
      const newest = records.at(-1);
      const lagInMs = newest === undefined ? 0 : Math.max(0, clock.wall() - newest.appendedAt);
      tell({
        records: progress.records + records.length,
        points: progress.points + points,
        backfilled: progress.backfilled + (lagInMs > backfillAfterMs ? points : 0),
        lagInMs,
      });
    },
    unreadable: () => tell({ unreadable: progress.unreadable + 1 }),
    expired: (records) => tell({ expired: progress.expired + records }),
  };
};

/** What a failed store is told of as. */
export const isSeriesFailure = (cause: unknown): cause is LanewatchError =>
  cause instanceof LanewatchError && cause.code === "series-failed";
