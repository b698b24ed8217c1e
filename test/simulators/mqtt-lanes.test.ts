import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { driverOf } from "../../drivers/registry.ts";
import { compareLedger, type ComparedAlarm } from "../../simulators/ledger-comparison.ts";
import type { LedgerEntry } from "../../simulators/ledger.ts";
import { startSimulation } from "../../simulators/run.ts";
import { parseScenario, type Scenario } from "../../simulators/scenario.ts";
import { openProgramLog } from "../../src/adapters/program-log.ts";
import { simulate } from "../../src/commands/simulate.ts";
import { mqttSource } from "../../src/adapters/mqtt-source.ts";
import { frameFold } from "../../src/core/frame-fold.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import { laneId } from "../../src/domain/ids.ts";
import { sourceSettingsSchema } from "../../src/edge/source-settings.ts";
import { isOpen, recordSource } from "../adapters/source-recorder.ts";
import { agentOf, bootNumber, noon } from "../core/frame-life.ts";
import { freePort } from "../services/loopback.ts";
import { mosquittoUser, startMosquitto } from "../services/mosquitto.ts";
import { isAbsent } from "../services/presence.ts";
import { startAedes } from "./aedes-broker.ts";

const put: (() => unknown)[] = [];
afterEach(async () => {
  for (const away of put.splice(0).reverse()) await away();
});

/** How clients come in. */
interface Broker {
  readonly url: string;
  readonly protocolVersion: 4 | 5;
  readonly username?: string;
  readonly password?: string;
}

const embedded = async (): Promise<Broker> => {
  const { url, stop } = await startAedes();
  put.push(stop);
  return { url, protocolVersion: 4 };
};

const speed = 20;
const lanes = [
  { id: "documents", format: "json", driver: "json-mqtt" },
  { id: "wire-lines", format: "lines", driver: "rapiscan-line" },
] as const;

const scenarioOn = (broker: Broker): Scenario =>
  parseScenario({
    seed: "mqtt-lanes",
    speed,
    durationS: 80,
    lanes: lanes.map(({ id, format }) => ({
      id,
      transport: { kind: "mqtt", ...broker, topic: `portals/${id}`, format },
      arrivalsPerHour: 0,
      convoy: {
        vehicles: [
          { load: "137Cs", strength: 2 },
          { load: "nothing" },
          { load: "252Cf", strength: 2 },
          { load: "nothing" },
        ],
      },
    })),
  });

/** Milliseconds since the test began, as everybody's wall clock. */
const stopwatch = (): (() => number) => {
  const begun = performance.now();
  return () => noon + performance.now() - begun;
};

interface Listener {
  readonly events: readonly LaneEvent[];
  readonly stop: () => Promise<void>;
}

/** What the broker hands over of a lane, through its driver and the fold that judges live lanes. */
const listen = async (
  broker: Broker,
  { id, driver: kind }: (typeof lanes)[number],
  wall: () => number,
): Promise<Listener> => {
  const settings = sourceSettingsSchema.parse({ kind: "mqtt", ...broker, topic: `portals/${id}` });
  const driver = driverOf(kind);
  if (settings.kind !== "mqtt" || driver === undefined) throw new Error("no such lane");
  const fold = frameFold({
    laneId: laneId(id),
    codec: driver.codec({}),
    settings: laneSettingsOf(laneOptions.parse({})),
    time: "frame",
  });
  const agent = agentOf(bootNumber(1), noon, laneId(id));
  const state = fold.start();
  const events: LaneEvent[] = [];
  let toldAt = noon;
  let taken = 0;
  const recorder = recordSource(mqttSource(settings), () => {
    const event = recorder.events[taken];
    taken += 1;
    if (event?.kind !== "bytes") return Promise.resolve();
    const now = wall();
    agent.wait(now - toldAt);
    toldAt = now;
    events.push(...fold.step(state, agent.bytes(event.bytes)));
    return Promise.resolve();
  });
  await recorder.until(isOpen);
  const stop = async (): Promise<void> => {
    recorder.stop();
    await recorder.ended;
  };
  put.push(stop);
  return { events, stop };
};

const ofKind = <Kind extends LaneEvent["kind"]>(
  events: readonly LaneEvent[],
  kind: Kind,
): readonly Extract<LaneEvent, { kind: Kind }>[] =>
  events.filter((event): event is Extract<LaneEvent, { kind: Kind }> => event.kind === kind);

