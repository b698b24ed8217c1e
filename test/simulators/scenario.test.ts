import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  loadScenario,
  parseScenario,
  ScenarioError,
  type ScenarioProblem,
} from "../../simulators/scenario.ts";

const folder = new URL("../../simulators/scenarios/", import.meta.url);
const files = readdirSync(folder);

function problemsOf(input: unknown): readonly ScenarioProblem[] {
  try {
    parseScenario(input);
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
  return [];
}

describe("scenarios", () => {
  it("fill a lane of an id and a transport with defaults", () => {
    const { speed, lanes } = parseScenario({ lanes: [{ id: "a", transport: { kind: "tcp", port: 0 } }] });
    expect(speed).toBe(1);
    expect(lanes[0]).toMatchObject({
      transport: { host: "127.0.0.1" },
      lane: {
        firmware: "extended",
        nSigma: 4,
        groups: ["SUM", "VERTICAL"],
        arrivalsPerHour: 30,
        seed: "lanewatch/a",
      },
    });
  });

  it("take a convoy, and refuse one without vehicles", () => {
    const lane = { id: "a", transport: { kind: "tcp", port: 0 } };
    const { lanes } = parseScenario({ lanes: [{ ...lane, convoy: { vehicles: [{ load: "137Cs" }] } }] });
    expect(lanes[0]?.lane.convoy).toEqual({ firstAtS: 5, everyS: 15, vehicles: [{ load: "137Cs" }] });
    const problems = problemsOf({ lanes: [{ ...lane, convoy: { everyS: 1, vehicles: [] } }] });
    expect(problems.map(({ path }) => path).sort()).toEqual([
      "lanes[0].convoy.everyS",
      "lanes[0].convoy.vehicles",
    ]);
  });

  it("report all problems at once, each with its path", () => {
    const problems = problemsOf({
      speed: 0,
      lanes: [
        { id: "a", transport: { kind: "tcp", port: 1600 }, vehicles: [{ atS: -1, load: "plutonium" }] },
        {
          id: "b",
          transport: { kind: "tcp", port: 99999 },
          color: "red",
          faults: [{ kind: "dead-panel", atS: 1, panel: 5 }],
        },
      ],
    });
    expect(problems.map(({ path }) => path).sort()).toEqual([
      "lanes[0].vehicles[0].atS",
      "lanes[0].vehicles[0].load",
      "lanes[1]",
      "lanes[1].faults[0].panel",
      "lanes[1].transport.port",
      "speed",
    ]);
  });

  it("refuse two lanes of one name, port or link", () => {
    const tcp = { kind: "tcp", port: 1600 };
    const pty = { kind: "pty", link: "x.pty" };
    const lanes = [tcp, tcp, pty, pty].map((transport, index) => ({
      id: index === 1 ? "lane-0" : `lane-${index}`,
      transport,
    }));
    expect(problemsOf({ lanes }).map(({ path }) => path)).toEqual([
      "lanes[1].id",
      "lanes[1].transport.port",
      "lanes[3].transport.link",
    ]);
    const anyPort = { kind: "tcp", port: 0 };
    expect(
      problemsOf({
        lanes: [
          { id: "a", transport: anyPort },
          { id: "b", transport: anyPort },
        ],
      }),
    ).toEqual([]);
  });

  it("publish to a topic of its own each", () => {
    const mqtt = { kind: "mqtt", url: "mqtt://broker:1883", topic: "portals/1" };
    const lanesOf = (...transports: readonly object[]): object => ({
      lanes: transports.map((transport, index) => ({ id: `lane-${index}`, transport })),
    });
    const { lanes } = parseScenario(lanesOf(mqtt, { ...mqtt, url: "mqtt://other:1883" }));
    expect(lanes[0]?.transport).toEqual({ ...mqtt, format: "json", protocolVersion: 5 });
    const wrong = lanesOf(mqtt, { ...mqtt, url: "mqtt://me:secret@broker:1883/" });
    expect(problemsOf(wrong)).toEqual([
      {
        path: "lanes[1].transport.topic",
        message: "topic portals/1 of broker:1883 is already taken by lanes[0].transport.topic",
      },
    ]);
    const bad = { url: "http://broker", topic: "portals/#", format: "xml", protocolVersion: 3 };
    expect(problemsOf(lanesOf({ ...mqtt, ...bad })).map(({ path }) => path)).toEqual(
      ["url", "topic", "format", "protocolVersion"].map((name) => `lanes[0].transport.${name}`),
    );
  });

  it("number panels from 1 as the columns of a record", () => {
    const faults = [{ kind: "stuck-counts", atS: 1, panel: 4 }];
    const { lanes } = parseScenario({ lanes: [{ id: "a", transport: { kind: "tcp", port: 0 }, faults }] });
    expect(lanes[0]?.lane.faults).toEqual([{ kind: "stuck-counts", atS: 1, durationS: 120, column: 3 }]);
  });

  it.each(files)("%s is valid", async (file) => {
    const { lanes } = await loadScenario(new URL(file, folder).pathname);
    expect(lanes.length).toBeGreaterThan(0);
  });

  it("report a file that cannot be read as a problem", async () => {
    await expect(loadScenario("/nowhere/at-all.yaml")).rejects.toMatchObject({ code: "SCENARIO_INVALID" });
  });
});
