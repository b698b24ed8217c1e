import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Kafka, logLevel } from "kafkajs";
import { connect, connectAsync, type MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Daemon, startDaemon } from "../services/daemon.ts";
import { kafkaClasspath } from "../services/kafka-jars.ts";
import { answers, freePort, freePorts } from "../services/loopback.ts";
import { isAbsent } from "../services/presence.ts";
import { isSoon } from "../services/waiting.ts";
import { readText, repository } from "./compose-file.ts";

const run = promisify(execFile);
const services = join(repository, "config/services");
const secret = (name: string): string => readText(`config/services/demo-secrets/${name}`).trim();

/** A process with more in its environment; the script itself is the one that containers run. */
const script = (
  path: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): string[] => [
  ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
  ...["/bin/bash", join(services, path), ...args],
];

const exitCode = async (path: string, args: readonly string[]): Promise<number> => {
  try {
    await run("/bin/bash", [join(services, path), ...args], { timeout: 10_000 });
    return 0;
  } catch (error) {
    return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : -1;
  }
};

const isHere = (program: string): boolean => {
  try {
    execFileSync("/bin/sh", ["-c", `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
};

/** The next message, as its topic and its text. */
const messageOf = (client: MqttClient, withinMs: number): Promise<readonly [string, string]> =>
  new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error(`no message within ${withinMs} ms`)), withinMs);
    client.once("message", (topic, payload) => {
      clearTimeout(deadline);
      resolve([topic, payload.toString()]);
    });
  });

describe.skipIf(isAbsent("kafka"))("Kafka with the container's own files", () => {
  let broker: Daemon | undefined;
  let clientPort = 0;
  let localPort = 0;

  beforeAll(async () => {
    const [client = 0, local = 0, controller = 0] = await freePorts(3);
    [clientPort, localPort] = [client, local];
    const folder = await mkdtemp(join(tmpdir(), "lanewatch-kafka-files-"));
    await mkdir(join(folder, "data"));
    const environment = {
      KAFKA_LIBS: dirname(await kafkaClasspath("4", () => undefined)),
      KAFKA_PASSWORD_FILE: join(services, "demo-secrets/kafka-password"),
      KAFKA_RUN: folder,
    };
    const settings = [
      `log.dirs=${join(folder, "data")}`,
      `listeners=CLIENT://127.0.0.1:${client},LOCAL://127.0.0.1:${local},CONTROLLER://127.0.0.1:${controller}`,
      `advertised.listeners=CLIENT://127.0.0.1:${client},LOCAL://127.0.0.1:${local}`,
      `controller.quorum.voters=1@127.0.0.1:${controller}`,
    ];
    broker = await startDaemon({
      title: "Kafka by config/services/kafka/start.sh",
      command: "/usr/bin/env",
      args: script("kafka/start.sh", environment, settings),
      folder,
      isReady: async () => (await exitCode("kafka/healthy.sh", [String(local)])) === 0,
      startWithinMs: 60_000,
    });
  }, 400_000);
  afterAll(() => broker?.stop());

  const client = (password: string): Kafka =>
    new Kafka({
      brokers: [`127.0.0.1:${clientPort}`],
      logLevel: logLevel.NOTHING,
      retry: { retries: 2 },
      sasl: { mechanism: "scram-sha-512", username: "lanewatch", password },
    });

  it("lets its user in, who creates topics", async () => {
    const admin = client(secret("kafka-password")).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: "lanewatch.frames.v1", numPartitions: 3 }] });
    expect(await admin.listTopics()).toEqual(["lanewatch.frames.v1"]);
    // A role's health: it has a connection to its broker.
    expect(await exitCode("lanewatch/connected.sh", [String(clientPort)])).toBe(0);
    await admin.disconnect();
  });

  it("makes no topic that nobody created", async () => {
    const producer = client(secret("kafka-password")).producer({ retry: { retries: 0 } });
    await producer.connect();
    await expect(producer.send({ topic: "lanewatch.misspelt", messages: [{ value: "x" }] })).rejects.toThrow(
      /does not host this topic-partition/,
    );
    await producer.disconnect();
  });

  it("lets nobody in with another password", () =>
    expect(client("another").admin().connect()).rejects.toThrow(/authentication/i));

  it("keeps its data and its user over kill -9, on the same folder", async () => {
    await broker?.kill();
    expect(await exitCode("kafka/healthy.sh", [String(localPort)])).not.toBe(0);
    await broker?.start();
    const admin = client(secret("kafka-password")).admin();
    await admin.connect();
    expect(await admin.listTopics()).toContain("lanewatch.frames.v1");
    await admin.disconnect();
  }, 60_000);
});

