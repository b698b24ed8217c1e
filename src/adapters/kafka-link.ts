import type { Socket } from "node:net";
import Broker, { type ApiVersions } from "kafkajs/src/broker/index.js";
import ConnectionPool, { type WireRequest } from "kafkajs/src/network/connectionPool.js";
import type { MetadataAnswer } from "kafkajs/src/protocol/requests/index.js";
import { type KafkaAccess, openSocket } from "./kafka-access.ts";
import { type ClientLog, kafkajsLogger } from "./kafka-client-log.ts";
import { kafkaRequests } from "./kafka-requests.ts";
import { plainReason } from "./plain-reason.ts";

/** The connection to the brokers failed, or one of them did not answer in time; the link it happened to is gone. */
export class LinkLost extends Error {
  override readonly name = "LinkLost";
  /** Whether trying again with the same settings can help. */
  readonly isFinal: boolean;

  constructor(reason: string, options: { readonly isFinal: boolean; readonly cause?: unknown }) {
    super(reason, { cause: options.cause });
    this.isFinal = options.isFinal;
  }
}

/**
 * Connections to the brokers of one cluster, and who leads what. kafkajs makes them: TCP or TLS, the handshake,
 * SASL, and the encoding of requests. Its producer and consumer are passed over, because what they do with failures
 * loses records (a batch is left out when leaders change places between two attempts, and an abandoned sequence number
 * is used again), and because without `assign()` every reader would have to join a group. So a link is used until
 * the first failure, and then replaced as a whole.
 */
export interface KafkaLink {
  /** False once something failed or `discard` was called. */
  isUsable(): boolean;
  /** The id of the broker that leads a partition; undefined while none does. */
  leaderOf(topic: string, partition: number): number | undefined;
  readonly metadata: () => MetadataAnswer;
  /** What the first broker speaks. */
  readonly versions: ApiVersions;
  /** @throws LinkLost; the answer's own error codes are the caller's to look at. */
  send<Answer>(node: number, request: WireRequest<Answer>): Promise<Answer>;
  /** Some broker, for requests that any of them takes. */
  anyNode(): number;
  /** Learns anew who leads what. @throws LinkLost */
  refresh(): Promise<void>;
  /** Cuts all connections; whatever is under way rejects with LinkLost. */
  discard(): void;
}

export interface LinkOptions {
  readonly access: KafkaAccess;
  /** Names as in Kafka. */
  readonly topics: readonly string[];
  readonly onClientLog: ClientLog;
  /** Cuts the link, also while it is being opened. */
  readonly signal: AbortSignal;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

const addressOf = (text: string): Address => {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(text.slice(colon + 1)) };
};

const textOf = (cause: unknown, key: string): string | null => {
  if (!(cause instanceof Error) || !(key in cause)) return null;
  const value: unknown = Reflect.get(cause, key);
  return typeof value === "string" ? value : null;
};

const finalReason = (cause: unknown): string | null => {
  const name = textOf(cause, "name");
  if (name === "KafkaJSSASLAuthenticationError" || textOf(cause, "type") === "SASL_AUTHENTICATION_FAILED")
    return "the broker refuses the user name or password";
  if (textOf(cause, "type") === "UNSUPPORTED_SASL_MECHANISM")
    return "the broker does not offer this way of signing in";
  return null;
};

/** kafkajs puts "Connection error: " before the system's text, and keeps its code. */
const reasonOf = (cause: unknown): string => {
  const name = textOf(cause, "name");
  if (name === "KafkaJSRequestTimeoutError" || name === "KafkaJSLockTimeout")
    return "the broker does not answer";
  const reason = plainReason(cause).replace(/^Connection error: /, "");
  if (reason === "Connection timeout") return "the broker does not answer";
  return reason === "Closed connection" ? "the broker closed the connection" : reason;
};

const asLost = (cause: unknown): LinkLost => {
  if (cause instanceof LinkLost) return cause;
  const final = finalReason(cause);
  return new LinkLost(final ?? reasonOf(cause), { isFinal: final !== null, cause });
};

