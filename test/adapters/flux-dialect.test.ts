import { createServer, type Server } from "node:http";
import { afterEach, expect, it } from "vitest";
import { openInfluxSeries } from "../../src/adapters/influx-series.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { sinkSettingsSchema } from "../../src/sink/sink-settings.ts";
import { truck } from "../series/event-records.ts";

/** As InfluxDB 2 answers: annotated CSV, a table a result (https://docs.influxdata.com/influxdb/v2/reference/syntax/annotated-csv/). */
const table = (result: string, type: string, value: string): string =>
  [
    `#datatype,string,long,dateTime:RFC3339,${type},string,string`,
    "#group,false,false,false,false,true,true",
    `#default,${result},,,,,`,
    ",result,table,_time,_value,lane,panel",
    `,,0,2026-05-01T00:01:00Z,${value},truck-1,master-lower`,
    "",
    "",
  ].join("\r\n");

let server: Server | undefined;
afterEach(() => server?.close());

it("asks InfluxDB 2 in Flux for each figure, and reads its tables", async () => {
  const asked: string[] = [];
  const answering = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      asked.push(body);
      response.writeHead(200, { "content-type": "text/csv" });
      response.end(
        table("count", "long", "3") +
          table("min", "double", "1") +
          table("mean", "double", "2") +
          table("max", "double", "4"),
      );
    });
  });
  server = answering;
  await new Promise<void>((resolve) => answering.listen(0, "127.0.0.1", resolve));
  const address = answering.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const series = await openInfluxSeries({
    settings: sinkSettingsSchema.parse({
      ...{
        kind: "influxdb2",
        url: `http://127.0.0.1:${port}`,
        org: "crossing",
        bucket: 'lane"watch',
        token: "t",
      },
    }),
    clock: systemClock,
    onRefused: () => expect.fail("refused"),
  });
  const from = Date.UTC(2026, 4, 1);
  const { at, parts } = await series.query({
    ...{ laneId: truck, what: "gamma-counts", from, to: from + 120_000, points: 2 },
  });
  expect(at).toEqual([from, from + 60_000]);
  expect(parts[1]).toEqual({
    part: "master-lower",
    count: [0, 3],
    min: [null, 1],
    mean: [null, 2],
    max: [null, 4],
  });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toContain(String.raw`from(bucket: \"lane\\\"watch\")`);
  expect(asked[0]).toContain("range(start: 2026-05-01T00:00:00.000Z, stop: 2026-05-01T00:02:00.000Z)");
  expect(asked[0]).toContain("every: 60000ms, fn: count");
});
