import { connect, type MqttClient } from "mqtt";
import { documentOfLine } from "./mqtt-documents.ts";
import type { OnProblem, PortalTransport } from "./transport.ts";

export interface MqttOptions {
  /** `mqtt://127.0.0.1:1883`. */
  readonly url: string;
  readonly topic: string;
  /** `lines`: the portal's own lines, one a message. `json`: documents of the driver `json-mqtt`, numbered. */
  readonly format: "lines" | "json";
  /** Which numbering the documents belong to; another one for each run. */
  readonly epoch: string;
  readonly protocolVersion?: 4 | 5;
  readonly username?: string;
  readonly password?: string;
  readonly onProblem: OnProblem;
}

/** Without a line end so long, the bytes are published as they are: a megabyte line fits. */
const LINE_BYTES_MAX = 2 * 1024 * 1024;

/** 10,000 messages ≈ 20 min of a busy lane while the broker is away. What comes beyond is lost and reported once. */
const WAITING_MAX = 10_000;

/** How long opening and closing wait for the broker, milliseconds. */
const BROKER_WAIT_IN_MS = 5_000;

const LINE_FEED = 0x0a;

/**
 * Publishes one lane with QoS 1. Messages wait while the broker is away, in order, and are sent again where it did not
 * acknowledge them. A portal whose link is down says nothing. Rejects with the code `BROKER_UNUSABLE` where the broker cannot be reached
 * or does not let this client in.
 */
export async function openMqttTransport(options: MqttOptions): Promise<PortalTransport> {
  const { url, topic, format, epoch, onProblem } = options;
  const client = await connected(options);
  let begun: Buffer = Buffer.alloc(0);
  let isUp = true;
  let waiting = 0;
  let hasOverflowed = false;
  let sequence = 0;
  const publish = (payload: string | Buffer): void => {
    if (waiting >= WAITING_MAX) {
      if (!hasOverflowed) onProblem(`The broker of ${topic} is too far behind; messages are lost.`);
      hasOverflowed = true;
      return;
    }
    waiting += 1;
    client.publish(topic, payload, { qos: 1 }, (error) => {
      waiting -= 1;
      if (waiting === 0) hasOverflowed = false;
      if (error) onProblem(`A message to ${topic} was not taken: ${error.message}`);
    });
  };
  const say = (line: Buffer): void => {
    if (format === "lines") {
      publish(line);
      return;
    }
    const text = line.toString("latin1").replace(/\r?\n$/, "");
    const numbered = (): { sequence: number; epoch: string } => ({ sequence: sequence++, epoch });
    const document = documentOfLine(text, numbered);
    if (document !== undefined) publish(Buffer.from(document, "latin1"));
  };
  return {
    endpoint: { kind: "mqtt", url, topic },
    send: (bytes) => {
      if (!isUp) return;
      begun = Buffer.concat([begun, bytes]);
      for (let end = begun.indexOf(LINE_FEED); end >= 0; end = begun.indexOf(LINE_FEED)) {
        say(begun.subarray(0, end + 1));
        begun = begun.subarray(end + 1);
      }
      if (begun.length <= LINE_BYTES_MAX) return;
      publish(begun);
      begun = Buffer.alloc(0);
    },
    setLink: (up) => {
      isUp = up;
      begun = Buffer.alloc(0);
    },
    close: () => closed(client),
  };
}

/** The URL without the name and password it may carry. */
function placeOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

async function connected(options: MqttOptions): Promise<MqttClient> {
  const { url, topic, onProblem, protocolVersion = 5, username, password } = options;
  const client = connect(url, {
    protocolVersion,
    reconnectPeriod: 250,
    connectTimeout: BROKER_WAIT_IN_MS,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => {
      client.end(true);
      const error = new Error(`The broker ${placeOf(url)} cannot be used for ${topic}: ${why}`);
      reject(Object.assign(error, { code: "BROKER_UNUSABLE" }));
    };
    const deadline = setTimeout(() => fail("it does not answer"), BROKER_WAIT_IN_MS);
    client.once("connect", () => {
      clearTimeout(deadline);
      client.removeAllListeners("error");
      resolve();
    });
    client.once("error", (error) => {
      clearTimeout(deadline);
      fail(error.message);
    });
  });
  client.on("error", (error) => onProblem(`The broker of ${topic} was lost: ${error.message}`));
  return client;
}

/** Waits for what is under way to be acknowledged, then cuts off. */
async function closed(client: MqttClient): Promise<void> {
  const deadline = setTimeout(() => client.end(true), BROKER_WAIT_IN_MS);
  await client.endAsync(!client.connected).catch(() => undefined);
  clearTimeout(deadline);
}
