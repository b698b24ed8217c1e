import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AlarmRow } from "../../src/wire/console.ts";
import { administer } from "../adapters/kafka-use.ts";
import { type Kafka, startKafka } from "../services/kafka.ts";
import { isAbsent } from "../services/presence.ts";
import { usersLine } from "../officers.ts";
import { joinConsole } from "./officer.ts";
import { eventually, freePort, runProgram, startProgram, temporaryFolder, writeIn } from "./program.ts";

/** The commands as a user meets them: what they print, how they end, and that no stack trace is ever seen. */
let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true }));

const stackTrace = /^\s+at .+:\d+:\d+/m;

/** A site of one lane, with a log of its own. */
const writeSite = (name: string, source: string, port = 0): Promise<string> =>
  writeIn(
    folder,
    `${name}.yaml`,
    `site: {name: Test}
console: {port: ${port}}
${usersLine}
log: {directory: ${name}-log}
lanes:
  - {id: lane-1, source: ${source}}
`,
  );

describe("one clear sentence and a non-zero exit", () => {
  test("for a busy port", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const config = await writeSite("busy", "{kind: tcp, host: 127.0.0.1, port: 1}", port);
    const { code, stderr } = await runProgram(["up", "--config", config]);
    server.close();
    expect(code).toBe(3);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain(String(port));
  });

  test("for a missing serial device", async () => {
    const config = await writeSite("serial", "{kind: serial, path: /dev/no-such-port}");
    const { code, stderr } = await runProgram(["up", "--config", config]);
    expect(code).toBe(3);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain("/dev/no-such-port");
  });

  test("for a configuration that cannot be read", async () => {
    const { code, stderr } = await runProgram(["up", "--config", `${folder}/none.yaml`]);
    expect(code).toBe(2);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("for a second program on the same log", async () => {
    const config = await writeSite("locked", "{kind: tcp, host: 127.0.0.1, port: 1}");
    const first = startProgram(["up", "--config", config]);
    await first.said(/is up/);
    const second = await runProgram(["up", "--config", config]);
    expect(second.code).toBe(3);
    expect(second.stderr.trim().split("\n")).toHaveLength(1);
    expect((await first.kill("SIGTERM")).code).toBe(0);
  });

  test.each([
    ["a folder", () => folder],
    ["a missing file", () => `${folder}/none.csv`],
  ])("for a recording that is %s", async (_, path) => {
    const { code, stdout, stderr } = await runProgram(["replay", path()]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).not.toMatch(stackTrace);
  });
});

describe("check", () => {
  const siteWith = (name: string, rest: string): Promise<string> =>
    writeIn(
      folder,
      `${name}.yaml`,
      `site: {name: Test}
lanes:
  - {id: lane-1, source: {kind: tcp, host: 127.0.0.1, port: 1}}
  - {id: lane-2, source: {kind: file, path: x}, preset: sensitive, rules: {cusum: null}, withhold: {classes: [norm-like]}}
${rest}
`,
    );

  test("reports every problem at once and exits 1", async () => {
    const config = await writeIn(
      folder,
      "bad.yaml",
      "site: {name: ''}\nlanes:\n  - {id: A, source: {kind: tcp}}\n",
    );
    const { code, stderr } = await runProgram(["check", "--config", config]);
    expect(code).toBe(1);
    for (const path of ["site.name", "lanes[0].id", "lanes[0].source.host", "lanes[0].source.port"]) {
      expect(stderr).toContain(path);
    }
  });

  test("says of each lane its preset, how many rules are on, what it withholds, and its gross count", async () => {
    const { code, stdout, stderr } = await runProgram(["check", "--config", await siteWith("two", "")]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("two.yaml is good: Test, 2 lanes.");
    const row = (lane: string): string => stdout.split("\n").find((line) => line.startsWith(lane)) ?? "";
    expect(row("lane-1")).toMatch(/ vendor-compatible +3 +nothing +N = 4 over 5 intervals: sum, vertical$/);
    expect(row("lane-2")).toMatch(
      / sensitive +7 +norm-like +N = 4 over 5 intervals: sum, vertical, horizontal, single$/,
    );
    expect(stdout).not.toContain("Kafka");
  });

  test("refuses settings that contradict each other, with path, line and reason", async () => {
    const config = await writeIn(
      folder,
      "conflict.yaml",
      "site: {name: Test}\nlanes:\n  - id: a\n    source: {kind: file, path: x}\n    rules:\n      cusum: {limit: 3}\n",
    );
    const { code, stdout, stderr } = await runProgram(["check", "--config", config]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(
      "lanes[0].rules.cusum.limit (line 6): With reference 0.5 background alone alarms every 119 intervals.",
    );
  });

  test("says that a broker is not there and exits 4, unless it is not to look", async () => {
    const broker = `127.0.0.1:${await freePort()}`;
    const config = await siteWith("no-broker", `kafka: {brokers: ["${broker}"], openTimeoutInMs: 1000}`);
    const looked = await runProgram(["check", "--config", config]);
    expect(looked.code).toBe(4);
    expect(looked.stdout).toMatch(/lane-1/);
    expect(looked.stdout).toMatch(
      new RegExp(`^NOT OK +Kafka at ${broker} +the connection was refused$`, "m"),
    );
    expect(looked.stderr).toBe("lanewatch: Kafka is not as it must be: 1 of 1 findings.\n");
    const offline = await runProgram(["check", "--config", config, "--offline"]);
    expect({ code: offline.code, stderr: offline.stderr }).toEqual({ code: 0, stderr: "" });
    expect(offline.stdout).toContain("Kafka was not looked at (--offline).");
  });

  describe.skipIf(isAbsent("kafka"))("of a real broker", () => {
    let kafka: Kafka;
    beforeAll(async () => {
      kafka = await startKafka();
    }, 120_000);
    afterAll(() => kafka.stop());

    const kafkaText = (password: string): string => {
      const { brokers, username } = kafka.scram;
      const sasl = `{mechanism: scram-sha-512, username: ${username}, password: ${password}}`;
      return `kafka: {brokers: ["${brokers[0] ?? ""}"], topicPrefix: checked., sasl: ${sasl}}`;
    };

    test("finds all well before and after its topics are made", async () => {
      const config = await siteWith("broker", kafkaText(kafka.scram.password));
      const before = await runProgram(["check", "--config", config]);
      expect({ code: before.code, stderr: before.stderr }).toEqual({ code: 0, stderr: "" });
      expect(before.stdout).toMatch(/^ok +Kafka at .+ signed in as lanewatch by scram-sha-512$/m);
      expect(before.stdout).toMatch(/^ok +topic checked\.lanewatch\.frames\.v1 +not there yet/m);
      const core = startProgram(["core", "--config", config]);
      await core.said(/The core judges/);
      await core.kill("SIGTERM");
      const after = await runProgram(["check", "--config", config]);
      expect(after.code).toBe(0);
      expect(after.stdout).toMatch(/^ok +topic checked\.lanewatch\.frames\.v1 +12 partitions, 1 copy/m);
      expect(after.stdout).not.toContain("not there yet");
    });

    test("finds a topic of another form, and exits 4", async () => {
      const topics = [{ topic: "checked-odd.lanewatch.frames.v1", numPartitions: 3 }];
      await administer(kafka.brokers, (admin) => admin.createTopics({ topics, waitForLeaders: false }));
      const text = kafkaText(kafka.scram.password).replace("checked.", "checked-odd.");
      const config = await siteWith("odd", text);
      // The broker has the topic a moment after it has said so.
      const { stdout } = await eventually("the odd topic is found", async () => {
        const ended = await runProgram(["check", "--config", config]);
        return ended.code === 4 ? ended : undefined;
      });
      expect(stdout).toMatch(/^NOT OK +topic \S+frames\.v1 +it has 3 partitions, and the settings say 12/m);
      expect(stdout).toMatch(/^ok +Kafka copies/m);
    });

    test("finds a wrong password, and shows none", async () => {
      const config = await siteWith("password", kafkaText("not-the-password"));
      const { code, stdout, stderr } = await runProgram(["check", "--config", config]);
      expect(code).toBe(4);
      expect(stdout).toMatch(/^NOT OK +Kafka at /m);
      expect(stdout + stderr).not.toContain("not-the-password");
    });
  });
});

describe("SIGINT and SIGTERM end every role cleanly", () => {
  const scenario = fileURLToPath(new URL("../../simulators/scenarios/one-source.yaml", import.meta.url));

  test.each(["SIGINT", "SIGTERM"] as const)("up with %s", async (signal) => {
    const config = await writeSite(signal, "{kind: tcp, host: 127.0.0.1, port: 1}");
    const program = startProgram(["up", "--config", config]);
    await program.said(/is up/);
    const ended = await program.kill(signal);
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(ended.stderr).not.toMatch(stackTrace);
  });

  test("simulate, and its busy port", async () => {
    const program = startProgram(["simulate", "--scenario", scenario]);
    await program.said(/lane-1 {2}tcp/);
    const second = await runProgram(["simulate", "--scenario", scenario]);
    expect(second.code).toBe(3);
    expect(second.stderr.trim().split("\n")).toHaveLength(1);
    expect(await program.kill("SIGTERM")).toMatchObject({ code: 0, stderr: "" });
  });

  test("replay --serve", async () => {
    const recording = await writeIn(folder, "serve.csv", "GB,000391,000384,000423,000429\r\n");
    const program = startProgram(["replay", "--serve", "tcp:0", recording]);
    await program.said(/tcp 127/);
    expect(await program.kill("SIGINT")).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("replay", () => {
  const norm = fileURLToPath(new URL("../../../shared/data/rapiscan/S2-C3-NORM2-part1.csv", import.meta.url));
  const none = fileURLToPath(new URL("../../../shared/data/rapiscan/S2-C0-NONE-part1.csv", import.meta.url));
  const withRecordings = test.skipIf(!existsSync(norm));

  const figure = (report: string, name: string): number =>
    Number(new RegExp(`^${name} +([\\d,]+)`, "m").exec(report)?.[1]?.replace(",", ""));

  withRecordings(
    "agrees with every flag of the recordings, also when the flag is taken out beforehand",
    async () => {
      const judging = ["--n-sigma", "4", "--groups", "sum,vertical"];
      const { stdout, code } = await runProgram(["replay", norm, ...judging]);
      expect(code).toBe(0);
      const figures = ["occupancies", "gamma alarms", "intervals", "flagged", "agree", "false", "missed"];
      expect(figures.map((name) => figure(stdout, name))).toEqual([12, 12, 719, 327, 327, 0, 0]);
      const clean = await runProgram(["replay", none, ...judging]);
      expect(figures.map((name) => figure(clean.stdout, name))).toEqual([12, 0, 730, 0, 0, 0, 0]);

      const unflagged = (await readFile(norm, "latin1")).replaceAll(/^GA/gm, "GS");
      const path = await writeIn(folder, "unflagged.csv", Buffer.from(unflagged, "latin1"));
      const blind = await runProgram(["replay", path, ...judging]);
      expect(figures.map((name) => figure(blind.stdout, name))).toEqual([12, 12, 719, 0, 0, 327, 0]);
    },
  );

  withRecordings("writes one JSON line an interval and nothing else to standard output", async () => {
    const { stdout } = await runProgram(["replay", norm, "--intervals", "-"]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(719);
    expect(lines[0]).toMatchObject({ occupancy: 0, interval: 0, alarm: false, portalFlag: false, z: null });
    expect(lines.at(-1)).toMatchObject({ occupancy: 11, interval: 61 });
  });

  withRecordings("says what every enabled rule said, and what neutron rules said each second", async () => {
    const ruleLines = z.array(
      z.object({
        rules: z.record(
          z.string(),
          z.object({
            alarm: z.boolean(),
            statistic: z.number().nullable(),
            threshold: z.number().nullable(),
          }),
        ),
      }),
    );
    const jsonLines = (text: string): unknown[] =>
      text
        .trimEnd()
        .split("\n")
        .map((line): unknown => JSON.parse(line));
    const intervals = ruleLines.parse(
      jsonLines((await runProgram(["replay", norm, "--intervals", "-"])).stdout),
    );
    for (const { rules } of intervals.slice(5, 59)) {
      expect(Object.keys(rules).toSorted()).toEqual(["gross-count", "neutron-sprt", "window-ratio"]);
    }
    const ratios = intervals.flatMap(({ rules }) => rules["window-ratio"] ?? []);
    expect(ratios.filter(({ alarm }) => alarm)).toHaveLength(328);
    for (const { alarm, statistic, threshold } of ratios) {
      expect(alarm).toBe(statistic !== null && threshold !== null && statistic > threshold);
    }
    const seconds = jsonLines((await runProgram(["replay", norm, "--neutron-seconds", "-"])).stdout);
    expect(seconds).toHaveLength(139);
    expect(seconds[0]).toMatchObject({ occupancy: 0, second: 0, counts: 5, alarm: false });
  });

  withRecordings("--against says what another set of rules would change", async () => {
    const same = await runProgram(["replay", norm, "--against", "vendor-compatible"]);
    expect(same.stdout).toContain("occupancies judged differently: 0");
    const other = await runProgram(["replay", norm, "--against", "norm-discriminating"]);
    expect(other.stdout).toContain("occupancies with alarms: A 12, B 0, of 12");
    expect(other.stdout).toContain("(withheld: energy, gamma)");
    const none = await runProgram(["replay", norm, "--against", `${folder}/none.yaml`]);
    expect(none.code).toBe(2);
    const dangling = await writeIn(folder, "dangling.yaml", "preset: *nowhere\n");
    const undefinedAlias = await runProgram(["replay", norm, "--against", dangling]);
    expect(undefinedAlias.code).toBe(1);
    expect(undefinedAlias.stderr).toContain("dangling.yaml has 1 problem");
  });

  test("counts the damage and goes on after it", async () => {
    const background = "GB,000400,000400,000400,000400\r\n";
    const interval = "GS,000080,000080,000080,000080\r\n";
    const whole = background + interval.repeat(6) + "GX,000001,006400,000000,000000\r\n";
    const damaged = await writeIn(
      folder,
      "damaged.csv",
      `${whole}\x00\xff\xfenoise\r\nGS,00x080,1\r\n${whole}GS,0000`,
    );
    const { code, stdout, stderr } = await runProgram(["replay", damaged]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(figure(stdout, "occupancies")).toBe(2);
    expect(figure(stdout, "intervals")).toBe(12);
    expect(stdout).toContain("3 bad lines");
  });

  test("of an empty file says that there is nothing in it", async () => {
    const { code, stdout } = await runProgram(["replay", await writeIn(folder, "empty.csv", "")]);
    expect(code).toBe(0);
    expect(figure(stdout, "occupancies")).toBe(0);
  });

  withRecordings("--serve plays the recording out byte for byte, without the recorder's times", async () => {
    const port = await freePort();
    const program = startProgram(["replay", "--serve", `tcp:${port}`, "--speed", "max", norm]);
    await program.said(/tcp 127/);
    const received: Buffer[] = [];
    const socket = connect(port, "127.0.0.1").on("data", (bytes: Buffer) => received.push(bytes));
    await once(socket, "close");
    expect((await program.ended).code).toBe(0);
    const expected = (await readFile(norm, "latin1")).replaceAll(
      /,\d{4}-\d\d-\d\d [\d:.]+ -\d\d(?=\r\n)/g,
      "",
    );
    expect(Buffer.concat(received).toString("latin1")).toBe(expected);
  });

  withRecordings.each([
    [
      "TCP",
      "tcp:0",
      /tcp 127\.0\.0\.1:(\d+)/,
      (port: string) => `{kind: tcp, host: 127.0.0.1, port: ${port}}`,
    ],
    ["a serial line", "pty", /serial (\S+)/, (path: string) => `{kind: serial, path: ${path}}`],
  ])(
    "--serve puts a recording in front of a live lane over %s, which raises the same alarms",
    async (...row) => {
      const [, target, endpoint, source] = row;
      const played = startProgram(["replay", "--serve", target, "--speed", "max", norm]);
      const [, place] = await played.said(endpoint);
      const config = await writeSite(target.slice(0, 3), source(place ?? ""));
      const site = startProgram(["up", "--config", config]);
      const [, url] = await site.said(/is up: (\S+)/);
      const officer = await joinConsole(url ?? "");
      const ended = (): readonly AlarmRow[] =>
        [...officer.alarms.values()].filter((alarm) => alarm.kind === "gamma" && !alarm.active);
      await eventually("12 gamma alarms", () => (ended().length >= 12 ? true : undefined), 30_000);
      expect(await played.ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended()).toHaveLength(12);
      officer.leave();
      await site.kill("SIGTERM");
    },
  );
});

describe("study", () => {
  test("gives the same table for one worker and for two, and writes its report", async () => {
    const study = await writeIn(
      folder,
      "study.yaml",
      `title: Small
about: A study for a test.
seed: small
vehicles:
  simulated: { count: 60 }
injectInto: 30
repetitions: 1
sources:
  - { source: Cs-137, excessCps: [300, 900] }
rules:
  - rule: gross-count
    sweep: { parameter: nSigma, values: [3, 5] }
nuisancesPerThousandMax: 500
`,
    );
    const one = await runProgram(["study", study, "--workers", "1"]);
    const two = await runProgram(["study", study, "--workers", "2", "--out", `${folder}/study`]);
    expect(one.code).toBe(0);
    expect(one.stdout).toContain("gross-count");
    expect(two.stdout.split("\n").filter((line) => line.includes("gross-count"))).toEqual(
      one.stdout.split("\n").filter((line) => line.includes("gross-count")),
    );
    for (const file of ["report.html", "results.json", "results.csv"]) {
      expect(existsSync(`${folder}/study/${file}`), file).toBe(true);
    }
  });

  test("without a study file or recordings is one clear sentence", async () => {
    const { code, stderr } = await runProgram(["study"]);
    expect(code).toBe(2);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