const expectAlarmsOf = async (broker: Broker): Promise<void> => {
  const wall = stopwatch();
  const listeners = await Promise.all(lanes.map((lane) => listen(broker, lane, wall)));
  const entries: LedgerEntry[] = [];
  const problems: string[] = [];
  const simulation = await startSimulation(scenarioOn(broker), {
    ledger: { write: (entry) => void entries.push(entry), wallMs: wall },
    onProblem: (_, message) => problems.push(message),
  });
  put.push(simulation.stop);
  expect(simulation.endpoints.map(({ endpoint }) => endpoint)).toEqual(
    lanes.map(({ id }) => ({ kind: "mqtt", url: broker.url, topic: `portals/${id}` })),
  );
  await simulation.finished;
  await expect
    .poll(() => listeners.map(({ events }) => ofKind(events, "occupancy-ended").length), { timeout: 10_000 })
    .toEqual([4, 4]);
  await simulation.stop();
  expect(problems).toEqual([]);

  const alarms = listeners.flatMap(({ events }) =>
    ofKind(events, "alarm-ended").map(({ alarm }): ComparedAlarm => {
      const { alarmId, kind, raisedAt, endedAt } = alarm;
      return { alarmId, laneId: alarm.laneId, raisedAt, endedAt, kind };
    }),
  );
  const compared = compareLedger(entries, alarms, { toleranceInMs: 300 });
  expect(compared).toMatchObject({ lost: [], mistaken: [], doubled: [], unexpected: [] });
  expect(compared.found).toBe(compared.expected);
  expect(compared.expected).toBeGreaterThanOrEqual(4);
  const occupancies = entries.filter((entry) => entry.kind === "occupancy");
  expect(new Set(occupancies.map(({ heard }) => heard))).toEqual(new Set(["unknown"]));
  for (const { events } of listeners) expect(ofKind(events, "bytes-quarantined")).toEqual([]);
};

describe("simulated lanes on a broker, as documents and as lines", () => {
  it("make the alarms that the ledger expects, over aedes", async () => {
    await expectAlarmsOf(await embedded());
  }, 30_000);

  it.skipIf(isAbsent("mosquitto"))(
    "make them over Mosquitto with MQTT 5 and a password",
    async () => {
      const mosquitto = await startMosquitto({ isPasswordAsked: true });
      put.push(mosquitto.stop);
      await expectAlarmsOf({ url: mosquitto.url, protocolVersion: 5, ...mosquittoUser });
    },
    30_000,
  );

  it("number their documents anew in each run, which loses none", async () => {
    const broker = await embedded();
    const [documents] = lanes;
    const { events } = await listen(broker, documents, stopwatch());
    const backgrounds = (): number => ofKind(events, "background-measured").length;
    for (const wanted of [1, 2, 3]) {
      const { lanes: planned, ...scenario } = scenarioOn(broker);
      const simulation = await startSimulation({ ...scenario, lanes: planned.slice(0, 1) });
      put.push(simulation.stop);
      await expect.poll(backgrounds, { timeout: 10_000 }).toBeGreaterThanOrEqual(wanted);
      await simulation.stop();
    }
    expect(ofKind(events, "bytes-quarantined")).toEqual([]);
  });

  it("say that nobody is there to publish to", async () => {
    const broker: Broker = { url: `mqtt://127.0.0.1:${await freePort()}`, protocolVersion: 5 };
    await expect(startSimulation(scenarioOn(broker))).rejects.toMatchObject({ code: "BROKER_UNUSABLE" });
    await expect(run(broker.url)).rejects.toMatchObject({ code: "address-unusable" });
  });

  it("are shown with their topic, and without the password of their broker", async () => {
    const { url } = await embedded();
    expect(await run(url.replace("//", "//me:secret@"))).toEqual([`one  mqtt ${url} portals/one`]);
  });
});

/** `lanewatch simulate` of a short scenario: what it prints. */
const run = async (url: string): Promise<readonly string[]> => {
  const folder = mkdtempSync(join(tmpdir(), "lanewatch-mqtt-lanes-"));
  put.push(() => rmSync(folder, { recursive: true }));
  const scenario = join(folder, "scenario.yaml");
  const transport = `{ kind: mqtt, url: "${url}", topic: portals/one, protocolVersion: 4 }`;
  writeFileSync(
    scenario,
    `speed: 100\ndurationS: 1\nlanes: [{ id: one, arrivalsPerHour: 0, transport: ${transport} }]\n`,
  );
  const said: string[] = [];
  const print = (lines: readonly string[]): void => void said.push(...lines);
  await simulate({ scenario, log: openProgramLog(), print }, new AbortController().signal);
  return said;
};
