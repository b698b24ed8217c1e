import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadScenario } from "../../simulators/scenario.ts";
import { parseConfig } from "../../src/config.ts";
import { topics } from "../../src/wire/topics.ts";
import { composeSchema, readCompose, readText, repository } from "./compose-file.ts";

/** `key value` or `key=value` lines, comments left out. */
const settingsOf = (text: string, between: "=" | " "): ReadonlyMap<string, string> => {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const pairs = lines.map((line): [string, string] => {
    const at = line.indexOf(between);
    return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
  });
  return new Map(pairs);
};

describe("kafka's server.properties", () => {
  const settings = settingsOf(readText("config/services/kafka/server.properties"), "=");

  it("has settings by names that Kafka could know", () => {
    expect(settings.size).toBeGreaterThan(15);
    for (const [name, value] of settings) expect(`${name}=${value}`).toMatch(/^[a-z0-9.-]+=\S.*$/);
  });

  it("makes one broker that is its own controller and creates no topic by accident", () =>
    expect(Object.fromEntries(settings)).toMatchObject({
      "process.roles": "broker,controller",
      "auto.create.topics.enable": "false",
      "offsets.topic.replication.factor": "1",
    }));

  it("lets nobody in from outside without a password", () => {
    const protocols = new Map(
      (settings.get("listener.security.protocol.map") ?? "").split(",").map((pair) => {
        const [name = "", protocol = ""] = pair.split(":");
        return [name, protocol];
      }),
    );
    const listeners = (settings.get("listeners") ?? "").split(",").map((listener) => listener.split("://"));
    expect(listeners.length).toBe(3);
    for (const [name = "", address = ""] of listeners) {
      const isOpen = !address.startsWith("127.0.0.1:");
      expect(`${name} ${isOpen ? protocols.get(name) : "inside"}`).toMatch(
        / (inside|SASL_PLAINTEXT|SASL_SSL)$/,
      );
    }
  });

  it("remembers positions for longer than any topic keeps records", () => {
    const days = Object.values(topics).map(({ retentionInMs }) => (retentionInMs ?? 0) / 86_400_000);
    const kept = Number(settings.get("offsets.retention.minutes")) / (24 * 60);
    expect(kept).toBeGreaterThanOrEqual(Math.max(...days));
  });
});

describe("mosquitto.conf", () => {
  const settings = settingsOf(readText("config/services/mosquitto/mosquitto.conf"), " ");
  /** Of mosquitto.conf(5), version 2.0. */
  const known = [
    ...[
      "listener",
      "allow_anonymous",
      "password_file",
      "persistence",
      "persistence_location",
      "autosave_interval",
    ],
    ...["autosave_on_changes", "persistent_client_expiration", "max_queued_messages", "max_queued_bytes"],
    ...[
      "max_inflight_messages",
      "max_packet_size",
      "max_connections",
      "memory_limit",
      "log_dest",
      "log_type",
    ],
    ...["connection_messages", "sys_interval"],
  ];

  it("has settings that Mosquitto knows", () =>
    expect([...settings.keys()].filter((name) => !known.includes(name))).toEqual([]));

  it("asks for a password, keeps sessions and is bounded", () =>
    expect(Object.fromEntries(settings)).toMatchObject({
      allow_anonymous: "false",
      persistence: "true",
      max_queued_messages: "100000",
      memory_limit: "201326592",
    }));
});

describe("influxdb's config.yml", () => {
  it("says where its data are, in a volume, and reports to nobody", () =>
    expect(parse(readText("config/services/influxdb/config.yml"))).toMatchObject({
      "bolt-path": "/var/lib/influxdb2/influxd.bolt",
      "engine-path": "/var/lib/influxdb2/engine",
      "reporting-disabled": true,
    }));
});

describe("lanewatch's own", () => {
  const site = parseConfig(readText("config/compose.site.yaml"), "config/compose.site.yaml");

  it("site is valid", () => {
    expect(site.lanes.map(({ laneId }) => laneId)).toEqual(["truck-1", "truck-2", "car-1"]);
    expect(site.console).toMatchObject({ host: "127.0.0.1", port: 8081, demo: true });
    expect(site.kafka?.brokers).toEqual(["kafka:9092"]);
    // Cores of `--scale core=3` read this one file.
    expect(site.core.instanceId).toBeUndefined();
  });

  it("site's password and spool stand where docker-compose.yml puts them", () => {
    const { edge, core, console } = composeSchema.parse(readCompose(readText("docker-compose.yml"))).services;
    for (const role of [edge, core, console])
      expect(role?.secrets.map((name) => `/run/secrets/${name}`)).toContain(site.kafka?.sasl?.passwordFile);
    const directory = site.spool?.directory;
    expect(edge?.volumes.map(({ target }) => target)).toContain(directory);
    expect(readText("Dockerfile")).toContain(`-o node -g node /app/data ${directory}`);
  });

  it("scenario is valid, and other containers reach its portals", async () => {
    const { lanes } = await loadScenario(join(repository, "config/services/simulator/scenario.yaml"));
    expect(lanes.map(({ transport }) => transport.kind === "tcp" && transport.host)).toEqual(
      lanes.map(() => "0.0.0.0"),
    );
  });
});

describe("scripts", () => {
  const folder = "config/services";
  const scripts = readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".sh"),
  );

  it("are there", () => expect(scripts.length).toBe(9));

  it.each(scripts)("%s can be started, stops at its first error, and says what it is", (name) => {
    const text = readText(join(folder, name));
    expect(text).toMatch(/^#!\/bin\/(ba)?sh\n# [A-Z]/);
    expect(text).toMatch(/^set -eu/m);
    expect(statSync(join(repository, folder, name)).mode & 0o111).toBe(0o111);
  });
});

describe("demo secrets", () => {
  const names = readdirSync(join(repository, "config/services/demo-secrets"));
  it("are there", () => expect(names.length).toBe(4));
  it.each(names)("%s says that it is for a demonstration only", (name) =>
    expect(readText(`config/services/demo-secrets/${name}`)).toMatch(/^demo-only-[a-z-]+\n$/),
  );
});
