import { type MqttClient, connectAsync } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { mqttOutlet } from "../../src/adapters/mqtt-signals.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import type { OutletGreetings, OutletProblem, SignalOutlet } from "../../src/signals/outlet.ts";
import { signalSettingsSchema } from "../../src/signals/signal-settings.ts";
import {
  type Mosquitto,
  type MosquittoOptions,
  mosquittoUser,
  startMosquitto,
} from "../services/mosquitto.ts";
import { isAbsent } from "../services/presence.ts";
import { tcpProxy, type TcpProxy } from "../services/tcp-proxy.ts";
import { waitUntil } from "../services/waiting.ts";

const statusTopic = "lanewatch/crossing/status";
const status = (payload: string): OutletGreetings["will"] => ({ topic: statusTopic, payload });

interface Follower {
  readonly client: MqttClient;
  /** Every message, as `topic payload`, retained ones marked with a star. */
  readonly heard: readonly string[];
  readonly last: (topic: string) => string | undefined;
}

interface Running {
  readonly outlet: SignalOutlet;
  readonly problems: readonly OutletProblem[];
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

describe.skipIf(isAbsent("mosquitto"))("mqttOutlet at Mosquitto", () => {
  const put: (() => unknown)[] = [];
  const start = async (options: MosquittoOptions = {}): Promise<Mosquitto> => {
    const broker = await startMosquitto(options);
    put.push(() => broker.stop());
    return broker;
  };
  const proxyTo = async (to: number): Promise<TcpProxy> => {
    const proxy = await tcpProxy({ to });
    put.push(() => proxy.close());
    return proxy;
  };
  /** A client that follows everything of the site, whichever versions of MQTT it speaks, and comes back by itself. */
  const follow = async (url: string, options: Readonly<Record<string, unknown>> = {}): Promise<Follower> => {
    const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 20, ...options });
    put.push(() => client.end(true));
    client.on("error", () => undefined);
    const heard: string[] = [];
    const latest = new Map<string, string>();
    client.on("message", (topic, payload, { retain }) => {
      heard.push(`${topic} ${payload.toString()}${retain ? " *" : ""}`);
      latest.set(topic, payload.toString());
    });
    await client.subscribeAsync("lanewatch/#", { qos: 1 });
    return { client, heard, last: (topic) => latest.get(topic) };
  };
  const run = (url: string, vary: Readonly<Record<string, unknown>> = {}): Running => {
    const settings = signalSettingsSchema.parse({
      url,
      site: "crossing",
      connectTimeoutInMs: 1_000,
      ...vary,
    });
    const outlet = mqttOutlet({ settings, clock: systemClock, chance: () => 0.05 });
    const stopping = new AbortController();
    const problems: OutletProblem[] = [];
    let connections = 0;
    const ended = outlet.run(
      {
        will: status("offline"),
        online: status("online"),
        offline: status("offline"),
        onProblem: (problem) => problems.push(problem),
        onConnected: () => (connections += 1),
      },
      stopping.signal,
    );
    const stop = (): Promise<void> => {
      stopping.abort();
      return ended;
    };
    put.push(stop);
    return { outlet, problems, connections: () => connections, stop };
  };
  afterEach(async () => {
    for (const away of put.splice(0).reverse()) await away();
  });

  it.each([4, 5])(
    "tells everything it keeps before it says online, in version %i",
    async (protocolVersion) => {
      // Mosquitto queues 1,000 messages for a client, retained ones included, and drops the rest.
      const { url } = await start({ settings: ["max_queued_messages 10000"] });
      const follower = await follow(url);
      const { outlet, stop } = run(url, { protocolVersion });
      const began = performance.now();
      for (let lane = 0; lane < 1_400; lane += 1)
        outlet.keep({ topic: `lanewatch/crossing/${lane}/state`, payload: `first ${lane}` });
      await waitUntil("online is said", () => follower.last(statusTopic) === "online", 10_000);
      process.stdout.write(`1,400 lanes told in ${Math.round(performance.now() - began)} ms\n`);
      expect(follower.heard.length).toBe(1_401);
      outlet.keep({ topic: "lanewatch/crossing/7/state", payload: "second" });
      await waitUntil("the change is told", () => follower.heard.length === 1_402, 3_000);
      const late = await follow(url);
      await waitUntil("everything is retained", () => late.heard.length === 1_401, 5_000);
      expect(late.heard.every((each) => each.endsWith(" *"))).toBe(true);
      expect(late.last("lanewatch/crossing/7/state")).toBe("second");
      await stop();
      await waitUntil("offline is said", () => follower.last(statusTopic) === "offline", 3_000);
    },
  );

