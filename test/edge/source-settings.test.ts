import { describe, expect, it } from "vitest";
import { endpointOf, playsOnce, sourceSettingsSchema } from "../../src/edge/source-settings.ts";

describe("sourceSettingsSchema", () => {
  it.each([
    {
      given: { kind: "tcp", host: "10.1.2.3", port: 1600 },
      parsed: { kind: "tcp", host: "10.1.2.3", port: 1600, connectTimeoutInMs: 5_000 },
      endpoint: "tcp 10.1.2.3:1600",
    },
    {
      given: { kind: "tcp", host: "::1", port: 1600, connectTimeoutInMs: 100, idleTimeoutInMs: 30_000 },
      parsed: { kind: "tcp", host: "::1", port: 1600, connectTimeoutInMs: 100, idleTimeoutInMs: 30_000 },
      endpoint: "tcp [::1]:1600",
    },
    {
      given: { kind: "serial", path: "/dev/ttyUSB0" },
      parsed: {
        kind: "serial",
        path: "/dev/ttyUSB0",
        baudRate: 9_600,
        dataBits: 8,
        parity: "none",
        stopBits: 1,
        required: true,
      },
      endpoint: "serial /dev/ttyUSB0 9600 8N1",
    },
    {
      given: { kind: "mqtt", url: "mqtt://edge:secret@broker:1883", topic: "portal/1" },
      parsed: {
        kind: "mqtt",
        url: "mqtt://edge:secret@broker:1883",
        topic: "portal/1",
        protocolVersion: 5,
        sessionExpiryInS: 86_400,
        qos: 1,
        connectTimeoutInMs: 5_000,
      },
      endpoint: "mqtt mqtt://broker:1883 portal/1",
    },
    {
      given: { kind: "file", path: "day.csv" },
      parsed: { kind: "file", path: "day.csv" },
      endpoint: "file day.csv",
    },
  ])("fills in $given.kind settings", ({ given, parsed, endpoint }) => {
    const settings = sourceSettingsSchema.parse(given);
    expect(settings).toEqual(parsed);
    expect(endpointOf(settings)).toBe(endpoint);
    expect(playsOnce(settings)).toBe(given.kind === "file");
  });

  it.each([
    [{ kind: "tcp", host: "portal", port: 0 }, "port"],
    [{ kind: "tcp", host: "", port: 1600 }, "host"],
    [{ kind: "tcp", host: "portal", port: 1600, connectTimeoutInMs: 5 }, "connectTimeoutInMs"],
    [{ kind: "serial", path: "/dev/ttyS0", stopBits: 3 }, "stopBits"],
    [{ kind: "serial", path: "/dev/ttyS0", parity: "None" }, "parity"],
    [{ kind: "mqtt", url: "http://broker", topic: "portal/1" }, "url"],
    [{ kind: "mqtt", url: "broker:1883", topic: "portal/1" }, "url"],
    [{ kind: "mqtt", url: "mqtt://broker", topic: "" }, "topic"],
    [{ kind: "modbus" }, "kind"],
  ])("refuses %j for its %s", (given, path) => {
    const result = sourceSettingsSchema.safeParse(given);
    expect(result.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  });

  it("refuses what it does not know", () => {
    const result = sourceSettingsSchema.safeParse({ kind: "file", path: "day.csv", loop: true });
    expect(result.error?.issues[0]).toMatchObject({ code: "unrecognized_keys", keys: ["loop"] });
  });
});