/** The connections of a link, one set per broker, made when first needed. */
const connections = ({ access, onClientLog, signal }: LinkOptions) => {
  const { settings } = access;
  const sockets = new Set<Socket>();
  let usable = true;
  const logger = kafkajsLogger((entry) => {
    if (usable) onClientLog(entry);
  });
  const discard = (): void => {
    usable = false;
    signal.removeEventListener("abort", discard);
    for (const socket of sockets) socket.destroy(new Error("the connection was given up"));
  };
  signal.addEventListener("abort", discard);
  if (signal.aborted) discard();
  const open = async ({ host, port }: Address): Promise<{ pool: ConnectionPool; versions: ApiVersions }> => {
    const pool = new ConnectionPool({
      host,
      port,
      clientId: settings.clientId,
      // kafkajs keeps its authenticator in this object: one each.
      sasl: access.sasl === null ? null : { ...access.sasl },
      socketFactory: (connecting) => {
        const socket = openSocket(access, connecting);
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        if (!usable) socket.destroy(new Error("the connection was given up"));
        return socket;
      },
      connectionTimeout: settings.connectTimeoutInMs,
      requestTimeout: settings.requestTimeoutInMs,
      logger,
    });
    const broker = new Broker({
      connectionPool: pool,
      logger,
      allowAutoTopicCreation: false,
      authenticationTimeout: settings.connectTimeoutInMs,
    });
    await broker.connect();
    return { pool, versions: broker.versions ?? {} };
  };
  // What failed first is the reason for all that fails with it.
  let why: LinkLost | null = null;
  const guarded = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (cause) {
      why ??= asLost(cause);
      discard();
      throw why;
    }
  };
  return { open, guarded, discard, isUsable: () => usable };
};

/** The answer as it is: kafkajs's own `parse` throws at the first error code. */
const asItIs = <Answer>(request: WireRequest<Answer>): WireRequest<Answer> => ({
  ...request,
  response: { decode: (raw) => request.response.decode(raw), parse: (answer) => Promise.resolve(answer) },
});

const leadersOf = (metadata: MetadataAnswer): ReadonlyMap<string, number> =>
  new Map(
    metadata.topicMetadata.flatMap(({ topic, partitionMetadata }) =>
      partitionMetadata
        .filter(({ leader }) => leader >= 0)
        .map(({ partitionId, leader }) => [`${topic}/${partitionId}`, leader] as const),
    ),
  );

const linkFrom = async (seed: Address, options: LinkOptions): Promise<KafkaLink> => {
  const { open, guarded, discard, isUsable } = connections(options);
  const first = await guarded(() => open(seed));
  const askMetadata = asItIs(
    kafkaRequests.metadata({ topics: options.topics, allowAutoTopicCreation: false }),
  );
  let metadata = await guarded(() => first.pool.send(askMetadata));
  let leaders = leadersOf(metadata);
  const pools = new Map<number, Promise<ConnectionPool>>();

  const addressOfNode = (node: number): Address => {
    const broker = metadata.brokers.find(({ nodeId }) => nodeId === node);
    if (broker === undefined) throw new LinkLost("the broker has left the cluster", { isFinal: false });
    return broker;
  };
  const poolOf = (node: number): Promise<ConnectionPool> => {
    const address = addressOfNode(node);
    const known = pools.get(node);
    if (known !== undefined) return known;
    const isSeed = address.host === seed.host && address.port === seed.port;
    const pool = isSeed ? Promise.resolve(first.pool) : open(address).then((opened) => opened.pool);
    pools.set(node, pool);
    return pool;
  };

  return {
    isUsable,
    leaderOf: (topic, partition) => leaders.get(`${topic}/${partition}`),
    metadata: () => metadata,
    versions: first.versions,
    send: (node, request) => guarded(async () => (await poolOf(node)).send(asItIs(request))),
    anyNode: () => metadata.brokers[0]?.nodeId ?? metadata.controllerId,
    refresh: () =>
      guarded(async () => {
        metadata = await first.pool.send(askMetadata);
        leaders = leadersOf(metadata);
      }),
    discard,
  };
};

/**
 * One attempt at each of the configured brokers, until one answers.
 * @throws LinkLost with the last one's reason.
 */
export const openLink = async (options: LinkOptions): Promise<KafkaLink> => {
  let lost = new LinkLost("there is no broker", { isFinal: false });
  for (const broker of options.access.settings.brokers) {
    try {
      return await linkFrom(addressOf(broker), options);
    } catch (cause) {
      lost = asLost(cause);
      if (lost.isFinal || options.signal.aborted) break;
    }
  }
  throw lost;
};
