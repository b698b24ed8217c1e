import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { KafkaProblem } from "../../src/adapters/kafka-link-slot.ts";
import { kafkaPartitionShare, type KafkaShareOptions } from "../../src/adapters/kafka-share.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import type { KafkaSettings } from "../../src/kafka-settings.ts";
import { type Kafka, startKafka } from "../services/kafka.ts";
import { isAbsent } from "../services/presence.ts";
import { openLog, settingsFor } from "./kafka-use.ts";
import { numbers } from "./log-use.ts";

interface Member {
  /** Every share so far, the newest last. */
  readonly shares: ReadonlySet<number>[];
  readonly problems: KafkaProblem[];
  readonly leave: () => Promise<void>;
}

const current = ({ shares }: Pick<Member, "shares">): ReadonlySet<number> => shares.at(-1) ?? new Set();
const groupId = "cores";
const quick = { groupId, sessionTimeoutInMs: 2_000, heartbeatInMs: 300 };
const isSlow = process.env["LANEWATCH_SLOW"] === "1";
const child = fileURLToPath(new URL("./kafka-share.child.ts", import.meta.url));
const all = numbers(12);
const within = { timeout: 15_000, interval: 5 };

const member = (settings: KafkaSettings, over: Partial<KafkaShareOptions> = {}): Member => {
  const shares: ReadonlySet<number>[] = [];
  const problems: KafkaProblem[] = [];
  const abort = new AbortController();
  const share = kafkaPartitionShare(settings, {
    ...quick,
    clock: systemClock,
    onProblem: (problem) => problems.push(problem),
    ...over,
  });
  const ended = (async () => {
    for await (const partitions of share.follow(abort.signal)) shares.push(partitions);
  })();
  const leave = async (): Promise<void> => {
    abort.abort();
    await ended;
  };
  return { shares, problems, leave };
};

const divided = (members: readonly Pick<Member, "shares">[]): readonly number[] =>
  members.flatMap((one) => [...current(one)]).sort((a, b) => a - b);
/** Everything once, nobody with two more than another. */
const isFair = (members: readonly Pick<Member, "shares">[]): boolean => {
  const sizes = members.map((one) => current(one).size);
  return divided(members).join() === all.join() && Math.max(...sizes) - Math.min(...sizes) <= 1;
};

describe.skipIf(isAbsent("kafka"))("the share of a core", () => {
  let kafka: Kafka;
  const members: Member[] = [];
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    kafka = await startKafka({ version: "4" });
  }, 120_000);
  afterEach(async () => {
    for (const one of children.splice(0)) one.kill("SIGKILL");
    await Promise.all(members.splice(0).map((one) => one.leave()));
  });
  afterAll(() => kafka.stop());

  const group = async (over: Partial<KafkaSettings> = {}) => {
    const settings = settingsFor({ brokers: kafka.brokers, partitionCount: 12, ...over });
    await (await openLog(settings)).log.close();
    const join = (options: Partial<KafkaShareOptions> = {}): Member => {
      const one = member(settings, options);
      members.push(one);
      return one;
    };
    const joinAsChild = (options: Partial<KafkaShareOptions> = {}) => {
      const args = [JSON.stringify(settings), JSON.stringify({ ...quick, ...options })];
      const process_ = spawn(process.execPath, ["--import", "tsx", child, ...args], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      children.push(process_);
      const shares: ReadonlySet<number>[] = [];
      createInterface(process_.stdout).on("line", (line) => {
        const parsed: unknown = JSON.parse(line);
        shares.push(new Set(Array.isArray(parsed) ? parsed.map(Number) : []));
      });
      const kill = async (): Promise<void> => {
        process_.kill("SIGKILL");
        await once(process_, "exit");
      };
      return { shares, kill };
    };
    return { settings, join, joinAsChild };
  };

  it("is everything for one, and is divided fairly as others come and go", async () => {
    const { join } = await group();
    const first = join();
    await expect.poll(() => isFair([first]), within).toBe(true);
    const second = join();
    await expect.poll(() => isFair([first, second]), within).toBe(true);
    const kept = current(first);
    const third = join();
    await expect.poll(() => isFair([first, second, third]), within).toBe(true);
    for (const partition of current(first)) expect(kept).toContain(partition);
    await second.leave();
    await expect.poll(() => isFair([first, third]), within).toBe(true);
    expect([first, third].flatMap(({ problems }) => problems)).toEqual([]);
  }, 60_000);

  it("is taken over at once from a member that leaves", async () => {
    const { join } = await group();
    const [first, second] = [join(), join()];
    await expect.poll(() => isFair([first, second]), within).toBe(true);
    const begun = performance.now();
    await second.leave();
    await expect.poll(() => isFair([first]), within).toBe(true);
    const tookInMs = performance.now() - begun;
    expect(tookInMs).toBeLessThan(quick.sessionTimeoutInMs);
    process.stderr.write(
      `taken over ${tookInMs.toFixed(0)} ms after a leave, heartbeats every ${quick.heartbeatInMs} ms\n`,
    );
  }, 60_000);

  it("is taken over when the session of a killed member ends", async () => {
    const { join, joinAsChild } = await group();
    const times = isSlow ? { sessionTimeoutInMs: 6_000, heartbeatInMs: 1_500 } : quick;
    const first = join(times);
    const killed = joinAsChild(times);
    await expect.poll(() => isFair([first, killed]), within).toBe(true);
    const begun = performance.now();
    await killed.kill();
    await expect.poll(() => isFair([first]), within).toBe(true);
    const tookInMs = performance.now() - begun;
    expect(tookInMs).toBeLessThan(times.sessionTimeoutInMs + times.heartbeatInMs + 1_500);
    process.stderr.write(
      `taken over ${tookInMs.toFixed(0)} ms after a kill, sessions of ${times.sessionTimeoutInMs} ms\n`,
    );
  }, 60_000);

  it("is given back at once to a killed member that has a name of its own", async () => {
    const { join, joinAsChild } = await group();
    const killed = joinAsChild({ instanceId: "core-1" });
    await expect.poll(() => isFair([killed]), within).toBe(true);
    await killed.kill();
    const begun = performance.now();
    const again = join({ instanceId: "core-1", sessionTimeoutInMs: 6_000 });
    await expect.poll(() => isFair([again]), within).toBe(true);
    const tookInMs = performance.now() - begun;
    expect(tookInMs).toBeLessThan(3_000);
    process.stderr.write(
      `given back ${tookInMs.toFixed(0)} ms after a kill and restart under the same name\n`,
    );
  }, 60_000);

  it("is nothing while the group cannot be reached, and comes back", async () => {
    const { proxy } = kafka.proxied;
    const { join } = await group({ brokers: kafka.proxied.brokers });
    const first = join();
    await expect.poll(() => isFair([first]), within).toBe(true);
    await proxy.setFaults({ isRefusing: true });
    proxy.cut();
    await expect.poll(() => current(first).size, within).toBe(0);
    await proxy.heal();
    await expect.poll(() => isFair([first]), within).toBe(true);
    expect(first.problems.map(({ level }) => level)).toEqual(["warn", "info"]);
  }, 60_000);

  it("is lost to whoever takes the same name", async () => {
    const { join } = await group();
    const first = join({ instanceId: "core-1" });
    await expect.poll(() => isFair([first]), within).toBe(true);
    const second = join({ instanceId: "core-1" });
    await expect.poll(() => isFair([first, second]), within).toBe(true);
    expect(first.shares.some((share) => share.size === 0)).toBe(true);
  }, 60_000);
});
