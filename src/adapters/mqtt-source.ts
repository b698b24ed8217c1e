import type { IClientOptions, MqttClient } from "mqtt";
import { connect } from "mqtt";
import { LanewatchError } from "../domain/errors.ts";
import type { MqttSettings } from "../edge/source-settings.ts";
import { endpointOf } from "../edge/source-settings.ts";
import type { ByteSource } from "../ports.ts";
import { clientOptions, sendAtOnce } from "./mqtt-connection.ts";
import { linesOf } from "./mqtt-payload.ts";
import { mqttReason, refusalOf } from "./mqtt-reason.ts";
import { stoppedReason } from "./plain-reason.ts";
import type { EventSink, Pushing } from "./pushed-events.ts";
import { pushedEvents } from "./pushed-events.ts";

/** The options, or why there are none: a file that cannot be read is a reason like any other. */
const optionsOf = (settings: MqttSettings): IClientOptions | string => {
  const { clientId, sessionExpiryInS } = settings;
  try {
    return clientOptions(settings, clientId === undefined ? null : { clientId, expiryInS: sessionExpiryInS });
  } catch (cause) {
    if (cause instanceof LanewatchError) return cause.message;
    throw cause;
  }
};

/** The client's error carries the broker's answer where there was one. */
const isRefusal = (error: Error): boolean => "packet" in error && error.packet !== undefined;

const openClient = (settings: MqttSettings, sink: EventSink, signal: AbortSignal): Pushing => {
  const options = optionsOf(settings);
  if (typeof options === "string") {
    sink.closed(options);
    return { resume: () => undefined, release: () => undefined };
  }
  const { connectTimeoutInMs } = settings;
  const client = connect(settings.url, options);
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
    sendAtOnce(client);
    subscribe(client, settings, { open, close });
  });
  client.on("disconnect", ({ reasonCode }) => close(refusalOf(reasonCode ?? 0)));
  client.on("error", (error) => close(mqttReason(error)));
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

const subscribe = (
  client: MqttClient,
  { topic, qos, protocolVersion }: MqttSettings,
  { open, close }: { readonly open: () => void; readonly close: (reason: string) => void },
): void => {
  // Retain handling 2: what the broker remembers is not sent at all.
  client.subscribe(topic, protocolVersion === 5 ? { qos, rh: 2 } : { qos }, (error) => {
    if (error === null) open();
    else close(isRefusal(error) ? `the broker refuses the topic ${topic}` : `subscribing to ${topic} failed`);
  });
};

/**
 * Subscribes to a lane's topic. A message is acknowledged when it is in the lane's hands, not when it is stored: what a
 * crash takes in between is lost. Each message is made to end with a line end (see `linesOf`). Files of secrets and
 * certificates are read anew at each attempt; one that cannot be read is the attempt's reason.
 */
export const mqttSource = (settings: MqttSettings): ByteSource => ({
  endpoint: endpointOf(settings),
  connect: (signal) => pushedEvents((sink) => openClient(settings, sink, signal)),
});
