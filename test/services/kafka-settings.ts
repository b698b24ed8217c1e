import { loopback } from "./loopback.ts";

/** One way into the broker. Clients are told to come to `advertisedPort`, where a proxy may stand before it. */
export interface KafkaListener {
  readonly name: "PLAIN" | "PROXIED" | "SCRAM" | "TLS" | "SCRAMTLS";
  readonly port: number;
  readonly advertisedPort: number;
}

export interface KafkaSettings {
  readonly folder: string;
  readonly controllerPort: number;
  readonly listeners: readonly KafkaListener[];
  readonly keyStorePath: string;
  readonly isFsyncEachMessage: boolean;
  /** Whatever else the broker should be told, by its name; the last word. */
  readonly extra: Readonly<Record<string, string>>;
}

const protocols = {
  PLAIN: "PLAINTEXT",
  PROXIED: "PLAINTEXT",
  SCRAM: "SASL_PLAINTEXT",
  TLS: "SSL",
  SCRAMTLS: "SASL_SSL",
} as const satisfies Record<KafkaListener["name"], string>;

/** Names of certificates cannot be checked by clients that go to an address, so those that check get a name. */
export const hostOf = (name: KafkaListener["name"]): string =>
  name === "TLS" || name === "SCRAMTLS" ? "localhost" : loopback;

const scramLogin = "org.apache.kafka.common.security.scram.ScramLoginModule required;";

const listenerSettings = (listeners: readonly KafkaListener[], controllerPort: number): readonly string[] => [
  `listeners=${listeners.map(({ name, port }) => `${name}://${loopback}:${port}`).join(",")},CONTROLLER://${loopback}:${controllerPort}`,
  `advertised.listeners=${listeners.map(({ name, advertisedPort }) => `${name}://${hostOf(name)}:${advertisedPort}`).join(",")}`,
  `listener.security.protocol.map=CONTROLLER:PLAINTEXT,${listeners.map(({ name }) => `${name}:${protocols[name]}`).join(",")}`,
  ...listeners
    .filter(({ name }) => protocols[name].startsWith("SASL"))
    .flatMap(({ name }) => [
      `listener.name.${name.toLowerCase()}.sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512`,
      `listener.name.${name.toLowerCase()}.scram-sha-256.sasl.jaas.config=${scramLogin}`,
      `listener.name.${name.toLowerCase()}.scram-sha-512.sasl.jaas.config=${scramLogin}`,
    ]),
];

/** Small, quick to answer and told nothing twice: the `server.properties` of a broker that is its own controller. */
export const serverProperties = (settings: KafkaSettings): string => {
  const { folder, controllerPort, listeners, keyStorePath, isFsyncEachMessage, extra } = settings;
  const lines = [
    "process.roles=broker,controller",
    "node.id=1",
    `controller.quorum.voters=1@${loopback}:${controllerPort}`,
    "controller.listener.names=CONTROLLER",
    "inter.broker.listener.name=PLAIN",
    ...listenerSettings(listeners, controllerPort),
    "ssl.keystore.type=PEM",
    `ssl.keystore.location=${keyStorePath}`,
    `log.dirs=${folder}/data`,
    "auto.create.topics.enable=false",
    "offsets.topic.num.partitions=4",
    "offsets.topic.replication.factor=1",
    "transaction.state.log.num.partitions=1",
    "transaction.state.log.replication.factor=1",
    "transaction.state.log.min.isr=1",
    // Killed and started again, a broker waits until its former life has lost its session: 9 s by default. A machine so
    // busy that it misses 2 s of heartbeats has a moment without a leader.
    "broker.heartbeat.interval.ms=200",
    "broker.session.timeout.ms=2000",
    "group.initial.rebalance.delay.ms=0",
    "group.min.session.timeout.ms=1000",
    "num.network.threads=1",
    "num.io.threads=2",
    "log.cleaner.dedupe.buffer.size=4194304",
    ...(isFsyncEachMessage ? ["log.flush.interval.messages=1"] : []),
    ...Object.entries(extra).map(([name, value]) => `${name}=${value}`),
  ];
  return `${lines.join("\n")}\n`;
};
