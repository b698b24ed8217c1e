import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Daemon, type DaemonPlan, startDaemon } from "./daemon.ts";
import { answers, freePorts, loopback } from "./loopback.ts";
import { requiredProgram } from "./presence.ts";
import { makeCertificates } from "./test-certificates.ts";

const run = promisify(execFile);

/** The one user that a broker with passwords knows. */
export const mosquittoUser = { username: "lanewatch", password: "only-for-tests" } as const;

/**
 * What a restart finds again: nothing; what was there at a clean shutdown; or, but for the last moment, what was there when it
 * was killed.
 */
export type MosquittoPersistence = "none" | "at-shutdown" | "each-change";

export interface MosquittoOptions {
  /** Whether clients must be {@link mosquittoUser}; anybody may come otherwise. */
  readonly isPasswordAsked?: boolean;
  readonly persistence?: MosquittoPersistence;
  /** More lines of `mosquitto.conf`. */
  readonly settings?: readonly string[];
}

/** Mosquitto speaks MQTT 3.1.1 and 5 on the same ports. A proxy may stand before it: `tcpProxy({to: port})`. */
export interface Mosquitto extends Daemon {
  readonly port: number;
  /** `mqtt://…` */
  readonly url: string;
  /** Whether these bytes, of a message that waits for somebody, are in the file that a restart reads. */
  readonly hasSaved: (bytes: string) => Promise<boolean>;
  readonly tls: { readonly port: number; /** `mqtts://…` */ readonly url: string; readonly ca: string };
}

export interface MosquittoPlan extends DaemonPlan {
  readonly ca: string;
}

/** A CONNECT of MQTT 3.1.1 without a client id; answered with CONNACK whether welcome or not. */
const connectPacket = Uint8Array.from([16, 12, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 0]);

const persistenceLines = (persistence: MosquittoPersistence, folder: string): readonly string[] => {
  const kept = ["persistence true", `persistence_location ${folder}/data/`];
  switch (persistence) {
    case "none":
      return ["persistence false"];
    case "at-shutdown":
      return kept;
    case "each-change":
      return [...kept, "autosave_on_changes true", "autosave_interval 1"];
  }
};

/** What `startMosquitto` starts, for whoever chooses the folder and the ports; data that is there is kept. */
export const mosquittoPlan = async (
  options: MosquittoOptions & { readonly folder: string; readonly port: number; readonly tlsPort: number },
): Promise<MosquittoPlan> => {
  const { folder, port, tlsPort, isPasswordAsked = false, persistence = "none", settings = [] } = options;
  const command = requiredProgram("mosquitto", "mosquitto");
  await mkdir(join(folder, "data"), { recursive: true });
  const { ca, certificatePath, keyPath } = await makeCertificates(folder);
  const passwords = join(folder, "passwords");
  if (isPasswordAsked) {
    const { username, password } = mosquittoUser;
    const tool = requiredProgram("mosquitto_passwd", "mosquitto");
    await run(tool, ["-b", "-c", passwords, username, password], { timeout: 10_000 });
  }
  const lines = [
    // Started by root, it would become a user that may not read this folder.
    ...(process.getuid?.() === 0 ? ["user root"] : []),
    ...["log_dest stderr", "log_type error", "log_type warning", "log_type notice"],
    ...(isPasswordAsked ? ["allow_anonymous false", `password_file ${passwords}`] : ["allow_anonymous true"]),
    ...persistenceLines(persistence, folder),
    ...settings,
    `listener ${port} ${loopback}`,
    `listener ${tlsPort} ${loopback}`,
    `certfile ${certificatePath}`,
    `keyfile ${keyPath}`,
  ];
  await writeFile(join(folder, "mosquitto.conf"), `${lines.join("\n")}\n`);
  return {
    title: "Mosquitto",
    command,
    args: ["-c", join(folder, "mosquitto.conf")],
    folder,
    isReady: () => answers(port, connectPacket),
    startWithinMs: 10_000,
    ca,
  };
};

/** Needs mosquitto and openssl. Throws with the broker's last lines when it does not come up. */
export const startMosquitto = async (options: MosquittoOptions = {}): Promise<Mosquitto> => {
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const folder = await mkdtemp(join(tmpdir(), "lanewatch-mosquitto-"));
  try {
    const plan = await mosquittoPlan({ ...options, folder, port, tlsPort });
    const daemon = await startDaemon(plan);
    return {
      ...daemon,
      port,
      url: `mqtt://${loopback}:${port}`,
      hasSaved: async (bytes) => {
        const saved = await readFile(join(folder, "data", "mosquitto.db")).catch(() => Buffer.alloc(0));
        return saved.includes(bytes);
      },
      tls: { port: tlsPort, url: `mqtts://localhost:${tlsPort}`, ca: plan.ca },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
};
