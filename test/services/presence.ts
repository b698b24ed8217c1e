import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { isKafkaCached, kafkaVersions } from "./kafka-jars.ts";

export const daemonNames = ["kafka", "mosquitto", "victoria-metrics", "influxdb"] as const;
export type DaemonName = (typeof daemonNames)[number];

export type Presence = { readonly kind: "present" } | { readonly kind: "absent"; readonly reason: string };

const present: Presence = { kind: "present" };
const absent = (reason: string): Presence => ({ kind: "absent", reason });

/** Where distributions put programs that a person's PATH may not have. */
const moreFolders = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"];
const javaMajorMin = 17;

/** The path of a program, or null where there is none. */
export const programPath = (name: string): string | null => {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...moreFolders];
  const path = folders.map((folder) => join(folder, name)).find(isExecutable);
  return path ?? null;
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** As {@link programPath}, and an error that says what to install. */
export const requiredProgram = (name: string, packageName: string): string => {
  const path = programPath(name);
  if (path === null) throw new Error(`${name} is not here: install the package ${packageName}.`);
  return path;
};

const javaMajor = (): number => {
  const { stderr } = spawnSync("java", ["-version"], { encoding: "utf8", timeout: 10_000 });
  return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
};

const kafkaPresence = (): Presence => {
  if (programPath("java") === null) return absent("there is no java: install a Java runtime, 17 or newer");
  if (programPath("openssl") === null) return absent("there is no openssl, which makes its certificates");
  if (!kafkaVersions.every(isKafkaCached) && programPath("mvn") === null)
    return absent("it is not downloaded yet, and there is no mvn to do it: install Maven");
  const major = javaMajor();
  return major >= javaMajorMin
    ? present
    : absent(`java is of version ${major}, and Kafka needs ${javaMajorMin}`);
};

const packagePresence = (program: string, packageName: string): Presence =>
  programPath(program) === null
    ? absent(`there is no ${program}: install the package ${packageName}`)
    : present;

const look: Readonly<Record<DaemonName, () => Presence>> = {
  kafka: kafkaPresence,
  mosquitto: () => packagePresence("mosquitto", "mosquitto"),
  "victoria-metrics": () => packagePresence("victoria-metrics", "victoria-metrics"),
  influxdb: () => packagePresence("influxd", "influxdb"),
};

const known = new Map<DaemonName, Presence>();

/** Whether it can be started here, and if not, why; looked up once. */
export const presenceOf = (name: DaemonName): Presence => {
  const presence = known.get(name) ?? look[name]();
  known.set(name, presence);
  return presence;
};

export const servicesPresent = (): Readonly<Record<DaemonName, Presence>> => ({
  kafka: presenceOf("kafka"),
  mosquitto: presenceOf("mosquitto"),
  "victoria-metrics": presenceOf("victoria-metrics"),
  influxdb: presenceOf("influxdb"),
});

export const areRequired = (environment: NodeJS.ProcessEnv): boolean =>
  environment["CI"] === "true" || environment["LANEWATCH_SERVICES"] === "required";

/** What {@link isAbsent} does with what it found: one line for each that is missing; throws where they are required. */
export const judgeAbsence = (
  missing: readonly { readonly name: DaemonName; readonly reason: string }[],
  isRequired: boolean,
  say: (line: string) => void,
): boolean => {
  const lines = missing.map(({ name, reason }) => `Tests that need ${name} are skipped: ${reason}.`);
  if (isRequired && missing.length > 0)
    throw new Error(missing.map(({ name, reason }) => `${name} is required here, but ${reason}.`).join("\n"));
  for (const line of lines) say(line);
  return missing.length > 0;
};

/** For `describe.skipIf(isAbsent("kafka"))`. Where CI=true or LANEWATCH_SERVICES=required, absence is an error instead. */
export const isAbsent = (...names: readonly DaemonName[]): boolean => {
  const missing = names.flatMap((name) => {
    const presence = presenceOf(name);
    return presence.kind === "absent" ? [{ name, reason: presence.reason }] : [];
  });
  return judgeAbsence(missing, areRequired(process.env), (line) => void process.stderr.write(`${line}\n`));
};
