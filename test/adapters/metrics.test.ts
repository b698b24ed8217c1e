import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { appendCheck, linkCheck, readerCheck } from "../../src/adapters/metrics-checks.ts";
import { meteredLog } from "../../src/adapters/metrics-log.ts";
import { openMetrics } from "../../src/adapters/metrics-registry.ts";
import { type Check, listenMetrics, type MetricsServer } from "../../src/adapters/metrics-server.ts";
import { metricNames } from "../../src/adapters/metrics-table.ts";
import { bootId } from "../../src/domain/ids.ts";
import type { Frame, FrameBody } from "../../src/domain/frames.ts";
import { monotonicMs, wallMs } from "../../src/domain/units.ts";
import type { NewRecord } from "../../src/ports.ts";
import { encodeFrame } from "../../src/wire/frame.ts";
import { manualClock } from "../manual-clock.ts";
import { isAbsent } from "../services/presence.ts";
import { startVictoriaMetrics } from "../services/time-series.ts";
import { eventRecord, logRecord, truck } from "../series/event-records.ts";

const read = (path: string): string => readFileSync(join(import.meta.dirname, "..", "..", path), "utf8");
const utf8 = new TextEncoder();

const frame = (sequence: number, body: FrameBody): NewRecord => {
  const value: Frame = {
    ...{ laneId: truck, bootId: bootId("0badcafe"), sequence, byteOffset: 0, body },
    ...{ wall: wallMs(0), monotonic: monotonicMs(0) },
  };
  return { topic: "lanewatch.frames.v1", partition: 0, key: truck, value: encodeFrame(value) };
};
const bytes = (text: string): FrameBody => ({ kind: "bytes", bytes: utf8.encode(text) });

const servers: MetricsServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
const get = async (url: string): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  return { status: response.status, text: await response.text() };
};

describe("a counted log", () => {
  it("counts what is appended and read, by topic, and what it costs", async () => {
    const clock = manualClock();
    const metrics = openMetrics();
    const log = meteredLog(openMemoryLog({ clock, partitionCount: 1 }), { metrics, clock });
    const records = [
      frame(0, bytes("GB,000250")),
      frame(1, bytes("GB,000250")),
      frame(2, { kind: "heartbeat" }),
    ];
    await log.append(records);
    const stop = new AbortController();
    for await (const batch of log.follow("lanewatch.frames.v1", new Map([[0, 1]]), stop.signal)) {
      expect(batch).toHaveLength(2);
      stop.abort();
    }
    const text = await metrics.text();
    const total = records.reduce((sum, { value }) => sum + value.byteLength, 0);
    expect(text).toContain('lanewatch_log_appended_records_total{topic="lanewatch.frames.v1"} 3');
    expect(text).toContain(`lanewatch_log_appended_bytes_total{topic="lanewatch.frames.v1"} ${total}`);
    expect(text).toContain('lanewatch_log_read_records_total{topic="lanewatch.frames.v1"} 2');
    expect(text).toContain("lanewatch_log_append_seconds_count 1");
  });

  it("counts appends that failed, and nothing of what they held", async () => {
    const clock = manualClock();
    const metrics = openMetrics();
    const inner = openMemoryLog({ clock, partitionCount: 1 });
    const log = meteredLog(inner, { metrics, clock });
    await inner.close();
    await expect(log.append([frame(0, bytes("GB"))])).rejects.toMatchObject({ code: "log-closed" });
    const text = await metrics.text();
    expect(text).toContain("lanewatch_log_append_failures_total 1");
    expect(text).not.toContain("lanewatch_log_appended_records_total{");
  });

  it("knows how far a reader is behind", async () => {
    const clock = manualClock();
    const metrics = openMetrics();
    const log = meteredLog(openMemoryLog({ clock, partitionCount: 1 }), { metrics, clock });
    const stop = new AbortController();
    const looking = log.look(stop.signal);
    await log.append([frame(0, bytes("GB"))]);
    const reading = log.follow("lanewatch.frames.v1", new Map([[0, 0]]), stop.signal)[Symbol.asyncIterator]();
    await reading.next();
    await log.append(Array.from({ length: 7 }, (_, index) => frame(index + 1, bytes("GB"))));
    await clock.advance(5_000);
    expect(log.lags()).toEqual([{ topic: "lanewatch.frames.v1", records: 7, ageInMs: 0 }]);
    expect(await metrics.text()).toContain('lanewatch_log_lag_records{topic="lanewatch.frames.v1"} 7');
    stop.abort();
    await looking;
  });

  it("counts faults and lost frames by kind, and no other event", async () => {
    const clock = manualClock();
    const metrics = openMetrics();
    const log = meteredLog(openMemoryLog({ clock, partitionCount: 1 }), { metrics, clock });
    const at = wallMs(0);
    const told = [
      eventRecord({ kind: "fault-raised", at, fault: "tamper", detail: "" }),
      eventRecord({ kind: "fault-cleared", at, fault: "tamper" }),
      eventRecord({
        kind: "frames-lost",
        at,
        bootId: bootId("0badcafe"),
        firstSequence: 3,
        lastSequence: 9,
        bytes: 1,
      }),
    ];
    await log.append(told.map((record) => logRecord(record, "lanewatch.events.v1", 1)));
    const text = await metrics.text();
    expect(text).toContain('lanewatch_faults_raised_total{fault="tamper"} 1');
    expect(text).toContain("lanewatch_frames_lost_total 7");
  });
});

