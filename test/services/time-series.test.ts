import { afterEach, describe, expect, it } from "vitest";
import { isAbsent } from "./presence.ts";
import { startInflux, startVictoriaMetrics, type TimeSeriesDatabase } from "./time-series.ts";
import { waitUntil } from "./waiting.ts";

const bounded = (): { readonly signal: AbortSignal } => ({ signal: AbortSignal.timeout(5_000) });
const post = async (url: string, body = ""): Promise<string> => {
  const response = await fetch(url, { method: "POST", body, ...bounded() });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
};
const get = async (url: string): Promise<string> => (await fetch(url, bounded())).text();

let database: TimeSeriesDatabase | undefined;
afterEach(() => database?.stop());

describe.skipIf(isAbsent("victoria-metrics"))("VictoriaMetrics", () => {
  it("takes a line and tells it, also after a clean restart", async () => {
    database = await startVictoriaMetrics();
    const { url } = database;
    await post(`${url}/write`, `lane,id=1 counts=250 ${Date.now()}000000`);
    const isTold = async (): Promise<boolean> => {
      await get(`${url}/internal/force_flush`);
      const match = encodeURIComponent('{__name__="lane_counts"}');
      return (await get(`${url}/api/v1/export?match[]=${match}`)).includes("[250]");
    };
    await waitUntil("it is told", isTold, 5_000);
    await database.shutDown();
    await database.start();
    await waitUntil("it is told again", isTold, 5_000);
  });
});

describe.skipIf(isAbsent("influxdb"))("InfluxDB", () => {
  it("takes a line and tells it, also after it was killed", async () => {
    database = await startInflux();
    const { url } = database;
    await post(`${url}/query?q=${encodeURIComponent("CREATE DATABASE lanewatch")}`);
    await post(`${url}/write?db=lanewatch`, `lane,id=1 counts=250 ${Date.now()}000000`);
    const ask = (): Promise<string> =>
      get(`${url}/query?db=lanewatch&q=${encodeURIComponent("SELECT counts FROM lane")}`);
    expect(await ask()).toContain("250");
    await database.kill();
    await database.start();
    await waitUntil("it is told again", async () => (await ask()).includes("250"), 5_000);
  });
});
