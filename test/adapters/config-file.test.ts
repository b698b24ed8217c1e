import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfigFile } from "../../src/adapters/config-file.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lanewatch-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const lane = "  - { id: a, source: { kind: file, path: a.csv } }";

describe("the file of a site", () => {
  it("has its paths resolved against its own folder, wherever the program runs", async () => {
    const broker =
      "url: mqtts://broker, username: u, passwordFile: s/m, ca: c/ca.pem, cert: c/c.pem, key: c/c.key";
    const path = written(
      "site.yaml",
      [
        "site: { name: Here }",
        "log: { directory: data }",
        "kafka:",
        '  brokers: ["kafka:9092"]',
        "  tls: { caFile: k/ca.pem, certFile: k/c.pem, keyFile: k/c.key }",
        "  sasl: { mechanism: plain, username: u, passwordFile: s/k }",
        "spool: { directory: spool }",
        `signals: { ${broker}, site: here }`,
        "simulation: { scenario: scenarios/demo.yaml }",
        "lanes:",
        lane,
        `  - { id: b, source: { kind: mqtt, topic: t, ${broker} } }`,
        "  - { id: c, source: { kind: serial, path: ttyUSB0 } }",
      ].join("\n"),
    );
    const config = await readConfigFile(path);
    const at = (name: string): string => join(folder, name);
    const mqttFiles = {
      passwordFile: at("s/m"),
      ca: at("c/ca.pem"),
      cert: at("c/c.pem"),
      key: at("c/c.key"),
    };
    expect(config).toMatchObject({
      log: { directory: at("data") },
      kafka: {
        tls: { caFile: at("k/ca.pem"), certFile: at("k/c.pem"), keyFile: at("k/c.key") },
        sasl: { passwordFile: at("s/k") },
      },
      spool: { directory: at("spool") },
      signals: mqttFiles,
      simulation: { scenario: at("scenarios/demo.yaml") },
    });
    expect(config.lanes.map(({ source }) => source)).toMatchObject([
      { path: at("a.csv") },
      mqttFiles,
      // The name of a device: it is the system's.
      { path: "ttyUSB0" },
    ]);
  });

  it("keeps absolute paths, and names no file where none is asked for", async () => {
    const path = written(
      "plain.yaml",
      `site: { name: Here }\nlog: { directory: /var/data }\nkafka: { brokers: ["kafka:9092"], tls: {} }\nlanes:\n${lane}\n`,
    );
    const { log, kafka, spool, signals, simulation } = await readConfigFile(path);
    expect(log.directory).toBe("/var/data");
    expect(kafka?.tls).toEqual({});
    expect(kafka).not.toHaveProperty("sasl");
    expect({ spool, signals, simulation }).toEqual({ spool: null, signals: null, simulation: null });
  });

  it("that cannot be read is one error, and one that is wrong has its problems", async () => {
    await expect(readConfigFile(join(folder, "none.yaml"))).rejects.toMatchObject({
      code: "config-unreadable",
    });
    await expect(readConfigFile(written("bad.yaml", "site: 1\n"))).rejects.toMatchObject({
      code: "config-invalid",
    });
  });
});
