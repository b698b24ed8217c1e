import { kafkaClasspath, kafkaVersions, type Progress, writeKafkaLock } from "./kafka-jars.ts";
import { type DaemonName, daemonNames } from "./presence.ts";
import { bringUp, statusOf, takeDown } from "./standing.ts";

const usage = `Real brokers and databases on loopback ports, without Docker.

  up [NAME…]             starts them and returns once they answer (kafka and mosquitto, if none is named)
  down [NAME…] [--erase] ends them (all of them, if none is named); --erase removes their data too
  status                 says which of them run
  fetch                  downloads what Kafka needs, every release that is tested
  lock                   downloads it anew and writes what it is expected to be: kafka/lock.json

  NAME                   ${daemonNames.join(", ")}
`;

const say: Progress = (line) => void process.stdout.write(`${line}\n`);

const isDaemonName = (name: string): name is DaemonName => daemonNames.some((known) => known === name);

const namesIn = (args: readonly string[], otherwise: readonly DaemonName[]): readonly DaemonName[] => {
  const unknown = args.find((arg) => !isDaemonName(arg));
  if (unknown !== undefined) throw new Error(`There is no ${unknown}; there are ${daemonNames.join(", ")}.`);
  return args.length === 0 ? otherwise : args.filter(isDaemonName);
};

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  up: async (args) => {
    for (const name of namesIn(args, ["kafka", "mosquitto"])) await bringUp(name, say);
  },
  down: async (args) => {
    const names = namesIn(
      args.filter((arg) => arg !== "--erase"),
      daemonNames,
    );
    for (const name of names) await takeDown(name, args.includes("--erase"), say);
  },
  status: () => {
    for (const name of daemonNames) say(statusOf(name));
    return Promise.resolve();
  },
  fetch: async () => {
    for (const version of kafkaVersions) await kafkaClasspath(version, say);
    say("All that Kafka needs is in the cache.");
  },
  lock: () => writeKafkaLock(say),
};

const [verb = "", ...args] = process.argv.slice(2);
const command = commands[verb];
if (command === undefined) {
  process.stdout.write(usage);
  process.exitCode = verb === "" || verb === "--help" ? 0 : 2;
} else {
  try {
    await command(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
