import type { IClientOptions } from "mqtt";
import { connect } from "mqtt";
import type { MqttSettings } from "../edge/source-settings.ts";
import { endpointOf } from "../edge/source-settings.ts";
import type { ByteSource } from "../ports.ts";
import { plainReason, stoppedReason } from "./plain-reason.ts";
import type { EventSink, Pushing } from "./pushed-events.ts";
import { pushedEvents } from "./pushed-events.ts";

/** A broker that is gone without a word shows after one and a half of these. */
const keepAliveInS = 10;
const lineFeed = 0x0a;
const clientOptions = (settings: MqttSettings): IClientOptions => ({
  reconnectPeriod: 0,
  // Ours ends first, and covers the subscription too.
  connectTimeout: 2 * settings.connectTimeoutInMs,
  keepalive: keepAliveInS,
  clean: settings.clientId === undefined,
  ...(settings.clientId === undefined ? {} : { clientId: settings.clientId }),
  ...(settings.username === undefined ? {} : { username: settings.username }),
  ...(settings.password === undefined ? {} : { password: settings.password }),
});

/** A message is one line or more, whole: publishers often leave the last line end out. */
const linesOf = (payload: Uint8Array): Uint8Array => {
  if (payload.length === 0 || payload.at(-1) === lineFeed) return payload;
  const lines = new Uint8Array(payload.length + 1);
  lines.set(payload);
  lines[payload.length] = lineFeed;
  return lines;
};

/** The client's error carries the broker's answer where there was one. */
const isRefusal = (error: Error): boolean => "packet" in error && error.packet !== undefined;

const openClient = (settings: MqttSettings, sink: EventSink, signal: AbortSignal): Pushing => {
  const { topic, qos, connectTimeoutInMs } = settings;
  const client = connect(settings.url, clientOptions(settings));
  let acknowledge: (() => void) | null = null;
  let opened = false;
  const open = (): void => {
    if (opened) return;
    opened = true;
    clearTimeout(deadline);
    sink.opened(endpointOf(settings));
  };
  const close = (reason: string): void => {
    sink.closed(reason);
    client.end(true);
  };
  const stop = (): void => close(stoppedReason);
  const deadline = setTimeout(
    () => close(`the broker did not answer within ${connectTimeoutInMs} ms`),
    connectTimeoutInMs,
  );

  // The client handles the next packet and acknowledges this one only when `done` is called: that is the backpressure.
  client.handleMessage = (packet, done) => {
    // A retained message is what the broker remembers, not what the portal says now.
    if (packet.retain) {
      done();
      return;
    }
    // A resumed session may bring messages before it grants the subscription.
    open();
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    if (sink.bytes(linesOf(payload))) done();
    else acknowledge = done;
  };
  client.on("connect", () => {
    client.subscribe(topic, { qos }, (error) => {
      if (error === null) open();
      else
        close(isRefusal(error) ? `the broker refuses the topic ${topic}` : `subscribing to ${topic} failed`);
    });
  });
  client.on("error", (error) => close(plainReason(error)));
  client.on("close", () => close("the broker closed the connection"));
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();

  return {
    resume: () => {
      const done = acknowledge;
      acknowledge = null;
      done?.();
    },
    release: () => {
      clearTimeout(deadline);
      signal.removeEventListener("abort", stop);
      client.end(true);
    },
  };
};

/**
 * Subscribes to a lane's topic. A message is acknowledged when it is in the lane's hands, not when it is stored: what a
 * crash takes in between is lost. Each message is made to end with a line end; nothing else is changed.
 */
export const mqttSource = (settings: MqttSettings): ByteSource => ({
  endpoint: endpointOf(settings),
  connect: (signal) => pushedEvents((sink) => openClient(settings, sink, signal)),
});