describe("whether a role does its work", () => {
  it("takes a log that takes frames, and a portal that is connected", async () => {
    const clock = manualClock();
    const log = meteredLog(openMemoryLog({ clock, partitionCount: 1 }), { metrics: openMetrics(), clock });
    expect(appendCheck(log, clock.monotonic()).ok).toBe(false);
    expect(linkCheck(log, 2)).toEqual({ ok: false, detail: "0 of 2 portals are connected." });
    await log.append([
      frame(0, { kind: "link-up", endpoint: "tcp 127.0.0.1:1600" }),
      frame(1, bytes("link-down")),
    ]);
    expect(appendCheck(log, clock.monotonic()).ok).toBe(true);
    expect(linkCheck(log, 2)).toEqual({ ok: true, detail: "1 of 2 portals are connected." });
    await log.append([frame(2, { kind: "link-down", reason: "gone" })]);
    expect(linkCheck(log, 2).ok).toBe(false);
    await clock.advance(10_001);
    expect(appendCheck(log, clock.monotonic()).ok).toBe(false);
  });

  it.each([
    ["nothing is read", [], false],
    ["all is read", [{ topic: "lanewatch.events.v1", records: 0, ageInMs: 3_600_000 }], true],
    ["what is read is fresh", [{ topic: "lanewatch.events.v1", records: 4, ageInMs: 20 }], true],
    ["what is read is old", [{ topic: "lanewatch.events.v1", records: 4, ageInMs: 20_000 }], false],
    [
      "nothing has been read of what is there",
      [{ topic: "lanewatch.events.v1", records: 4, ageInMs: null }],
      false,
    ],
  ] as const)("where %s", (_, lags, ok) => expect(readerCheck({ lags: () => lags }).ok).toBe(ok));
});

