import { afterEach, describe, expect, it } from "vitest";
import type { LanewatchError } from "../../src/domain/errors.ts";
import { laneId } from "../../src/domain/ids.ts";
import type { SeriesPoint } from "../../src/domain/series.ts";
import type { TimeSeries } from "../../src/ports.ts";

export interface SeriesPlace {
  readonly series: TimeSeries;
  /** Resolves when what was written can be asked for. */
  readonly visible: () => Promise<void>;
  /** Opens the same series again, as after a restart. */
  readonly again: () => Promise<TimeSeries>;
  /** Makes the store fail from now on; absent where it cannot. */
  readonly cut?: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const contractLane = laneId("truck-1");
const lane = contractLane;

/** A minute's boundary, an hour ago: every store still keeps all of it. */
const startMs = (): number => Math.floor((Date.now() - 3_600_000) / 3_600_000) * 3_600_000;

const gamma = (atMs: number, ...values: readonly (number | null)[]): SeriesPoint => ({
  laneId: lane,
  what: "gamma-counts",
  atUs: atMs * 1_000,
  values,
});

/** What any store of time series does. */
export const timeSeriesContract = (name: string, open: () => Promise<SeriesPlace>): void => {
  describe(`${name}, as any time series`, () => {
    let place: SeriesPlace | undefined;
    afterEach(() => place?.close(), 30_000);
    const opened = async (): Promise<SeriesPlace> => (place = await open());
    const none = new Map();

    it("tells least, mean and most of each stretch, and of nothing nothing", async () => {
      const { series, visible } = await opened();
      const start = startMs();
      const points = [
        gamma(start, 10, 20, 30, 40),
        gamma(start + 59_999, 30, 20, 10, 0.5),
        gamma(start + 60_000, 7, 7, 7, null),
        gamma(start + 180_000, 1, 2, 3, 4),
      ];
      await series.write(points, none);
      await visible();
      const answer = await series.query({
        ...{ laneId: lane, what: "gamma-counts", from: start, to: start + 240_000, points: 4 },
      });
      expect(answer.stepInMs).toBe(60_000);
      expect(answer.at).toEqual([0, 1, 2, 3].map((minute) => start + minute * 60_000));
      expect(answer.parts.map(({ part }) => part)).toEqual([
        "master-upper",
        "master-lower",
        "slave-upper",
        "slave-lower",
      ]);
      expect(answer.parts[0]).toEqual({
        part: "master-upper",
        count: [2, 1, 0, 1],
        min: [10, 7, null, 1],
        mean: [20, 7, null, 1],
        max: [30, 7, null, 1],
      });
      expect(answer.parts[3]).toMatchObject({
        count: [2, 0, 0, 1],
        min: [0.5, null, null, 4],
        max: [40, null, null, 4],
      });
    });

    it("tells every single point of a short span, without its end", async () => {
      const { series, visible } = await opened();
      const start = Math.floor((Date.now() - 600_000) / 1_000) * 1_000;
      const points = [0, 200, 400, 600].map((after) => gamma(start + after, after, 1, 2, 3));
      await series.write(points, none);
      await visible();
      const answer = await series.query({
        ...{ laneId: lane, what: "gamma-counts", from: start, to: start + 600, points: 100 },
      });
      expect(answer.stepInMs).toBe(0);
      expect(answer.at).toEqual([start, start + 200, start + 400]);
      expect(answer.parts[0]?.mean).toEqual([0, 200, 400]);
    });

    it("takes a point that is written again as the one it has", async () => {
      const { series, visible } = await opened();
      const start = startMs();
      const points = [gamma(start, 1, 1, 1, 1), gamma(start + 200, 3, 1, 1, 1)];
      await series.write(points, none);
      await series.write([...points, gamma(start + 400, 5, 1, 1, 1)], none);
      await visible();
      const { parts } = await series.query({
        ...{ laneId: lane, what: "gamma-counts", from: start, to: start + 7_200_000, points: 2 },
      });
      expect(parts[0]).toMatchObject({ count: [3, 0], min: [1, null], mean: [3, null], max: [5, null] });
    });

    it("keeps lanes, series and kinds of alarm apart", async () => {
      const { series, visible } = await opened();
      const start = startMs();
      await series.write(
        [
          { laneId: lane, what: "alarms", atUs: start * 1_000, values: [null, 1, null, null] },
          { laneId: lane, what: "alarms", atUs: start * 1_000 + 5_000, values: [null, 1, null, null] },
          { laneId: lane, what: "alarms", atUs: start * 1_000 + 9_000, values: [null, null, 1, null] },
          { laneId: laneId("truck-2"), what: "alarms", atUs: start * 1_000, values: [1, null, null, null] },
          { laneId: lane, what: "occupancies", atUs: start * 1_000, values: [1] },
        ],
        none,
      );
      await visible();
      const span = { from: start, to: start + 7_200_000, points: 2 };
      const { parts } = await series.query({ laneId: lane, what: "alarms", ...span });
      expect(parts.map(({ part, count }) => [part, count[0]])).toEqual([
        ["gamma-neutron", 0],
        ["neutron", 2],
        ["gamma", 1],
        ["energy", 0],
      ]);
      const occupancies = await series.query({ laneId: lane, what: "occupancies", ...span });
      expect(occupancies.parts).toEqual([
        { part: "all", count: [1, 0], min: [1, null], mean: [1, null], max: [1, null] },
      ]);
      const nothing = await series.query({ laneId: lane, what: "z", ...span });
      expect(nothing.parts).toEqual([
        { part: "all", count: [0, 0], min: [null, null], mean: [null, null], max: [null, null] },
      ]);
    });

    it("knows nothing at first, and after a restart a position behind which everything is written", async () => {
      const { series, visible, again } = await opened();
      expect(await series.positions()).toEqual(new Map());
      const start = startMs();
      const topic = "lanewatch.measurements.v1";
      await series.write(
        [gamma(start, 1, 1, 1, 1)],
        new Map([
          [
            topic,
            new Map([
              [0, 5],
              [1, 7],
            ]),
          ],
        ]),
      );
      await series.write([gamma(start + 200, 2, 1, 1, 1)], new Map([[topic, new Map([[0, 9]])]]));
      await series.write(
        [gamma(start + 400, 2, 1, 1, 1)],
        new Map([["lanewatch.events.v1", new Map([[3, 2]])]]),
      );
      await visible();
      await series.close();
      const reopened = await again();
      const positions = await reopened.positions();
      expect(positions.get(topic)?.get(0)).toSatisfy((offset) => offset === 5 || offset === 9);
      expect(positions.get(topic)?.get(1)).toBe(7);
      await reopened.close();
    });

    it("says so when it cannot be reached", async () => {
      const { series, cut } = await opened();
      if (cut === undefined) return;
      await cut();
      const failure = await series
        .write([gamma(startMs(), 1, 1, 1, 1)], none)
        .catch((cause: unknown) => cause);
      expect((failure as LanewatchError).code).toBe("series-failed");
      await expect(series.positions()).rejects.toMatchObject({ code: "series-failed" });
    });
  });
};