  it("leaves a will for the case that it is gone without a word, and tells everything again when it is back", async () => {
    const { url, port } = await start();
    const proxy = await proxyTo(port);
    const follower = await follow(url);
    const { outlet, connections, problems } = run(`mqtt://${proxy.address}`);
    outlet.keep({ topic: "lanewatch/crossing/1/state", payload: "clear" });
    await waitUntil("online is said", () => follower.last(statusTopic) === "online", 3_000);
    const before = follower.heard.length;
    await proxy.setFaults({ isRefusing: true });
    proxy.cut();
    await waitUntil("the broker says offline", () => follower.last(statusTopic) === "offline", 5_000);
    outlet.keep({ topic: "lanewatch/crossing/1/state", payload: "overtaken" });
    outlet.keep({ topic: "lanewatch/crossing/1/state", payload: "alarm" });
    await proxy.heal();
    await waitUntil("online is said again", () => follower.last(statusTopic) === "online", 5_000);
    expect(follower.heard.slice(before)).toEqual([
      `${statusTopic} offline`,
      "lanewatch/crossing/1/state alarm",
      `${statusTopic} online`,
    ]);
    expect(connections()).toBe(2);
    expect(problems[0]).toMatchObject({ kind: "connection-lost" });
  });

  it("tells everything again after a kill -9 of a broker that keeps nothing", async () => {
    const broker = await start();
    const { outlet, connections } = run(broker.url);
    for (const lane of [1, 2, 3])
      outlet.keep({ topic: `lanewatch/crossing/${lane}/state`, payload: "clear" });
    await waitUntil("it is connected", () => connections() === 1, 3_000);
    for (let kills = 1; kills <= 5; kills += 1) {
      await broker.kill();
      outlet.keep({ topic: "lanewatch/crossing/2/state", payload: `alarm ${kills}` });
      await broker.start();
      await waitUntil("it is back", () => connections() === kills + 1, 5_000);
      const follower = await follow(broker.url, { reconnectPeriod: 0 });
      await waitUntil("all is there", () => follower.last(statusTopic) === "online", 3_000);
      expect(follower.last("lanewatch/crossing/2/state")).toBe(`alarm ${kills}`);
      expect(follower.heard.length).toBe(4);
    }
  });

  it("ends with the last state of each topic however often it changes while connections are cut", async () => {
    const { url, port } = await start();
    const proxy = await proxyTo(port);
    const { outlet, connections } = run(`mqtt://${proxy.address}`);
    for (let step = 0; step < 600; step += 1) {
      outlet.keep({ topic: `lanewatch/crossing/${step % 7}/state`, payload: String(step) });
      if (step % 100 === 99) proxy.cut();
      if (step % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const follower = await follow(url);
    const isLast = (): boolean =>
      Array.from({ length: 7 }, (_, at) => 593 + at).every(
        (step) => follower.last(`lanewatch/crossing/${step % 7}/state`) === String(step),
      );
    await waitUntil("the last states are there", isLast, 10_000);
    await waitUntil("online is said", () => connections() > 0, 3_000);
  });

  it("says online though lanes change all the time", async () => {
    const { url } = await start();
    const { outlet, connections } = run(url);
    const changing = setInterval(() => {
      for (let lane = 0; lane < 50; lane += 1)
        outlet.keep({ topic: `lanewatch/crossing/${lane}/state`, payload: String(performance.now()) });
    }, 1);
    await waitUntil("online is said", () => connections() === 1, 5_000).finally(() =>
      clearInterval(changing),
    );
  });

  it("says why it is refused, and goes on trying", async () => {
    const broker = await start({ isPasswordAsked: true });
    const { problems, stop } = run(broker.url, { username: mosquittoUser.username, password: "wrong" });
    await waitUntil("it tried twice", () => problems.length >= 2, 5_000);
    expect(problems[0]).toEqual({
      kind: "not-connected",
      reason: "the broker refuses the name or the password",
    });
    await stop();
    const unreadable = run(broker.url, { username: "a", passwordFile: "/nowhere/password" });
    await waitUntil("it says so", () => unreadable.problems.length > 0, 3_000);
    expect(unreadable.problems[0]?.reason).toBe(
      "the password file /nowhere/password cannot be read: there is no such file",
    );
  });
});
