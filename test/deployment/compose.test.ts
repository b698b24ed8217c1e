import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { composeProblems } from "./compose-checks.ts";
import { composeSchema, readCompose, readText } from "./compose-file.ts";

const text = readText("docker-compose.yml");
const compose = composeSchema.parse(readCompose(text));
const specification: unknown = JSON.parse(readText("test/deployment/compose-spec.json"));

/** Formats are annotations; `x-` keys and merged aliases are the specification's own. */
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
const validate = ajv.compile(specification as object);
const specificationProblems = (file: unknown): readonly string[] =>
  validate(file)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`);

describe("docker-compose.yml", () => {
  it("is valid by the Compose Specification's JSON Schema", () =>
    expect(specificationProblems(readCompose(text))).toEqual([]));
  it("passes our own checks", () => expect(composeProblems(compose)).toEqual([]));

  it("has every service of the distributed pipeline, the time series in a profile of their own", () => {
    const profiles = Object.entries(compose.services).map(([name, service]) => [
      name,
      service.profiles.join(),
    ]);
    expect(Object.fromEntries(profiles)).toEqual({
      ...{ kafka: "", mosquitto: "", simulator: "", edge: "", core: "", console: "" },
      ...{ sink: "timeseries", influxdb: "timeseries" },
    });
  });

  it("publishes the console and nothing else", () => {
    const published = Object.entries(compose.services).flatMap(([name, { ports }]) =>
      ports.map(({ host_ip, target }) => [name, host_ip, target]),
    );
    expect(published).toEqual([["console", "127.0.0.1", 8080]]);
  });

  it("keeps what must survive in named volumes", () => {
    const kept = Object.entries(compose.services).flatMap(([name, { volumes }]) =>
      volumes.filter(({ type }) => type === "volume").map(({ target }) => `${name} ${target}`),
    );
    expect(kept).toEqual([
      "kafka /var/lib/kafka/data",
      "mosquitto /mosquitto/data",
      "edge /var/lib/lanewatch/spool",
      "console /var/lib/lanewatch/console",
      "influxdb /var/lib/influxdb2",
      "influxdb /etc/influxdb2",
    ]);
  });

  it("lets only the edge and its portals meet the portals' network", () => {
    const there = Object.entries(compose.services).filter(([, { networks }]) => networks.includes("portals"));
    expect(there.map(([name]) => name)).toEqual(["mosquitto", "simulator", "edge"]);
  });

  it("asks the simulator's health of the ports that its scenario and the site name", () => {
    const { lanes } = parse(readText("config/services/simulator/scenario.yaml")) as {
      lanes: { id: string; transport: { port: number } }[];
    };
    const site = parse(readText("config/compose.site.yaml")) as {
      lanes: { id: string; source: { port: number } }[];
    };
    const ports = lanes.map(({ transport }) => String(transport.port));
    expect(compose.services["simulator"]?.healthcheck?.test.slice(3)).toEqual(ports);
    expect(site.lanes.map(({ id, source }) => [id, source.port])).toEqual(
      lanes.map(({ id, transport }) => [id, transport.port]),
    );
  });

  it("has the variables of .env.example and their values as defaults", () => {
    const used = [...text.matchAll(/\$\{([A-Z_]+):-([^}]*)\}/g)].map(([, name, value]) => `${name}=${value}`);
    const said = readText(".env.example").match(/^[A-Z_]+=.*$/gm);
    expect(said?.toSorted()).toEqual([...new Set(used)].toSorted());
  });
});

describe("the checks find", () => {
  /** The file with one text in the place of another that it must have. */
  const changed = (from: string | RegExp, to: string): readonly string[] => {
    const other = text.replace(from, to);
    expect(other).not.toBe(text);
    return composeProblems(composeSchema.parse(readCompose(other)));
  };

  it.each<[string, string | RegExp, string, string]>([
    [
      "a moving tag",
      "apache/kafka:4.4.0",
      "apache/kafka:latest",
      "kafka has an image that is not pinned: apache/kafka:latest",
    ],
    [
      "a major tag",
      "eclipse-mosquitto:2.0.22",
      "eclipse-mosquitto:2",
      "mosquitto has an image that is not pinned: eclipse-mosquitto:2",
    ],
    ["root", 'user: "1883:1883"', "user: root", "mosquitto runs as root"],
    ["no user", '    user: "1883:1883"\n', "", "mosquitto runs as root"],
    [
      "a port on every address",
      "host_ip: 127.0.0.1",
      "host_ip: 0.0.0.0",
      "console publishes 8080 beyond 127.0.0.1",
    ],
    ["a port on no address", /host_ip: 127.0.0.1,\s*/, "", "console publishes 8080 beyond 127.0.0.1"],
    [
      "a port nobody reaches",
      "[backbone, officers]",
      "[backbone]",
      "console publishes from an internal network, which publishes nothing",
    ],
    [
      "a file that is not there",
      "source: ./config/services/mosquitto,",
      "source: ./config/mosquito,",
      "mosquitto mounts ./config/mosquito, which is not there",
    ],
    [
      "a script that is not there",
      "mosquitto/start.sh",
      "mosquitto/begin.sh",
      "mosquitto names /etc/lanewatch/mosquitto/begin.sh, which is not there",
    ],
    [
      "a mount that can be written",
      "target: /etc/lanewatch/mosquitto, read_only: true",
      "target: /etc/lanewatch/mosquitto",
      "mosquitto may write to ./config/services/mosquitto",
    ],
    [
      "no condition",
      "{ condition: service_healthy }\n      core",
      "{}\n      core",
      "console depends on kafka without a condition",
    ],
    [
      "a tmpfs without a bound",
      "/run/mosquitto:size=1m,",
      "/run/mosquitto:",
      "mosquitto has a tmpfs without a size: /run/mosquitto:mode=0700,uid=1883,gid=1883",
    ],
    [
      "a password in the environment",
      "DOCKER_INFLUXDB_INIT_PASSWORD_FILE",
      "DOCKER_INFLUXDB_INIT_PASSWORD",
      "influxdb has a secret in its environment: DOCKER_INFLUXDB_INIT_PASSWORD",
    ],
    [
      "a secret nobody has",
      "secrets: [mqtt-password]",
      "secrets: [mqtt-pass]",
      "mosquitto has no secret mqtt-pass",
    ],
  ])("%s", (_, from, to, problem) => expect(changed(from, to)).toContain(problem));

  it.each([
    [/deploy: \*role-limits/g, "", "edge has no limit of memory"],
    [/read_only: true\n/, "\n", "core has a root file system that it can write to"],
    [/cap_drop: \[ALL\]/, "", "influxdb keeps capabilities"],
    [/ {2}restart: unless-stopped\n/, "", "sink is not restarted"],
    [/healthcheck:\n {6}<<: \*role-health/g, "x-health:", "core has no health check"],
  ])("what is missing everywhere: %s", (from, to, problem) => expect(changed(from, to)).toContain(problem));

  it.each<[string, string, string]>([
    ["a misspelt key", "read_only: true", "readonly: true"],
    ["a service's condition that does not exist", "condition: service_healthy", "condition: healthy"],
    ["a list for a text", 'user: "1883:1883"', "user: [1883]"],
  ])("and the specification's schema finds %s", (_, from, to) => {
    expect(specificationProblems(readCompose(text.replace(from, to)))).not.toEqual([]);
  });
});