describe.skipIf(isAbsent("mosquitto"))("Mosquitto with the container's own files", () => {
  let broker: Daemon | undefined;
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), "lanewatch-mosquitto-files-"));
    await mkdir(join(folder, "data"));
    await chmod(folder, 0o755);
    const environment = {
      MQTT_PASSWORD_FILE: join(services, "demo-secrets/mqtt-password"),
      MOSQUITTO_RUN: folder,
    };
    // `user`: as root it would change to a user that cannot read the test's folder; other users keep theirs.
    const settings = [`listener=${port} 127.0.0.1`, `persistence_location=${folder}/data/`, "user=root"];
    broker = await startDaemon({
      title: "Mosquitto by config/services/mosquitto/start.sh",
      command: "/usr/bin/env",
      args: script("mosquitto/start.sh", environment, settings),
      folder,
      isReady: () => answers(port),
      startWithinMs: 10_000,
    });
  });
  afterAll(() => broker?.stop());

  const credentials = { username: "lanewatch", password: secret("mqtt-password") };
  const options = { reconnectPeriod: 0, protocolVersion: 5, connectTimeout: 5_000 } as const;

  it("lets its user in and tells its health check its uptime", async () => {
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { ...options, ...credentials });
    const said = messageOf(client, 9_000);
    await client.subscribeAsync("$SYS/broker/uptime");
    expect((await said)[0]).toBe("$SYS/broker/uptime");
    await client.endAsync();
  });

  it.runIf(isHere("mosquitto_sub"))(
    "is healthy by its own check, and not with another password",
    async () => {
      const check = [join(services, "mosquitto/healthy.sh"), "127.0.0.1", String(port)];
      const asked = (password: string): Promise<unknown> =>
        run("/bin/sh", check, {
          env: { ...process.env, MQTT_PASSWORD_FILE: join(services, "demo-secrets", password) },
        });
      await asked("mqtt-password");
      await expect(asked("kafka-password")).rejects.toThrow();
    },
  );

  it.each([{}, { username: "lanewatch", password: "another" }])("refuses %o", async (other) => {
    await expect(connectAsync(`mqtt://127.0.0.1:${port}`, { ...options, ...other }, false)).rejects.toThrow(
      /not authori[sz]ed/i,
    );
  });

  it("keeps a session and what it has not taken over kill -9", async () => {
    const session = { ...options, ...credentials, clientId: "lane", clean: false };
    const before = await connectAsync(`mqtt://127.0.0.1:${port}`, {
      ...session,
      properties: { sessionExpiryInterval: 3600 },
    });
    await before.subscribeAsync("portals/lane", { qos: 1 });
    await before.endAsync();
    const portal = await connectAsync(`mqtt://127.0.0.1:${port}`, { ...options, ...credentials });
    await portal.publishAsync("portals/lane", "GB,000100,000100,000100,000100", { qos: 1 });
    await portal.endAsync();
    // Written at most a second later: the file names the client once it is.
    const file = join(broker?.folder ?? "", "data/mosquitto.db");
    const isWritten = async (): Promise<boolean> =>
      existsSync(file) &&
      (await run("grep", ["-c", "GB,000100", file]).then(
        () => true,
        () => false,
      ));
    expect(await isSoon(isWritten, 8_000)).toBe(true);
    await broker?.kill();
    await broker?.start();
    const after = connect(`mqtt://127.0.0.1:${port}`, {
      ...session,
      properties: { sessionExpiryInterval: 3600 },
      manualConnect: true,
    });
    const kept = messageOf(after, 5_000);
    after.connect();
    expect((await kept)[1]).toBe("GB,000100,000100,000100,000100");
    await after.endAsync();
  });
});

describe("health checks and forwarding of the roles", () => {
  let server: Server | undefined;
  const children: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of children.splice(0)) await stop();
    server?.close();
    server = undefined;
  });

  const consoleWith = async (status: number): Promise<number> => {
    server = createServer((request, response) => {
      response.writeHead(request.url === "/healthz" ? status : 404);
      response.end("{}");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };
  const forwardTo = async (port: number): Promise<number> => {
    const listenPort = await freePort();
    const child = spawn("/bin/sh", [join(services, "console/forward.sh"), String(listenPort), String(port)]);
    children.push(async () => {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    });
    expect(await isSoon(() => answers(listenPort), 10_000)).toBe(true);
    return listenPort;
  };

  it("a console that is well is healthy, also through the forwarder", async () => {
    const port = await consoleWith(200);
    expect(await exitCode("console/healthy.sh", [String(port)])).toBe(0);
    expect(await exitCode("console/healthy.sh", [String(await forwardTo(port))])).toBe(0);
  });

  it("one that has lost its log, or is gone, is not", async () => {
    expect(await exitCode("console/healthy.sh", [String(await consoleWith(503))])).toBe(1);
    expect(await exitCode("console/healthy.sh", [String(await forwardTo(await freePort()))])).toBe(1);
  });

  it("a forwarded connection ends at both ends", async () => {
    const port = await consoleWith(200);
    const outer = connectTcp(await forwardTo(port), "127.0.0.1");
    await once(outer, "connect");
    expect(
      await isSoon(async () => (await exitCode("lanewatch/connected.sh", [String(port)])) === 0, 5_000),
    ).toBe(true);
    outer.destroy();
    expect(
      await isSoon(async () => (await exitCode("lanewatch/connected.sh", [String(port)])) === 1, 5_000),
    ).toBe(true);
  });

  it("who listens is told from who does not, without a connection", async () => {
    let connections = 0;
    const port = await consoleWith(200);
    server?.on("connection", () => (connections += 1));
    const free = await freePort();
    expect(await exitCode("lanewatch/listening.sh", [String(port)])).toBe(0);
    expect(await exitCode("lanewatch/listening.sh", [String(port), String(free)])).toBe(1);
    expect(await exitCode("lanewatch/connected.sh", [String(port)])).toBe(1);
    expect(connections).toBe(0);
  });
});
