import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitUntil } from "./waiting.ts";

/** What tests ask for, and the release that stands for it. */
export const kafkaReleases = { "4": "4.4.0", "3.9": "3.9.2" } as const;
export type KafkaVersion = keyof typeof kafkaReleases;
export const kafkaVersions: readonly KafkaVersion[] = ["4", "3.9"];

/** SHA-256 in hex of each file of a release, by its name. */
type Lock = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Progress = (line: string) => void;

const pom = fileURLToPath(new URL("kafka/pom.xml", import.meta.url));
const lockPath = fileURLToPath(new URL("kafka/lock.json", import.meta.url));
const copyDependencies = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
const downloadWithinMs = 300_000;

/** Downloads and prepared data, kept from run to run. */
export const cacheFolder = (): string =>
  process.env["LANEWATCH_SERVICES_CACHE"] ?? join(homedir(), ".cache", "lanewatch-services");

const folderOf = (version: KafkaVersion): string => join(cacheFolder(), `kafka-${kafkaReleases[version]}`);

export const isKafkaCached = (version: KafkaVersion): boolean => existsSync(folderOf(version));

/** Does work once for all processes that want its folder: the work fills a folder of its own, which then takes the name. */
export const cached = async (
  target: string,
  withinMs: number,
  fill: (folder: string) => Promise<void>,
): Promise<void> => {
  if (existsSync(target)) return;
  await mkdir(dirname(target), { recursive: true });
  const claim = `${target}.claim`;
  const isOurs = await claimed(claim);
  if (!isOurs) {
    await waitUntil(`another process fills ${target}`, () => !existsSync(claim) || isStale(claim), withinMs);
    if (existsSync(target)) return;
    await rm(claim, { force: true });
    return cached(target, withinMs, fill);
  }
  const folder = await mkdtemp(`${target}.part-`);
  try {
    if (!existsSync(target)) await fill(folder);
    if (!existsSync(target)) await rename(folder, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(claim, { force: true });
  }
};

const claimed = async (claim: string): Promise<boolean> => {
  try {
    await writeFile(claim, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
};

/** A claim whose process is gone. One that is being written counts as fresh. */
const isStale = async (claim: string): Promise<boolean> => {
  const pid = Number(await readFile(claim, "utf8").catch(() => ""));
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** The classpath of a release, downloaded with Maven and checked against the lock when it is not in the cache. */
export const kafkaClasspath = async (version: KafkaVersion, progress: Progress): Promise<string> => {
  const folder = folderOf(version);
  await cached(folder, downloadWithinMs, async (part) => {
    progress(`Kafka ${kafkaReleases[version]}: downloading about 45 MB with Maven.`);
    await download(version, part);
    const wrong = await differencesFromLock(version, part);
    if (wrong.length > 0) throw new Error(`Kafka ${kafkaReleases[version]}: ${wrong.join("; ")}.`);
    progress(`Kafka ${kafkaReleases[version]}: downloaded and checked.`);
  });
  return join(folder, "*");
};

const download = async (version: KafkaVersion, folder: string): Promise<void> => {
  const args = [
    ...["--batch-mode", "--no-transfer-progress", "--quiet", "-Dstyle.color=never", "--file", pom],
    `-Dkafka.version=${kafkaReleases[version]}`,
    ...[copyDependencies, "-DincludeScope=runtime", `-DoutputDirectory=${folder}`],
  ];
  const maven = spawn("mvn", args, { stdio: ["ignore", "pipe", "pipe"], timeout: downloadWithinMs });
  const said: string[] = [];
  for (const stream of [maven.stdout, maven.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => said.push(text));
  await once(maven, "close");
  if (maven.exitCode === 0) return;
  const why = said
    .join("")
    .split("\n")
    .find((line) => line.startsWith("[ERROR]"));
  throw new Error(`Maven could not download Kafka ${kafkaReleases[version]}: ${why ?? "it said nothing"}`);
};

const hashesOf = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const names = (await readdir(folder)).sort();
  const hashes = names.map(async (name) => {
    const bytes = await readFile(join(folder, name));
    return [name, createHash("sha256").update(bytes).digest("hex")] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
};

const readLock = async (): Promise<Lock> => {
  const lock: unknown = JSON.parse(await readFile(lockPath, "utf8"));
  return lock as Lock;
};

/** One phrase for each file that is missing, unknown or not what the lock says. */
export const differencesFromLock = async (
  version: KafkaVersion,
  folder: string,
): Promise<readonly string[]> => {
  const locked = (await readLock())[kafkaReleases[version]] ?? {};
  const found = await hashesOf(folder);
  const names = [...new Set([...Object.keys(locked), ...Object.keys(found)])];
  return names.flatMap((name) => {
    if (locked[name] === found[name]) return [];
    if (found[name] === undefined) return [`${name} is missing`];
    return [locked[name] === undefined ? `${name} is not in the lock` : `${name} is not what the lock says`];
  });
};

/** Downloads every release anew and writes the lock; for a person who changes a release. */
export const writeKafkaLock = async (progress: Progress): Promise<void> => {
  const lock: Record<string, Readonly<Record<string, string>>> = {};
  await mkdir(cacheFolder(), { recursive: true });
  for (const version of kafkaVersions) {
    const folder = await mkdtemp(join(cacheFolder(), "lock-"));
    await download(version, folder);
    lock[kafkaReleases[version]] = await hashesOf(folder);
    await rm(folder, { recursive: true, force: true });
    progress(`Kafka ${kafkaReleases[version]}: locked.`);
  }
  await writeFile(lockPath, `${JSON.stringify(lock, null, 2)}\n`);
  progress(`${lockPath}: ${(await stat(lockPath)).size} bytes.`);
};