describe("the metrics server", () => {
  const opened = async (checks: () => readonly Check[]): Promise<MetricsServer> => {
    const server = await listenMetrics({
      host: "127.0.0.1",
      port: 0,
      role: "core",
      metrics: openMetrics(),
      checks,
    });
    servers.push(server);
    return server;
  };

  it("says that it lives, and whether it does its work and why not", async () => {
    let ok = false;
    const { url } = await opened(() => [{ name: "share", ok, detail: "The core judges 0 partitions." }]);
    expect((await get(`${url}/healthz`)).status).toBe(200);
    const before = await get(`${url}/readyz`);
    expect(before.status).toBe(503);
    expect(before.text).toContain("The core judges 0 partitions.");
    expect((await get(`${url}/metrics`)).text).toContain("lanewatch_ready 0");
    ok = true;
    expect((await get(`${url}/readyz`)).status).toBe(200);
    expect((await get(`${url}/metrics`)).text).toContain("lanewatch_ready 1");
    expect((await get(`${url}/`)).status).toBe(404);
  });

  it("says that its port is taken", async () => {
    const { url } = await opened(() => []);
    const port = Number(new URL(url).port);
    await expect(
      listenMetrics({ host: "127.0.0.1", port, role: "core", metrics: openMetrics(), checks: () => [] }),
    ).rejects.toMatchObject({ code: "port-busy" });
  });
});

/** Names of figures in an expression of PromQL. */
const namesIn = (expression: string): readonly string[] =>
  expression.match(/\b(?:lanewatch|process|nodejs)_[a-z0-9_]+/g) ?? [];

const rulesSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z
        .array(
          z.strictObject({
            alert: z.string().regex(/^Lanewatch[A-Za-z]+$/),
            expr: z.string().min(1),
            for: z
              .string()
              .regex(/^\d+[smh]$/)
              .optional(),
            labels: z.strictObject({ severity: z.enum(["warning", "critical"]) }),
            annotations: z.strictObject({ summary: z.string().endsWith(".") }),
          }),
        )
        .min(1),
    }),
  ),
});
const dashboardSchema = z.looseObject({
  uid: z.literal("lanewatch"),
  panels: z.array(
    z.looseObject({
      id: z.number(),
      title: z.string(),
      targets: z.array(z.looseObject({ expr: z.string() })),
    }),
  ),
});

describe("rules and dashboard", () => {
  const rules = rulesSchema.parse(parse(read("config/prometheus/lanewatch.rules.yaml")));
  const dashboard = dashboardSchema.parse(JSON.parse(read("config/grafana/lanewatch.json")));
  const expressions = [
    ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];

  it("name only figures that a scrape has", async () => {
    const server = await listenMetrics({
      ...{ host: "127.0.0.1", port: 0, role: "up", metrics: openMetrics(), checks: () => [] },
    });
    servers.push(server);
    const { text } = await get(`${server.url}/metrics`);
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    const known = new Set(
      types.flatMap(([, name = "", type]) =>
        type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const named = new Set(expressions.flatMap(namesIn));
    expect(named.size).toBeGreaterThan(25);
    expect([...named].filter((name) => !known.has(name))).toEqual([]);
  });

  it("have balanced brackets and one id a panel", () => {
    for (const expression of expressions) {
      for (const [open, shut] of [
        ["(", ")"],
        ["{", "}"],
        ["[", "]"],
      ] as const)
        expect(expression.split(open).length, expression).toBe(expression.split(shut).length);
    }
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it.skipIf(isAbsent("victoria-metrics"))(
    "are understood by a database that speaks PromQL",
    async () => {
      const database = await startVictoriaMetrics();
      try {
        for (const expression of expressions) {
          const query = expression.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*");
          const { status, text } = await get(
            `${database.url}/api/v1/query?${new URLSearchParams({ query }).toString()}`,
          );
          expect(status, `${expression}: ${text}`).toBe(200);
        }
      } finally {
        await database.stop();
      }
    },
    60_000,
  );

  it("show every figure there is, or it stands in a rule", () => {
    const shown = new Set(
      expressions.flatMap(namesIn).map((name) => name.replace(/_(bucket|sum|count)$/, "")),
    );
    expect(metricNames.filter((name) => !shown.has(name) && name !== "lanewatch_info")).toEqual([]);
  });
});

it("src/metrics.md tells of every figure", () => {
  const told = [...read("src/metrics.md").matchAll(/^\| `(lanewatch_[a-z_]+)`/gm)].map(([, name]) => name);
  expect(told).toEqual([...metricNames]);
});
