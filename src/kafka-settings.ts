import { z } from "zod";

const timeoutSchema = z.int().min(500).max(600_000);
const passwordSchema = z.string().min(1).max(1_024);

const isBroker = (text: string): boolean => {
  const found = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(text);
  const port = Number(found?.[1]);
  return port >= 1 && port <= 65_535;
};

const tlsSchema = z
  .strictObject({
    /** Certificates, in PEM, of who may sign the brokers'. Default: those Node trusts. */
    caFile: z.string().min(1).optional(),
    /** This client's certificate and key, in PEM, where the brokers ask for one. */
    certFile: z.string().min(1).optional(),
    keyFile: z.string().min(1).optional(),
    /** The name the brokers' certificates are made out to, where it is not the host name in `brokers`. */
    serverName: z.string().min(1).optional(),
  })
  .refine(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), {
    message: "certFile and keyFile go together",
    path: ["keyFile"],
  })
  .readonly();

const saslSchema = z
  .strictObject({
    mechanism: z.enum(["plain", "scram-sha-256", "scram-sha-512"]),
    username: z.string().min(1).max(256),
    password: passwordSchema.optional(),
    /** A file that holds the password, a line end after it left out. It is read when the log is opened. */
    passwordFile: z.string().min(1).optional(),
  })
  .refine(({ password, passwordFile }) => (password === undefined) !== (passwordFile === undefined), {
    message: "password or passwordFile, one of the two",
    path: ["password"],
  })
  .readonly();

/** How the log is kept in Kafka. Brokers from 2.3 on; tried with 3.9 and 4. */
export const kafkaSettingsSchema = z
  .strictObject({
    /** `host:port` of some brokers; the others are learnt from them. */
    brokers: z
      .array(z.string().refine(isBroker, "host:port, such as kafka-1:9092"))
      .min(1, "at least one broker")
      .max(32),
    /** What the brokers' logs and quotas call this program. */
    clientId: z.string().min(1).max(100).default("lanewatch"),
    /** Without it nothing is encrypted. `tls: {}` trusts what Node trusts. */
    tls: tlsSchema.optional(),
    sasl: saslSchema.optional(),
    /** Goes before every topic's name, for clusters that several sites share. */
    topicPrefix: z
      .string()
      .regex(/^[A-Za-z0-9._-]*$/, "letters, digits, dots, hyphens and underscores")
      .max(100)
      .default(""),
    /** Partitions of every topic. It cannot be changed later: a lane would move away from its history. */
    partitionCount: z.int().min(1).max(256).default(12),
    /** Copies of every record, on as many brokers. 3 survives the loss of a broker without a word. */
    replicationFactor: z.int().min(1).max(9).default(1),
    /** Copies that must be written before a record counts as stored. Default: 2 of 3 or more, else 1. */
    minInSyncReplicas: z.int().min(1).max(9).optional(),
    /** Whether missing topics are made at the opening. Without, somebody else makes them. */
    createTopics: z.boolean().default(true),
    compression: z.enum(["none", "gzip"]).default("none"),
    /** How long an append waits for others to share its request; while one is on its way they gather anyway. */
    lingerInMs: z.int().min(0).max(100).default(2),
    /** Bytes of one record batch, below the brokers' `max.message.bytes`; a larger record goes alone. */
    batchBytes: z.int().min(16_384).max(16_777_216).default(900_000),
    connectTimeoutInMs: timeoutSchema.default(5_000),
    /** After so long without an answer the connection is given up and the request made again on a new one. */
    requestTimeoutInMs: timeoutSchema.default(10_000),
    /** After so long an append that was not acknowledged is given back as failed, and so is a read. */
    appendTimeoutInMs: timeoutSchema.default(30_000),
    /** How long the opening keeps trying to reach the brokers. */
    openTimeoutInMs: timeoutSchema.default(30_000),
  })
  .refine(({ minInSyncReplicas = 1, replicationFactor }) => minInSyncReplicas <= replicationFactor, {
    message: "at most replicationFactor",
    path: ["minInSyncReplicas"],
  })
  .readonly();

export type KafkaSettings = z.infer<typeof kafkaSettingsSchema>;

/** For people, and free of secrets: `kafka-1:9092, kafka-2:9092`. */
export const brokersText = ({ brokers }: Pick<KafkaSettings, "brokers">): string => brokers.join(", ");
