import { connect as connectTo, type IClientOptions, type MqttClient } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { type Mosquitto, type MosquittoOptions, mosquittoUser, startMosquitto } from "./mosquitto.ts";
import { isAbsent } from "./presence.ts";
import { tcpProxy } from "./tcp-proxy.ts";
import { waitUntil } from "./waiting.ts";

const topic = "lanewatch/test";
const isUnavailable = isAbsent("mosquitto");

interface Guest {
  readonly client: MqttClient;
  readonly inbox: readonly string[];
}

describe.skipIf(isUnavailable)("Mosquitto", () => {
  const started: Mosquitto[] = [];
  const clients: MqttClient[] = [];
  const start = async (options: MosquittoOptions = {}): Promise<Mosquitto> => {
    const broker = await startMosquitto(options);
    started.push(broker);
    return broker;
  };
  /** A client, and what has come for it from its first moment: a broker sends what waited right after its welcome. */
  const connect = async (url: string, options: IClientOptions = {}): Promise<Guest> => {
    const quick = { protocolVersion: 5, reconnectPeriod: 0, connectTimeout: 3_000 } as const;
    const client = connectTo(url, { ...quick, ...options });
    clients.push(client);
    const inbox: string[] = [];
    client.on("message", (_, payload) => inbox.push(payload.toString()));
    await new Promise<void>((resolve, reject) => {
      client.once("connect", () => resolve());
      client.once("error", reject);
    });
    client.on("error", () => undefined);
    return { client, inbox };
  };
  const roundtrip = async ({ client, inbox }: Guest): Promise<void> => {
    await client.subscribeAsync(topic, { qos: 1 });
    await client.publishAsync(topic, "here", { qos: 1, properties: { userProperties: { lane: "1" } } });
    await waitUntil("the message comes back", () => inbox[0] === "here", 3_000);
  };
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end(true);
    for (const broker of started.splice(0)) await broker.stop();
  });

  it("carries messages of MQTT 5, plain and over TLS", async () => {
    const { url, tls } = await start();
    await roundtrip(await connect(url));
    await roundtrip(await connect(tls.url, { ca: tls.ca }));
    await expect(connect(tls.url)).rejects.toThrow(/certificate/);
  });

  it("asks for a password when it is told to", async () => {
    const { url } = await start({ isPasswordAsked: true });
    await roundtrip(await connect(url, mosquittoUser));
    await expect(connect(url)).rejects.toThrow(/not authorized/i);
    await expect(connect(url, { ...mosquittoUser, password: "wrong" })).rejects.toThrow(/not authorized/i);
  });

  const sessionOf = { clientId: "kept", clean: false, properties: { sessionExpiryInterval: 3_600 } } as const;
  const leaveMessage = async (url: string): Promise<void> => {
    const subscriber = await connect(url, sessionOf);
    await subscriber.client.subscribeAsync(topic, { qos: 1 });
    await subscriber.client.endAsync();
    const publisher = await connect(url);
    await publisher.client.publishAsync(topic, "waiting", { qos: 1 });
    await publisher.client.endAsync();
  };
  /** All that a kept session gives, up to a message that is sent when it is back. */
  const messagesLeft = async (url: string): Promise<readonly string[]> => {
    const { client, inbox } = await connect(url, sessionOf);
    await client.subscribeAsync(topic, { qos: 1 });
    await client.publishAsync(topic, "new", { qos: 1 });
    await waitUntil("a new message is there", () => inbox.includes("new"), 3_000);
    return inbox;
  };

  it("keeps sessions and their messages over a clean restart", async () => {
    const broker = await start({ persistence: "at-shutdown" });
    await leaveMessage(broker.url);
    await broker.shutDown();
    await broker.start();
    expect(await messagesLeft(broker.url)).toEqual(["waiting", "new"]);
  });

  it("keeps them when it is killed a moment later, if it saves each change", async () => {
    const broker = await start({ persistence: "each-change" });
    await leaveMessage(broker.url);
    await waitUntil("the message is saved", () => broker.hasSaved("waiting"), 5_000);
    await broker.kill();
    await broker.start();
    expect(await messagesLeft(broker.url)).toEqual(["waiting", "new"]);
  });

  it("forgets them when it is killed before it saved", async () => {
    const broker = await start({ persistence: "at-shutdown" });
    await leaveMessage(broker.url);
    await broker.kill();
    await broker.start();
    expect(await messagesLeft(broker.url)).toEqual(["new"]);
  });

  it("can stand behind a fault proxy", async () => {
    const { port } = await start();
    const proxy = await tcpProxy({ to: port });
    const guest = await connect(`mqtt://${proxy.address}`);
    await roundtrip(guest);
    expect(proxy.cut()).toBe(1);
    await waitUntil("the client notices", () => !guest.client.connected, 3_000);
    await proxy.close();
  });
});
