import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadScenario } from "../simulators/scenario.ts";
import { parseConfig } from "../src/config.ts";
import { alarmKinds } from "../src/domain/alarms.ts";
import { dispositionIds } from "../src/domain/dispositions.ts";
import { type Problem, ProblemsError } from "../src/domain/errors.ts";
import { cheapHash } from "./officers.ts";

const repository = join(import.meta.dirname, "..");
const read = (name: string): string => readFileSync(join(repository, "config", name), "utf8");

const problemsIn = (text: string): readonly Problem[] => {
  try {
    parseConfig(text, "site.yaml");
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
};
/** `line path`, and the message where it is asked for. */
const placesIn = (text: string): readonly string[] =>
  problemsIn(text).map(({ line, path }) => `${line ?? "-"} ${path}`);

const lane = "{ id: north-1, source: { kind: tcp, host: portal, port: 1600 } }";
const site = (lanes: string, rest = ""): string => `site: { name: Here }\n${rest}lanes:\n${lanes}\n`;

it("the demonstration loads, its lanes where its simulated portals are", () => {
  const demo = parseConfig(read("demo.yaml"), "demo.yaml");
  expect(demo.simulation).toEqual({ scenario: "../simulators/scenarios/demo.yaml" });
  expect(demo.lanes).toHaveLength(6);
  expect(demo.lanes.map(({ source }) => (source.kind === "tcp" ? source.port : 0))).toEqual([
    1600, 1601, 1602, 1603, 1604, 1605,
  ]);
});

it("the site that runs apart loads, its topics those that are simulated", async () => {
  const config = parseConfig(read("apart.site.yaml"), "apart.site.yaml");
  const scenario = await loadScenario(join(repository, "simulators", "scenarios", "mqtt.yaml"));
  expect(
    config.lanes.map(({ source }) => (source.kind === "mqtt" ? [source.url, source.topic] : [])),
  ).toEqual(
    scenario.lanes.map(({ transport }) =>
      transport.kind === "mqtt" ? [transport.url, transport.topic] : [],
    ),
  );
});

describe("a small site", () => {
  it("has defaults for everything else", () => {
    expect(parseConfig(site(`  - ${lane}`), "site.yaml")).toEqual({
      site: { name: "Here", timeZone: "UTC" },
      latencyBudgets: {
        "captured-to-logged": 250,
        "logged-to-decided": 250,
        "decided-to-delivered": 250,
        "delivered-to-shown": 500,
        total: 1_000,
      },
      series: { from: "local", fullInHours: 24, secondsInHours: 72, minutesInDays: 365 },
      sink: null,
      metrics: null,
      console: {
        host: "127.0.0.1",
        port: 8080,
        hosts: [],
        tls: null,
        behindTls: false,
        demo: false,
        session: { limitInMs: 43_200_000, idleLimitInMs: 43_200_000 },
        claimLeaseInMs: 90_000,
      },
      users: [],
      usersFile: null,
      guidance: {},
      map: null,
      log: { directory: "data", partitionCount: 4 },
      kafka: null,
      core: { share: "group", groupId: "lanewatch-core", sessionTimeoutInMs: 6000 },
      spool: null,
      signals: null,
      simulation: null,
      lanes: [
        {
          laneId: "north-1",
          name: "north-1",
          source: { kind: "tcp", host: "portal", port: 1600, connectTimeoutInMs: 5000 },
          driver: { kind: "rapiscan-line", settings: { maxSpeedKph: 60 } },
          settings: {
            preset: "vendor-compatible",
            grossCount: { nSigma: 4, groups: ["sum", "vertical"], windowIntervals: 5 },
            rules: new Map<string, unknown>([
              [
                "neutron-sprt",
                {
                  lnA: 9.5043764,
                  lnB: -0.99599343,
                  maxSeconds: 3,
                  alternativeSeconds: 5,
                  alternativeSigma: 4.97,
                  backgroundSeconds: 120,
                  truncationAllowanceCps: 0,
                },
              ],
              ["window-ratio", { rise: 0.19, windowIntervals: 15, hardCountsMin: 100 }],
            ]),
            occupancy: { resumeWithinInMs: 10_000, limitInMs: 300_000 },
            health: { silentAfterInMs: 12_000, undecodablePerMinute: 10 },
            panels: { zeroAfterIntervals: 5, stuckAfterIntervals: 10 },
            backgroundShift: { portalAverageInSeconds: 18, records: 12, nSigma: 4, exceedances: 2 },
            throwThrough: null,
            withhold: null,
            clockSkew: { limitInMs: 2000 },
          },
        },
      ],
    });
  });

  it("may share blocks between many lanes", () => {
    const lanes = Array.from(
      { length: 300 },
      (_, index) =>
        `  - { id: l-${index}, source: { kind: tcp, host: h, port: ${index + 1} }, grossCount: *rule }`,
    );
    const first =
      "  - { id: first, source: { kind: tcp, host: h, port: 1000 }, grossCount: &rule { nSigma: 5 } }";
    const { lanes: read300 } = parseConfig(site([first, ...lanes].join("\n")), "site.yaml");
    expect(new Set(read300.map(({ settings }) => settings.grossCount.nSigma))).toEqual(new Set([5]));
  });
});

describe("problems", () => {
  it("come all at once, each with its path and line, in the order of the file", () => {
    const text = [
      "site: { timeZone: Mars/Olympus }", // 1
      "console: { host: 0.0.0.0, port: 70000 }", // 2
      "colour: red", // 3
      "lanes:", // 4
      "  - id: North 1", // 5
      "    source: { kind: tcp, host: portal }", // 6
      "    driver: { kind: bell }", // 7
      "  - id: b", // 8
      "    source: { kind: telegraph }", // 9
      "    grossCount:", // 10
      "      nSigma: 0", // 11
      "      groups: [sum, left]", // 12
      "    driver: { kind: rapiscan-line, maxSpeedKph: -1, gears: 5 }", // 13
      "  - id: b", // 14
    ].join("\n");
    expect(placesIn(text)).toEqual([
      "1 site.name",
      "1 site.timeZone",
      "2 console.port",
      "2 console.host",
      "2 console.host",
      "2 console.hosts",
      "3 colour",
      "5 lanes[0].id",
      "6 lanes[0].source.port",
      "7 lanes[0].driver.kind",
      "9 lanes[1].source.kind",
      "11 lanes[1].grossCount.nSigma",
      "12 lanes[1].grossCount.groups[1]",
      "13 lanes[1].driver.maxSpeedKph",
      "13 lanes[1].driver.gears",
      "14 lanes[2].source",
      "14 lanes[2].id",
    ]);
  });

  it.each<[string, string, Problem]>([
    [
      "an unknown driver",
      site("  - { id: a, source: { kind: file, path: a }, driver: { kind: bell } }"),
      {
        path: "lanes[0].driver.kind",
        message: "There is no driver bell; there is rapiscan-line, json-mqtt.",
        line: 3,
      },
    ],
    [
      "an unknown option",
      site(`  - ${lane}`, "colour: red\n"),
      { path: "colour", message: "There is no such option.", line: 2 },
    ],
    [
      "a missing option",
      site("  - { id: a }"),
      { path: "lanes[0].source", message: "Missing: object expected.", line: 3 },
    ],
    [
      "an unknown kind of source",
      site("  - { id: a, source: { kind: telegraph } }"),
      { path: "lanes[0].source.kind", message: "one of tcp, serial, mqtt, file", line: 3 },
    ],
    [
      "a source without its kind",
      site("  - { id: a, source: { port: 1600 } }"),
      { path: "lanes[0].source.kind", message: "one of tcp, serial, mqtt, file", line: 3 },
    ],
    [
      "no lanes",
      "site: { name: Here }\nlanes: []\n",
      { path: "lanes", message: "at least one lane", line: 2 },
    ],
    [
      "a lane that is nothing",
      site("  -"),
      { path: "lanes[0]", message: "Invalid input: expected object, received null", line: 3 },
    ],
    [
      "guidance on what there is not",
      site(`  - ${lane}`, "guidance: { rain: Wait. }\n"),
      {
        path: "guidance.rain",
        message: `one of ${[...Object.keys(alarmKinds), ...dispositionIds].join(", ")}`,
        line: 2,
      },
    ],
    [
      "a lane on the map that the site has not",
      site(`  - ${lane}`, "map: { lanes: { south-9: { x: 0, y: 1 } } }\n"),
      { path: "map.lanes.south-9", message: "There is no lane south-9.", line: 2 },
    ],
    [
      "an unknown preset",
      site("  - { id: a, source: { kind: file, path: a }, preset: shy }"),
      {
        path: "lanes[0].preset",
        message: 'Invalid option: expected one of "vendor-compatible"|"sensitive"|"norm-discriminating"',
        line: 3,
      },
    ],
    [
      "an unknown rule",
      site("  - { id: a, source: { kind: file, path: a }, rules: { hunch: {} } }"),
      { path: "lanes[0].rules.hunch", message: "There is no such option.", line: 3 },
    ],
    [
      "an unknown setting of a rule",
      site("  - { id: a, source: { kind: file, path: a }, rules: { cusum: { mood: 3 } } }"),
      { path: "lanes[0].rules.cusum.mood", message: "There is no such option.", line: 3 },
    ],
    [
      "a rule's settings that do not go together",
      site("  - { id: a, source: { kind: file, path: a }, rules: { two-window: { lowWindows: [1, 3] } } }"),
      { path: "lanes[0].rules.two-window.highWindows", message: "each energy window once", line: 3 },
    ],
    [
      "the same group twice",
      site("  - { id: a, source: { kind: file, path: a }, grossCount: { groups: [sum, sum] } }"),
      { path: "lanes[0].grossCount.groups", message: "each group once", line: 3 },
    ],
  ])("of %s", (_, text, problem) => expect(problemsIn(text)).toEqual([problem]));

  it.each<[string, readonly string[], Problem]>([
    [
      "a CUSUM that background alone trips",
      ["rules:", "  cusum:", "    reference: 0.5", "    limit: 3"],
      {
        path: "lanes[0].rules.cusum.limit",
        message: "With reference 0.5 background alone alarms every 119 intervals.",
        line: 8,
      },
    ],
    [
      "a template longer than an occupancy",
      ["occupancy: { limitInMs: 20000 }", "rules:", "  matched-filter: { speedsInKph: [1] }"],
      {
        path: "lanes[0].rules.matched-filter.speedsInKph",
        message: "1 km/h needs 35 s, and occupancies end at 20 s.",
        line: 7,
      },
    ],
    [
      "withholding what this portal cannot tell apart",
      [
        "driver:",
        "  kind: json-mqtt",
        "  kinds: { energy-window-interval: null, energy-window-background: null }",
        "withhold:",
        "  classes: [norm-like]",
      ],
      {
        path: "lanes[0].withhold.classes",
        message: "Without counts in energy windows nobody can tell NORM or a medical isotope from a source.",
        line: 9,
      },
    ],
    [
      "two averaging times of one portal",
      ["throwThrough:", "  portalAverageInSeconds: 20"],
      {
        path: "lanes[0].throwThrough.portalAverageInSeconds",
        message: "The portal has one averaging time, and backgroundShift says 18 s.",
        line: 6,
      },
    ],
    [
      "an energy rule for a portal without energy windows",
      [
        "driver:",
        "  kind: json-mqtt",
        "  kinds: { energy-window-interval: null, energy-window-background: null }",
        "rules:",
        "  two-window: {}",
      ],
      {
        path: "lanes[0].rules.two-window",
        message: "This lane's portal sends no counts in energy windows.",
        line: 9,
      },
    ],
  ])("of %s: each is good by itself, and they do not go together", (_, options, problem) => {
    const text = [
      "  - id: a",
      "    source: { kind: file, path: a }",
      ...options.map((line) => `    ${line}`),
    ].join("\n");
    expect(problemsIn(site(text))).toEqual([problem]);
  });

  it("of conflicts are told together with those of the other lanes", () => {
    const conflict = "rules: { cusum: { limit: 1 } }";
    const text = site(
      `  - { id: a, source: { kind: file, path: a }, ${conflict} }\n  - { id: a, source: { kind: file, path: b }, ${conflict} }`,
    );
    expect(placesIn(text)).toEqual([
      "3 lanes[0].rules.cusum.limit",
      "4 lanes[1].rules.cusum.limit",
      "4 lanes[1].id",
    ]);
  });

  const ada = `{ name: Ada, role: officer, passphrase: "${cheapHash("x")}" }`;
  const users = `users: [${ada}]\n`;
  const reachable = "host: 0.0.0.0, hosts: [console.example.org]";

  it("of users come all at once: names, roles, hashes, and names that are one", () => {
    const hash = cheapHash("x");
    const text = [
      "users:", // 2
      `  - { name: Ada, role: officer, passphrase: "${hash}" }`, // 3
      "  - { name: aDA, role: king, passphrase: secret }", // 4
      `  - { name: " ", role: engineer, passphrase: "${hash}", mood: good }`, // 5
      '  - { name: Ben, role: supervisor, passphrase: "scrypt:2:8:1:AA:BB" }\n', // 6
    ].join("\n");
    expect(placesIn(site(`  - ${lane}`, text))).toEqual([
      "4 users[1].role",
      "4 users[1].passphrase",
      "4 users[1].name",
      "5 users[2].name",
      "5 users[2].mood",
      "6 users[3].passphrase",
    ]);
    expect(JSON.stringify(problemsIn(site(`  - ${lane}`, text)))).not.toContain("secret");
  });

  it.each<[string, string, readonly string[]]>([
    ["nobody could sign in", `console: { ${reachable}, behindTls: true }\n`, ["console.host"]],
    ["there is no TLS", `console: { ${reachable} }\n${users}`, ["console.host"]],
    ["its names are not known", `console: { host: "::", behindTls: true }\n${users}`, ["console.hosts"]],
    [
      "all of it is missing",
      "console: { host: 192.0.2.1 }\n",
      ["console.host", "console.host", "console.hosts"],
    ],
    [
      "two end TLS",
      `console: { ${reachable}, behindTls: true, tls: { certFile: a, keyFile: b } }\n${users}`,
      ["console.behindTls"],
    ],
    [
      "the demonstration's accounts would be everybody's",
      `console: { ${reachable}, behindTls: true, demo: true }\nusersFile: users.yaml\n`,
      ["console.demo", "console.demo"],
    ],
    ["a proxy would show the demonstration", "console: { behindTls: true, demo: true }\n", ["console.demo"]],
    ["the demonstration would be a real site's", `console: { demo: true }\n${users}`, ["console.demo"]],
  ])("of a console where %s", (_, text, paths) => {
    expect(problemsIn(site(`  - ${lane}`, text)).map(({ path }) => path)).toEqual(paths);
  });

  it.each([
    ["behind a proxy", `console: { ${reachable}, behindTls: true }\n${users}`],
    [
      "with a certificate",
      `console: { ${reachable}, tls: { certFile: a, keyFile: b } }\nusersFile: users.yaml\n`,
    ],
    ["on loopback, with nobody yet", "console: { host: localhost }\n"],
    ["on loopback, as a demonstration", 'console: { host: "::1", demo: true }\n'],
  ])("are none of a console %s", (_, text) => expect(problemsIn(site(`  - ${lane}`, text))).toEqual([]));

  it("of a core's name that is none", () =>
    expect(placesIn(site(`  - ${lane}`, "core: { instanceId: a b }\n"))).toEqual(["2 core.instanceId"]));

  it.each<[string, string, readonly string[]]>([
    [
      "an id",
      "  - { id: a, source: { kind: file, path: a } }\n  - { id: a, source: { kind: file, path: b } }",
      ["The lane id a is used already at lanes[0].id."],
    ],
    [
      "a port",
      "  - { id: a, source: { kind: tcp, host: h, port: 1 } }\n  - { id: b, source: { kind: tcp, host: h, port: 1, idleTimeoutInMs: 1000 } }",
      ["The source tcp h:1 is used already at lanes[0].source."],
    ],
    [
      "an MQTT client id",
      "  - { id: a, source: { kind: mqtt, url: mqtt://b, topic: t, clientId: c } }\n  - { id: b, source: { kind: mqtt, url: mqtt://b, topic: u, clientId: c } }",
      ["The MQTT client id c is used already at lanes[0].source.clientId."],
    ],
  ])("of two lanes that share %s", (_, lanes, messages) => {
    expect(problemsIn(site(lanes)).map(({ message, line }) => [message, line])).toEqual(
      messages.map((message) => [message, 4]),
    );
  });

  it.each<[string, string]>([
    ["an empty file", ""],
    ["a file of comments", "# nothing\n\n# here\n"],
    ["an empty document", "---\n"],
  ])("of %s: it says nothing", (_, text) => {
    expect(problemsIn(text)).toEqual([{ path: "", message: "The file says nothing." }]);
  });

  it.each<[string, string, number]>([
    ["a bracket that is not closed", "site: { name: a }\nlanes: [", 2],
    ["a key twice", "site: { name: a }\nsite: { name: b }\n", 2],
    ["two documents", "site: { name: a }\n---\nlanes: []\n", 2],
    ["a tab for blanks", "site:\n\tname: a\n", 2],
    ["an alias without its anchor", "site: { name: a }\nlanes: *none\n", 2],
  ])("of %s: it is not YAML", (_, text, line) => {
    const [problem] = problemsIn(text);
    expect(problem).toMatchObject({ path: "", line });
    expect(problem?.message).toMatch(/^Not YAML: /);
  });

  it("of aliases that unfold without end is one, and takes no time", () => {
    const levels = Array.from("bcdefghijklm");
    const bomb = levels
      .map((name, index) => `${name}: &${name} [${`*${["a", ...levels][index] ?? "a"},`.repeat(9)}]`)
      .join("\n");
    const [problem, ...others] = problemsIn(`a: &a [x]\n${bomb}\n`);
    expect(problem?.message).toMatch(/^Not YAML: /);
    expect(others).toEqual([]);
  });

  it.each<[string, string]>([
    ["text", "hello"],
    ["a list", "[1, 2]"],
    ["bytes", "\u0000\u0001\u0002"],
  ])("of a file that is %s: one, of the whole", (_, text) => {
    expect(problemsIn(text)).toMatchObject([{ path: "" }]);
  });

  it("are counted in the error, with the name of the file", () => {
    expect(() => parseConfig(site("  - { id: A }"), "site.yaml")).toThrow("site.yaml has 2 problems");
    expect(() => parseConfig("", "site.yaml")).toThrow("site.yaml has 1 problem");
  });
});
