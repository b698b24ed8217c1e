import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Daemon, type DaemonPlan, startDaemon } from "./daemon.ts";
import {
  cached,
  cacheFolder,
  kafkaClasspath,
  kafkaReleases,
  type KafkaVersion,
  type Progress,
} from "./kafka-jars.ts";
import { hostOf, type KafkaListener, serverProperties } from "./kafka-settings.ts";
import { answers, freePorts } from "./loopback.ts";
import { type TcpProxy, tcpProxy } from "./tcp-proxy.ts";
import { makeCertificates } from "./test-certificates.ts";

const run = promisify(execFile);

/** The one user that SASL/SCRAM-SHA-256 and -512 know. */
export const kafkaUser = { username: "lanewatch", password: "only-for-tests" } as const;

export interface KafkaOptions {
  readonly version?: KafkaVersion;
  /**
   * Whether each message is on the disk before it is acknowledged. What a killed broker had written survives either way, in
   * the system's memory; this is for measuring what a machine that may lose its power would do.
   */
  readonly isFsyncEachMessage?: boolean;
  /** More lines of `server.properties`, by name. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly heapInMiB?: number;
  readonly progress?: Progress;
}

/** One broker, its own controller, with every way in at once. All addresses are `host:port`. */
export interface Kafka extends Daemon {
  readonly version: KafkaVersion;
  readonly brokers: string[];
  /** The same broker behind a proxy with faults; clients that start here are told to stay here. */
  readonly proxied: { readonly brokers: string[]; readonly proxy: TcpProxy };
  /** SASL/SCRAM without TLS, for {@link kafkaUser}. */
  readonly scram: { readonly brokers: string[]; readonly username: string; readonly password: string };
  /** TLS with a certificate for `localhost` by this authority (PEM); no client certificate is asked for. */
  readonly tls: { readonly brokers: string[]; readonly ca: string };
  /** Both: TLS of the same authority and SASL/SCRAM. */
  readonly scramTls: {
    readonly brokers: string[];
    readonly ca: string;
    readonly username: string;
    readonly password: string;
  };
}

export interface KafkaPlan extends DaemonPlan {
  readonly ca: string;
}

/** An ApiVersions request, version 0, of no named client: a broker answers it once it serves clients. */
const apiVersionsRequest = Uint8Array.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 255, 255]);
const startWithinMs = 60_000;
const clusterId = "lanewatch-tests-000000";

/** A formatted data folder that knows the user: a second of Java's time, spent once for each release and copied then. */
const formattedFolder = async (version: KafkaVersion, classpath: string): Promise<string> => {
  const scram = ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
    "--add-scram",
    `${mechanism}=[name=${kafkaUser.username},password=${kafkaUser.password}]`,
  ]);
  const key = createHash("sha256").update(scram.join()).digest("hex").slice(0, 8);
  const target = join(cacheFolder(), `kafka-${kafkaReleases[version]}-formatted-${key}`);
  await cached(target, startWithinMs, async (part) => {
    const properties = join(part, "server.properties");
    const listeners = [{ name: "PLAIN", port: 9092, advertisedPort: 9092 }] as const;
    await writeFile(
      properties,
      serverProperties({
        ...{ folder: part, controllerPort: 9093, listeners, keyStorePath: "" },
        ...{ isFsyncEachMessage: false, extra: {} },
      }),
    );
    await run(
      "java",
      [
        ...["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classpath, "kafka.tools.StorageTool"],
        ...["format", "--cluster-id", clusterId, "--config", properties, ...scram],
      ],
      { timeout: startWithinMs },
    );
  });
  return join(target, "data");
};

/** What `startKafka` starts, for whoever chooses the folder and the ports; data that is there is kept. */
export const kafkaPlan = async (
  options: KafkaOptions & {
    readonly folder: string;
    readonly controllerPort: number;
    readonly listeners: readonly [KafkaListener, ...KafkaListener[]];
  },
): Promise<KafkaPlan> => {
  const { folder, controllerPort, listeners, version = "4", heapInMiB = 512 } = options;
  const classpath = await kafkaClasspath(version, options.progress ?? (() => undefined));
  const formatted = await formattedFolder(version, classpath);
  await mkdir(folder, { recursive: true });
  if (!existsSync(join(folder, "data"))) await cp(formatted, join(folder, "data"), { recursive: true });
  const { ca, keyStorePath } = await makeCertificates(folder);
  await writeFile(
    join(folder, "server.properties"),
    serverProperties({
      ...{ folder, controllerPort, listeners, keyStorePath },
      isFsyncEachMessage: options.isFsyncEachMessage ?? false,
      extra: options.settings ?? {},
    }),
  );
  return {
    title: `Kafka ${kafkaReleases[version]}`,
    command: "java",
    args: [
      ...[`-Xmx${heapInMiB}m`, "-XX:+UseSerialGC", "-Djava.awt.headless=true"],
      "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
      ...["-cp", classpath, "kafka.Kafka", join(folder, "server.properties")],
    ],
    folder,
    isReady: () => answers(listeners[0].port, apiVersionsRequest),
    startWithinMs,
    ca,
  };
};

const addressOf = ({ name, advertisedPort }: KafkaListener): string => `${hostOf(name)}:${advertisedPort}`;

/** Needs Java 17, openssl and, for the first time, Maven. Throws with the broker's last lines when it does not come up. */
export const startKafka = async (options: KafkaOptions = {}): Promise<Kafka> => {
  const [controllerPort = 0, plain = 0, proxied = 0, scram = 0, tls = 0, scramTls = 0] = await freePorts(6);
  const proxy = await tcpProxy({ to: proxied });
  const listeners = {
    plain: { name: "PLAIN", port: plain, advertisedPort: plain },
    proxied: { name: "PROXIED", port: proxied, advertisedPort: proxy.port },
    scram: { name: "SCRAM", port: scram, advertisedPort: scram },
    tls: { name: "TLS", port: tls, advertisedPort: tls },
    scramTls: { name: "SCRAMTLS", port: scramTls, advertisedPort: scramTls },
  } as const;
  const folder = await mkdtemp(join(tmpdir(), "lanewatch-kafka-"));
  try {
    const plan = await kafkaPlan({
      ...{ ...options, folder, controllerPort },
      listeners: [listeners.plain, listeners.proxied, listeners.scram, listeners.tls, listeners.scramTls],
    });
    const daemon = await startDaemon(plan);
    return {
      ...daemon,
      version: options.version ?? "4",
      brokers: [addressOf(listeners.plain)],
      proxied: { brokers: [addressOf(listeners.proxied)], proxy },
      scram: { brokers: [addressOf(listeners.scram)], ...kafkaUser },
      tls: { brokers: [addressOf(listeners.tls)], ca: plan.ca },
      scramTls: { brokers: [addressOf(listeners.scramTls)], ca: plan.ca, ...kafkaUser },
      stop: async () => {
        await daemon.stop();
        await proxy.close();
      },
    };
  } catch (error) {
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
};
