import { describe, expect, it } from "vitest";
import { brokerText, withResolvedFiles } from "../../src/edge/broker-settings.ts";
import { endpointOf, sourceSettingsSchema } from "../../src/edge/source-settings.ts";

const plain = { kind: "mqtt", url: "mqtt://broker", topic: "portal/1" };
const secure = { ...plain, url: "mqtts://broker" };

describe("MQTT settings", () => {
  it("have defaults", () => {
    expect(sourceSettingsSchema.parse(plain)).toEqual({
      ...plain,
      protocolVersion: 5,
      sessionExpiryInS: 86_400,
      qos: 1,
      connectTimeoutInMs: 5_000,
    });
  });

  it.each([
    ["tls files without tls", { ...plain, ca: "ca.pem" }, "ca"],
    [
      "no verification without tls",
      { ...plain, dangerouslyTrustAnyBroker: true },
      "dangerouslyTrustAnyBroker",
    ],
    ["a certificate without a key", { ...secure, cert: "cert.pem" }, "key"],
    ["a key without a certificate", { ...secure, key: "key.pem" }, "cert"],
    ["two passwords", { ...plain, username: "a", password: "b", passwordFile: "c" }, "passwordFile"],
    ["a password for nobody", { ...plain, password: "b" }, "username"],
    ["a # that does not stand last", { ...plain, topic: "a/#/b" }, "topic"],
    ["a + within a level", { ...plain, topic: "a/b+" }, "topic"],
    ["MQTT 3", { ...plain, protocolVersion: 3 }, "protocolVersion"],
    ["a false loud option", { ...secure, dangerouslyTrustAnyBroker: false }, "dangerouslyTrustAnyBroker"],
    ["another scheme", { ...plain, url: "http://broker" }, "url"],
  ])("refuse %s", (_, settings, option) => {
    const parsed = sourceSettingsSchema.safeParse(settings);
    expect(parsed.error?.issues.map(({ path }) => path[0])).toEqual([option]);
  });

  it.each(["+/portal/#", "portal/+/raw", "#"])("take the topic %s", (topic) => {
    expect(sourceSettingsSchema.safeParse({ ...plain, topic }).success).toBe(true);
  });

  it("are told without secrets, and loudly where nobody checks who answers", () => {
    const settings = { ...secure, url: "mqtts://me:secret@broker:8883", dangerouslyTrustAnyBroker: true };
    const parsed = sourceSettingsSchema.parse(settings);
    expect(endpointOf(parsed)).toBe("mqtt mqtts://broker:8883 (UNVERIFIED BROKER) portal/1");
    expect(brokerText({ url: "mqtt://a:b@c" })).toBe("mqtt://c");
  });

  it("have their files resolved", () => {
    const parsed = sourceSettingsSchema.parse({
      ...secure,
      ca: "ca.pem",
      cert: "c",
      key: "k",
      username: "u",
      passwordFile: "p",
    });
    if (parsed.kind !== "mqtt") throw new Error("not mqtt");
    expect(withResolvedFiles(parsed, (path) => `/etc/${path}`)).toMatchObject({
      ca: "/etc/ca.pem",
      cert: "/etc/c",
      key: "/etc/k",
      passwordFile: "/etc/p",
    });
  });
});
