import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { jsonMqttSettings } from "../drivers/json-mqtt/settings.ts";
import { drivers } from "../drivers/registry.ts";
import { parseConfig, type SiteConfig, siteSchema } from "../src/config.ts";
import { ruleKinds } from "../src/core/rule-set.ts";
import { throwThroughSettings } from "../src/core/throw-through.ts";
import { type RuleName, ruleNames } from "../src/domain/rules.ts";
import { spoolSettingsSchema } from "../src/edge/spool-settings.ts";
import { kafkaSettingsSchema } from "../src/kafka-settings.ts";
import { signalSettingsSchema } from "../src/signals/signal-settings.ts";

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Paths of every option, without indices: `lanes.source.port`. */
const optionPaths = (schema: JsonSchema | boolean, under = ""): readonly string[] => {
  if (typeof schema === "boolean") return [];
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const items = typeof schema.items === "object" && !Array.isArray(schema.items) ? [schema.items] : [];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, option]) => {
      const path = under === "" ? name : `${under}.${name}`;
      return [path, ...optionPaths(option, path)];
    }),
    ...[...parts, ...items].flatMap((part) => optionPaths(part, under)),
  ];
};
const schemaPaths = (schema: z.ZodType, under = ""): readonly string[] =>
  optionPaths(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), under);

const writtenPaths = (value: unknown, under = ""): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => writtenPaths(item, under));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, option]) => {
    const path = under === "" ? name : `${under}.${name}`;
    return [path, ...writtenPaths(option, path)];
  });
};

describe("config/site.example.yaml", () => {
  const text = readFileSync(join(import.meta.dirname, "..", "config", "site.example.yaml"), "utf8");
  const options = new Set([
    ...schemaPaths(siteSchema),
    ...drivers.flatMap((driver) => schemaPaths(driver.settings, "lanes.driver")),
  ]);

  /**
   * The example with what it shows commented out, and with `alternatives` also what is commented out within that: options
   * that do not go with the others.
   */
  const names = new Set([...options].map((path) => path.split(".").at(-1) ?? ""));
  const uncomment = ({ alternatives }: { readonly alternatives: boolean }): string =>
    text
      .replaceAll(
        /^ *(?:simulation|kafka|spool|signals|sink|metrics|throwThrough|withhold|usersFile|tls): null$/gm,
        "",
      )
      .replaceAll(
        /^( *)# ( *)(# )?([A-Za-z-]+):(?= |$)/gm,
        (line, outer: string, inner: string, deeper: string | undefined, name: string) =>
          names.has(name) && (alternatives || deeper === undefined) ? `${outer}${inner}${name}:` : line,
      );
  const uncommented = uncomment({ alternatives: false });
  /** Up to its first lane, with everything. */
  const firstLane = (): SiteConfig =>
    parseConfig(uncommented.split(/^ {2}# A portal on a serial port\.$/m)[0] ?? "", "site.example.yaml");
  /** How a field of a document is given is shown once, not for every field. */
  const anyField = (path: string): string =>
    path.replace(/^(lanes\.driver\.kinds)\.[^.]+\.[^.]+\.([^.]+)$/, "$1.KIND.FIELD.$2");

  it("is walked to its leaves", () => {
    expect(options.size).toBeGreaterThan(40);
    for (const path of [
      "site.timeZone",
      "lanes.source.stopBits",
      "lanes.grossCount.nSigma",
      "lanes.preset",
      "lanes.rules.cusum.reference",
      "lanes.rules.spectral-ratios.suppressionDepths",
      "lanes.driver.maxSpeedKph",
      "lanes.driver.kinds.speed.kph",
      "lanes.throwThrough.records",
      "simulation.scenario",
      "kafka.sasl.passwordFile",
      "signals.statusTopic",
      "spool.maxBytes",
      "console.session.idleLimitInMs",
      "users.passphrase",
    ]) {
      expect(options).toContain(path);
    }
  });

  it("loads", () => {
    const config = parseConfig(text, "site.example.yaml");
    expect(config.lanes.map(({ laneId, source }) => `${laneId} ${source.kind}`)).toEqual([
      "north-1 tcp",
      "north-2 serial",
      "rail-1 mqtt",
      "recording file",
    ]);
  });

  it("sets every option there is, or shows it commented out", async () => {
    const { parse } = await import("yaml");
    const texts = [text, uncommented, uncomment({ alternatives: true })];
    // What is commented out may stand for what is not.
    const written = new Set(
      texts.flatMap((each) => writtenPaths(parse(each, { uniqueKeys: false }))).map(anyField),
    );
    expect([...options].map(anyField).filter((path) => !written.has(path))).toEqual([]);
  });

  it("shows what is left out with its own defaults", () => {
    const { kafka, spool, signals, lanes } = firstLane();
    const { brokers, tls, sasl, replicationFactor, minInSyncReplicas } = kafka ?? {};
    expect(kafka).toEqual(
      kafkaSettingsSchema.parse({ brokers, tls, sasl, replicationFactor, minInSyncReplicas }),
    );
    expect(spool).toEqual(spoolSettingsSchema.parse({ directory: spool?.directory }));
    const { url, site, username, passwordFile, ca, cert, key, serverName } = signals ?? {};
    expect(signals).toEqual(
      signalSettingsSchema.parse({ url, site, username, passwordFile, ca, cert, key, serverName }),
    );
    expect(lanes[0]?.settings.throwThrough).toEqual(throwThroughSettings.parse({}));
    expect(lanes[0]?.settings.withhold).toEqual({ classes: ["norm-like"] });
  });

  it("shows every rule beside gross count with its own defaults", () => {
    const shown = firstLane().lanes[0]?.settings.rules ?? new Map<RuleName, unknown>();
    expect([...shown.keys()]).toEqual(ruleNames.filter((rule) => rule !== "gross-count"));
    for (const [rule, settings] of shown) expect(settings).toEqual(ruleKinds[rule].settings.parse({}));
  });

  it("says the defaults that are so", () => {
    const given = parseConfig(text, "site.example.yaml").lanes[0];
    const plain = parseConfig(
      "site: { name: Here }\nlanes: [{ id: north-1, source: { kind: tcp, host: portal, port: 1600 } }]",
      "site.yaml",
    ).lanes[0];
    expect(given?.settings).toEqual(plain?.settings);
    expect(given?.driver).toEqual(plain?.driver);
  });

  it("says what json-mqtt does by itself", () => {
    const given = parseConfig(text, "site.example.yaml").lanes.find(
      ({ driver }) => driver.kind === "json-mqtt",
    );
    const { kinds, ...others } = jsonMqttSettings.parse({});
    const { speed, "energy-window-background": energyBackground } = kinds;
    expect(given?.driver.settings).toEqual({
      ...others,
      kinds: {
        ...kinds,
        // Paths, written out.
        speed: { ...speed, kph: { path: speed?.kph, scale: 1 } },
        "energy-window-background": {
          ...energyBackground,
          cps: { path: energyBackground?.cps, scale: 1 },
        },
      },
    });
  });
});
