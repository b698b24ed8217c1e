import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { awaitReady, type DaemonPlan, launch, residentBytesOf } from "./daemon.ts";
import type { Progress } from "./kafka-jars.ts";
import { kafkaPlan } from "./kafka.ts";
import { isFree } from "./loopback.ts";
import { mosquittoPlan } from "./mosquitto.ts";
import { type DaemonName, presenceOf } from "./presence.ts";
import { influxPlan, victoriaMetricsPlan } from "./time-series.ts";
import { isSoon } from "./waiting.ts";

/** Programs on fixed ports that outlive the command that started them, for work by hand. */
interface Standing {
  /** The first is the one that clients without any security use. */
  readonly ports: readonly [number, ...number[]];
  readonly say: string;
  readonly plan: (folder: string, progress: Progress) => Promise<DaemonPlan>;
}

/** Added to every port, so that a test of this does not meet what a person has started. */
const portOffset = Number(process.env["LANEWATCH_SERVICES_PORT_OFFSET"] ?? 0);
const at = (port: number): number => port + portOffset;

export const standing: Readonly<Record<DaemonName, Standing>> = {
  kafka: {
    ports: [at(19_092), at(19_093), at(19_094), at(19_095), at(19_096)],
    say: `127.0.0.1:${at(19_092)} (SCRAM ${at(19_094)}, TLS localhost:${at(19_095)}, both localhost:${at(19_096)})`,
    plan: (folder, progress) =>
      kafkaPlan({
        ...{ folder, progress, controllerPort: at(19_093) },
        listeners: [
          { name: "PLAIN", port: at(19_092), advertisedPort: at(19_092) },
          { name: "SCRAM", port: at(19_094), advertisedPort: at(19_094) },
          { name: "TLS", port: at(19_095), advertisedPort: at(19_095) },
          { name: "SCRAMTLS", port: at(19_096), advertisedPort: at(19_096) },
        ],
      }),
  },
  mosquitto: {
    ports: [at(11_883), at(18_883)],
    say: `mqtt://127.0.0.1:${at(11_883)} (TLS mqtts://localhost:${at(18_883)})`,
    plan: (folder) =>
      mosquittoPlan({ folder, port: at(11_883), tlsPort: at(18_883), persistence: "each-change" }),
  },
  "victoria-metrics": {
    ports: [at(18_428)],
    say: `http://127.0.0.1:${at(18_428)}`,
    plan: (folder) => victoriaMetricsPlan({ folder, port: at(18_428) }),
  },
  influxdb: {
    ports: [at(18_086), at(18_088)],
    say: `http://127.0.0.1:${at(18_086)}`,
    plan: (folder) => influxPlan({ folder, port: at(18_086), rpcPort: at(18_088) }),
  },
};

const endWithinMs = 20_000;
const defaultRoot = fileURLToPath(new URL("../../.services", import.meta.url));

/** Where they keep their data, output and process ids: `.services/` of the repository. */
export const rootFolder = (): string => process.env["LANEWATCH_SERVICES_FOLDER"] ?? defaultRoot;

const folderOf = (name: DaemonName): string => join(rootFolder(), name);
const pidPath = (name: DaemonName): string => join(rootFolder(), `${name}.pid`);

const commandLineOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return commandLineFromPs(pid);
  }
};

const commandLineFromPs = (pid: number): string => {
  try {
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8", timeout: 5_000 });
  } catch {
    return "";
  }
};

/** The process that the pid file names, if it lives and works in this folder: a number alone may be somebody else's by now. */
const livingPid = (name: DaemonName): number | null => {
  try {
    const pid = Number(readFileSync(pidPath(name), "utf8"));
    return pid > 1 && commandLineOf(pid).includes(folderOf(name)) ? pid : null;
  } catch {
    return null;
  }
};

/** Starts one and waits until it answers; its data is that of the last time. */
export const bringUp = async (name: DaemonName, progress: Progress): Promise<void> => {
  const { ports, say, plan: planOf } = standing[name];
  const pid = livingPid(name);
  if (pid !== null) {
    progress(`${name} runs already: ${say}, process ${pid}.`);
    return;
  }
  const presence = presenceOf(name);
  if (presence.kind === "absent") throw new Error(`${name} cannot be started: ${presence.reason}.`);
  const taken: number[] = [];
  for (const port of ports) if (!(await isFree(port))) taken.push(port);
  if (taken.length > 0)
    throw new Error(`${name} cannot be started: somebody else has port ${taken.join(", ")}.`);
  progress(`${name}: starting.`);
  const begun = performance.now();
  const folder = folderOf(name);
  mkdirSync(folder, { recursive: true });
  const plan = await planOf(folder, progress);
  const child = launch(plan);
  writeFileSync(pidPath(name), String(child.pid ?? ""));
  try {
    await awaitReady(plan, child);
  } catch (error) {
    child.kill("SIGKILL");
    rmSync(pidPath(name), { force: true });
    throw error;
  }
  progress(
    `${name} is up after ${Math.round(performance.now() - begun)} ms: ${say}, process ${child.pid ?? 0}.`,
  );
};

/** Ends one, with force after 20 s. Its data stays unless it is to be erased. */
export const takeDown = async (name: DaemonName, isToErase: boolean, progress: Progress): Promise<void> => {
  const pid = livingPid(name);
  if (pid === null) progress(`${name} does not run.`);
  else {
    process.kill(pid, "SIGTERM");
    const isGone = await isSoon(() => livingPid(name) === null, endWithinMs);
    if (!isGone) process.kill(pid, "SIGKILL");
    progress(`${name} is down${isGone ? "" : ", killed"}.`);
  }
  rmSync(pidPath(name), { force: true });
  if (isToErase) rmSync(folderOf(name), { recursive: true, force: true, maxRetries: 5 });
};

export const statusOf = (name: DaemonName): string => {
  const pid = livingPid(name);
  if (pid !== null)
    return `${name} runs: ${standing[name].say}, process ${pid}, ${Math.round(residentBytesOf(pid) / 1e6)} MB.`;
  const presence = presenceOf(name);
  return presence.kind === "present"
    ? `${name} does not run.`
    : `${name} does not run and cannot be started here: ${presence.reason}.`;
};
