import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { Aedes } from "aedes";
import type { MqttClient } from "mqtt";
import { connectAsync } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { mqttSource } from "../../src/adapters/mqtt-source.ts";
import { sourceSettingsSchema } from "../../src/edge/source-settings.ts";
import type { ByteSource } from "../../src/ports.ts";
import type { SourceRecorder } from "./source-recorder.ts";
import { hasBytes, isOpen, randomBytes, recordSource, seededChance } from "./source-recorder.ts";

interface Broker {
  readonly aedes: Aedes;
  readonly port: number;
  kill(): Promise<void>;
}

const brokers = new Set<Broker>();
const publishers = new Set<MqttClient>();

afterEach(async () => {
  for (const publisher of publishers) publisher.end(true);
  publishers.clear();
  await Promise.all([...brokers].map((broker) => broker.kill()));
});

const startBroker = async (onPort = 0, setUp: (aedes: Aedes) => void = () => undefined): Promise<Broker> => {
  const aedes = await Aedes.createBroker();
  setUp(aedes);
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    aedes.handle(socket);
  });
  server.listen(onPort, "127.0.0.1");
  await once(server, "listening");
  const broker: Broker = {
    aedes,
    port: (server.address() as AddressInfo).port,
    kill: async () => {
      brokers.delete(broker);
      for (const socket of sockets) socket.resetAndDestroy();
      await new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
  brokers.add(broker);
  return broker;
};

const publisherOf = async (broker: Broker): Promise<MqttClient> => {
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
  client.on("error", () => undefined);
  publishers.add(client);
  return client;
};

const sourceAt = (port: number, more: Record<string, unknown> = {}): ByteSource => {
  const settings = {
    kind: "mqtt",
    url: `mqtt://127.0.0.1:${port}`,
    topic: "portal/1",
    protocolVersion: 4,
    ...more,
  };
  const parsed = sourceSettingsSchema.parse(settings);
  if (parsed.kind !== "mqtt") throw new Error("not mqtt");
  return mqttSource(parsed);
};

const text = (recorder: SourceRecorder): string => Buffer.from(recorder.bytes()).toString("latin1");
const retained = { qos: 1, retain: true } as const;
const atLeastOnce = { qos: 1 } as const;

describe("mqttSource", () => {
  it("gives each message as lines, with a line end where the payload has none", async () => {
    const broker = await startBroker();
    const recorder = recordSource(sourceAt(broker.port));
    await recorder.until(isOpen);
    const publisher = await publisherOf(broker);
    await publisher.publishAsync("portal/2", "not ours", atLeastOnce);
    for (const payload of ["GS,1\r\n", "GS,2", "", "GS,3\nGS,4"]) {
      await publisher.publishAsync("portal/1", payload, atLeastOnce);
    }
    await recorder.until(hasBytes(21));
    recorder.stop();
    expect(await recorder.ended).toBe("the edge agent was stopped");
    expect(text(recorder)).toBe("GS,1\r\nGS,2\nGS,3\nGS,4\n");
    expect(recorder.events[0]).toEqual({
      kind: "opened",
      endpoint: `mqtt mqtt://127.0.0.1:${broker.port} portal/1`,
    });
  });

  it("leaves out what the broker only remembers", async () => {
    const broker = await startBroker();
    const publisher = await publisherOf(broker);
    await publisher.publishAsync("portal/1", "old", retained);
    const recorder = recordSource(sourceAt(broker.port));
    await recorder.until(isOpen);
    await publisher.publishAsync("portal/1", "new", atLeastOnce);
    await recorder.until(hasBytes(4));
    recorder.stop();
    await recorder.ended;
    expect(text(recorder)).toBe("new\n");
  });

  it("gives payloads of any bytes and any size exactly, in order", async () => {
    const chance = seededChance(7);
    const payloads = [1, 700, 65_536, 300_000, 3].map((length) => {
      const payload = randomBytes(length, chance);
      payload[length - 1] = 0x0a;
      return Buffer.from(payload);
    });
    const broker = await startBroker();
    const recorder = recordSource(sourceAt(broker.port));
    await recorder.until(isOpen);
    const publisher = await publisherOf(broker);
    for (const payload of payloads) await publisher.publishAsync("portal/1", payload, atLeastOnce);
    const sent = Buffer.concat(payloads);
    await recorder.until(hasBytes(sent.length));
    recorder.stop();
    await recorder.ended;
    expect(Buffer.compare(recorder.bytes(), sent)).toBe(0);
    const lengths = recorder.events.map((event) => (event.kind === "bytes" ? event.bytes.length : 0));
    expect(Math.max(...lengths)).toBe(65_536);
  });

  it("says so when the broker is killed, and finds the one that takes its place", async () => {
    const broker = await startBroker();
    const before = recordSource(sourceAt(broker.port));
    await before.until(isOpen);
    await broker.kill();
    expect(await before.ended).toMatch(
      /^the (broker closed the connection|connection was reset by the other side)$/,
    );
    expect(await recordSource(sourceAt(broker.port)).ended).toBe("the connection was refused");

    const next = await startBroker(broker.port);
    const after = recordSource(sourceAt(next.port));
    await after.until(isOpen);
    await (await publisherOf(next)).publishAsync("portal/1", "GS,1\r\n", atLeastOnce);
    await after.until(hasBytes(6));
    after.stop();
    await after.ended;
    expect(text(after)).toBe("GS,1\r\n");
  });

  it("with a client id gets what was published while it was away", async () => {
    const broker = await startBroker();
    const source = sourceAt(broker.port, { clientId: "lane-1" });
    const before = recordSource(source);
    await before.until(isOpen);
    before.stop();
    await before.ended;
    const publisher = await publisherOf(broker);
    for (const payload of ["a\n", "b\n", "c\n"])
      await publisher.publishAsync("portal/1", payload, atLeastOnce);
    const after = recordSource(source);
    await after.until(hasBytes(6));
    after.stop();
    await after.ended;
    expect(text(after)).toBe("a\nb\nc\n");
    expect(after.events[0]?.kind).toBe("opened");
  });

  it("says so when the broker refuses the name and password", async () => {
    const broker = await startBroker(0, (aedes) => {
      aedes.authenticate = (_client, username, password, done) =>
        done(null, username === "edge" && password?.toString() === "right");
    });
    const refused = recordSource(sourceAt(broker.port, { username: "edge", password: "wrong" }));
    expect(await refused.ended).toBe("the broker refuses the name or the password");
    expect(refused.events).toHaveLength(1);
    const taken = recordSource(sourceAt(broker.port, { username: "edge", password: "right" }));
    await taken.until(isOpen);
    taken.stop();
    await taken.ended;
  });

  it("says so when the broker refuses the topic", async () => {
    const broker = await startBroker(0, (aedes) => {
      aedes.authorizeSubscribe = (_client, _subscription, done) => done(null, null);
    });
    const recorder = recordSource(sourceAt(broker.port));
    expect(await recorder.ended).toBe("the broker refuses the topic portal/1");
    expect(recorder.events).toHaveLength(1);
  });

  it("says so when the broker does not speak MQTT 5", async () => {
    const broker = await startBroker();
    const recorder = recordSource(sourceAt(broker.port, { protocolVersion: 5 }));
    expect(await recorder.ended).toBe(
      "the broker does not speak this version of MQTT: try another protocolVersion",
    );
  });

  it("says so when a file of its settings is not there", async () => {
    const recorder = recordSource(sourceAt(1, { username: "edge", passwordFile: "/nowhere/password" }));
    expect(await recorder.ended).toBe(
      "the password file /nowhere/password cannot be read: there is no such file",
    );
  });

  it.each([
    [[0x20, 0x03, 0x00, 0x00, 0x00, 0xe0, 0x02, 0x8e, 0x00], "another connection uses the same client id"],
    [[0x20, 0x03, 0x00, 0x00, 0x00, 0xe0, 0x02, 0x8b, 0x00], "the broker is shutting down"],
    [[0x20, 0x03, 0x00, 0x97, 0x00], "the broker's quota for this client is used up"],
    [[0x20, 0x03, 0x00, 0xa2, 0x00], "the broker refuses, with reason code 162"],
  ])("says what a broker of MQTT 5 answers: %j", async (answer, reason) => {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.write(Uint8Array.from(answer)));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await recordSource(sourceAt(port, { protocolVersion: 5 })).ended).toBe(reason);
    server.close();
  });

  it("gives up on something that takes the connection and says nothing", async () => {
    const server = createServer((socket) => void socket.on("error", () => undefined).resume());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const recorder = recordSource(
      sourceAt((server.address() as AddressInfo).port, { connectTimeoutInMs: 150 }),
    );
    expect(await recorder.ended).toBe("the broker did not answer within 150 ms");
    server.close();
  });

  it("leaves messages with the broker while the consumer is slow, and then loses none", async () => {
    const broker = await startBroker();
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const recorder = recordSource(sourceAt(broker.port), () => held);
    await recorder.until(isOpen);
    const acknowledged: unknown[] = [];
    broker.aedes.on("ack", (packet) => acknowledged.push(packet));
    const publisher = await publisherOf(broker);
    const payload = Buffer.alloc(10_000, "x");
    for (let count = 0; count < 100; count += 1)
      await publisher.publishAsync("portal/1", payload, atLeastOnce);
    // 256 KiB are taken, the 27th message fills them and is not acknowledged.
    expect(acknowledged.length).toBeLessThanOrEqual(27);
    letGo();
    await recorder.until(hasBytes(100 * 10_001));
    recorder.stop();
    await recorder.ended;
    expect(recorder.bytes().length).toBe(100 * 10_001);
  });
});
