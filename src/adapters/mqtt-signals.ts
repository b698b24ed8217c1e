import type { IClientOptions, MqttClient } from "mqtt";
import { connect } from "mqtt";
import { LanewatchError } from "../domain/errors.ts";
import { attemptAfter, backoffDelayInMs } from "../edge/backoff.ts";
import type { BrokerSettings } from "../edge/broker-settings.ts";
import type { Chance, Clock } from "../ports.ts";
import type { OutletGreetings, OutletProblem, RetainedMessage, SignalOutlet } from "../signals/outlet.ts";
import { clientOptions, sendAtOnce } from "./mqtt-connection.ts";
import { mqttReason, refusalOf } from "./mqtt-reason.ts";

export interface MqttOutletOptions {
  readonly settings: BrokerSettings;
  readonly clock: Clock;
  /** For the waits between attempts. */
  readonly chance: Chance;
}

/** Messages under way to the broker at once; Mosquitto takes 20 of a client. */
const underWayMax = 16;
/** How long leaving waits for the broker to take `offline`; after that its will says it. */
const farewellInMs = 1_000;

const retained = { qos: 1, retain: true } as const;

/** The latest message of each topic, and which of them the present connection has not sent. */
interface Kept {
  readonly latest: Map<string, string>;
  readonly unsent: Set<string>;
  wake: () => void;
}

/** Publishes with QoS 1, retained. After a lost connection everything that is kept is sent again, then `online`. */
export const mqttOutlet = (options: MqttOutletOptions): SignalOutlet => {
  const kept: Kept = { latest: new Map(), unsent: new Set(), wake: () => undefined };
  return {
    keep: ({ topic, payload }) => {
      kept.latest.set(topic, payload);
      kept.unsent.add(topic);
      kept.wake();
    },
    run: async (greetings, signal) => {
      const { clock, chance } = options;
      for (let attempt = 0; !signal.aborted; attempt += 1) {
        const began = clock.monotonic();
        const ended = await connectOnce({ ...options, kept, greetings }, signal);
        if (ended.problem !== null) greetings.onProblem(ended.problem);
        attempt = attemptAfter(attempt, ended.wasConnected ? clock.monotonic() - began : null);
        await clock.sleep(backoffDelayInMs(attempt, chance), signal);
      }
    },
  };
};

interface Attempt extends MqttOutletOptions {
  readonly kept: Kept;
  readonly greetings: OutletGreetings;
}

interface Ended {
  readonly wasConnected: boolean;
  /** Null where we left. */
  readonly problem: OutletProblem | null;
}

const optionsOf = ({ settings, greetings }: Attempt): IClientOptions | OutletProblem => {
  const { topic, payload } = greetings.will;
  try {
    return { ...clientOptions(settings, null), will: { topic, payload: Buffer.from(payload), ...retained } };
  } catch (cause) {
    if (cause instanceof LanewatchError) return { kind: "not-connected", reason: cause.message };
    throw cause;
  }
};

const connectOnce = async (attempt: Attempt, signal: AbortSignal): Promise<Ended> => {
  const options = optionsOf(attempt);
  if ("reason" in options) return { wasConnected: false, problem: options };
  const client = connect(attempt.settings.url, options);
  const lost = new AbortController();
  let wasConnected = false;
  let problem: OutletProblem | null = null;
  const lose = (reason: string): void => {
    problem ??= { kind: wasConnected ? "connection-lost" : "not-connected", reason };
    lost.abort();
  };
  const { connectTimeoutInMs } = attempt.settings;
  const deadline = setTimeout(
    () => lose(`the broker did not answer within ${connectTimeoutInMs} ms`),
    connectTimeoutInMs,
  );
  client.on("error", (error) => lose(mqttReason(error)));
  client.on("disconnect", ({ reasonCode }) => lose(refusalOf(reasonCode ?? 0)));
  client.on("close", () => lose("the broker closed the connection"));
  const over = AbortSignal.any([signal, lost.signal]);
  const connected = new Promise<void>((resolve) => {
    client.once("connect", () => resolve());
    over.addEventListener("abort", () => resolve());
    if (over.aborted) resolve();
  });
  await connected;
  clearTimeout(deadline);
  if (!over.aborted) {
    wasConnected = true;
    sendAtOnce(client);
    await tell(client, attempt, over);
  }
  if (signal.aborted && !lost.signal.aborted) await leave(client, attempt.greetings.offline);
  client.end(true);
  return { wasConnected, problem: signal.aborted ? null : problem };
};

/** Sends everything that is kept, says `online`, then sends what changes, until it is over. */
const tell = async (client: MqttClient, attempt: Attempt, over: AbortSignal): Promise<void> => {
  const { kept, greetings } = attempt;
  const owed = new Set(kept.latest.keys());
  for (const topic of owed) kept.unsent.add(topic);
  const underWay = new Set<string>();
  let isGreeted = false;
  const wake = (): void => kept.wake();
  over.addEventListener("abort", wake);
  const send = ({ topic, payload }: RetainedMessage): void => {
    underWay.add(topic);
    // One message a topic at a time, so that a repeat of an older one never lands on top of a newer one.
    client.publish(topic, payload, retained, (error) => {
      underWay.delete(topic);
      owed.delete(topic);
      if (error && !over.aborted)
        greetings.onProblem({
          kind: "topic-refused",
          reason: `the broker did not take ${topic}: ${mqttReason(error)}`,
        });
      kept.wake();
    });
  };
  while (!over.aborted) {
    for (const topic of kept.unsent) {
      if (underWay.size >= underWayMax) break;
      if (underWay.has(topic)) continue;
      kept.unsent.delete(topic);
      send({ topic, payload: kept.latest.get(topic) ?? "" });
    }
    if (!isGreeted && owed.size === 0) {
      isGreeted = true;
      send(greetings.online);
      greetings.onConnected();
    }
    await new Promise<void>((resolve) => {
      kept.wake = resolve;
      if (over.aborted) resolve();
    });
  }
  kept.wake = () => undefined;
  over.removeEventListener("abort", wake);
};

/** Says `offline` and that we leave; a broker that does not answer in time has our will. */
const leave = async (client: MqttClient, { topic, payload }: RetainedMessage): Promise<void> => {
  let deadline: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    deadline = setTimeout(resolve, farewellInMs);
  });
  const said = client.publishAsync(topic, payload, retained).then(() => client.endAsync());
  await Promise.race([said.catch(() => undefined), late]);
  clearTimeout(deadline);
};
