import { type SeriesPoint, storedSeries, type StoredSeries } from "../domain/series.ts";
import type { SeriesPositions } from "../ports.ts";
import { type Topic, topicNames } from "../wire/topics.ts";

/**
 * InfluxDB's line protocol. Names and tags are of our own tables and of lanes' ids, which need no escaping.
 * The design is told in `../sink/README.md`.
 */
export const measurementOf = (what: StoredSeries): string => `lanewatch_${what.replaceAll("-", "_")}`;
export const field = "value";

export const positionMeasurement = "lanewatch_sink";
export const positionField = "offset";

/** The tag that tells a series' parts apart, or null where it has one part. */
export const tagOf = (what: StoredSeries): "panel" | "kind" | null => {
  const { tag } = storedSeries[what];
  return tag === "none" ? null : tag;
};

/** Tags in the order of their names, as InfluxDB stores them. */
const keyOf = (what: StoredSeries, lane: string, part: string): string => {
  const measurement = measurementOf(what);
  switch (storedSeries[what].tag) {
    case "panel":
      return `${measurement},lane=${lane},panel=${part}`;
    case "kind":
      return `${measurement},kind=${part},lane=${lane}`;
    case "none":
      return `${measurement},lane=${lane}`;
  }
};

/** One line a part that was measured. */
export const linesOf = ({ laneId, what, atUs, values }: SeriesPoint): readonly string[] => {
  const { parts } = storedSeries[what];
  const lines: string[] = [];
  for (const [part, value] of values.entries()) {
    const name = parts[part];
    if (value === null || name === undefined || !Number.isFinite(value)) continue;
    lines.push(`${keyOf(what, laneId, name)} ${field}=${value} ${atUs}000`);
  }
  return lines;
};

/** `lanewatch.events.v1` and partition 3: `lanewatch.events.v1~3`. */
export const positionLines = (positions: SeriesPositions, atMs: number): readonly string[] =>
  [...positions].flatMap(([topic, offsets]) =>
    Array.from(
      offsets,
      ([partition, offset]) =>
        `${positionMeasurement},kind=${topic}~${partition} ${positionField}=${offset} ${Math.round(atMs)}000000`,
    ),
  );

/** The same back: tag and value of each. What is none of ours is left out. */
export const positionsOf = (found: Iterable<readonly [kind: string, offset: number]>): SeriesPositions => {
  const positions = new Map<Topic, Map<number, number>>();
  for (const [kind, offset] of found) {
    const [name, partition] = kind.split("~");
    const topic = topicNames.find((known) => known === name);
    if (topic === undefined || partition === undefined || !Number.isInteger(offset)) continue;
    positions.set(topic, (positions.get(topic) ?? new Map<number, number>()).set(Number(partition), offset));
  }
  return positions;
};
