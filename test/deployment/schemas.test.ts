import { readdirSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { Decoder } from "cbor-x";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { generatedFiles } from "../../schemas/generate.ts";
import { published, type SchemaName, topicContents } from "../../schemas/published.ts";
import { portalEmissions } from "../../simulators/portals/rapiscan-portal.ts";
import { runConsole } from "../../src/console/console.ts";
import type { LaneCommand } from "../../src/domain/adjudication.ts";
import { commandId, laneId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import type { Frame } from "../../src/domain/frames.ts";
import type { LogRecord } from "../../src/ports.ts";
import { type Topic, topicNames } from "../../src/wire/topics.ts";
import { fakeSocket } from "../console/fake-socket.ts";
import { agentOf, bootNumber } from "../core/frame-life.ts";
import { manualClock } from "../manual-clock.ts";
import { calmLane } from "../simulators/lanes.ts";
import { acknowledge, claim, command, dispose, entryOf, kazlauskas, lund } from "../commands.ts";
import { judged, openCorePlace, partitionCount } from "../stream/core-place.ts";
import {
  anyCase,
  anyCommand,
  anyDecision,
  anyEventIdentity,
  anyEventOf,
  eventKinds,
} from "../wire/anything.ts";
import { readText } from "./compose-file.ts";

const names = Object.keys(published) as SchemaName[];
/** Topics whose values have a form; the others are bytes as they came. */
const formedTopics = topicNames.filter((topic) => topicContents[topic].schemas.length > 0);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const schemaOf = (name: string): Record<string, unknown> => {
  const schema: unknown = JSON.parse(readText(`schemas/${name}.json`));
  if (!isRecord(schema)) throw new Error(`${name} is no schema`);
  return schema;
};

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const validators = new Map<string, ValidateFunction>(
  names.map((name) => [name, ajv.compile(schemaOf(name))]),
);
const isValid = (name: SchemaName, value: unknown): boolean => validators.get(name)?.(value) === true;
const problemsOf = (name: SchemaName, value: unknown): readonly string[] =>
  isValid(name, value)
    ? []
    : (validators.get(name)?.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`);

/** What the program itself says of the value. */
const isTaken = (name: SchemaName, value: unknown): boolean => {
  const bytesAgain = name === "frame.v1" ? asCbor(value) : value;
  return published[name].schema.safeParse(bytesAgain).success;
};

/** CBOR's bytes as JSON has them, by RFC 8949, section 6.1, and back. */
const asJson = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64url");
  if (Array.isArray(value)) return value.map(asJson);
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asJson(inner)]))
    : value;
};
const asCbor = (value: unknown): unknown => {
  if (!isRecord(value) || !isRecord(value["body"]) || value["body"]["kind"] !== "bytes") return value;
  const { bytes } = value["body"];
  const isBytes =
    typeof bytes === "string" && Buffer.from(bytes, "base64url").toString("base64url") === bytes;
  return isBytes ? { ...value, body: { ...value["body"], bytes: Buffer.from(bytes, "base64url") } } : value;
};

type Step = string | number;
/** The paths of everything in a value, of long lists only the first two. */
const pathsIn = (value: unknown, at: readonly Step[] = []): readonly (readonly Step[])[] => {
  const inner: readonly (readonly [Step, unknown])[] = Array.isArray(value)
    ? value.slice(0, 2).map((item: unknown, index) => [index, item] as const)
    : isRecord(value)
      ? Object.entries(value)
      : [];
  return inner.flatMap(([step, item]) => [[...at, step], ...pathsIn(item, [...at, step])]);
};

type Change = (holder: Record<Step, unknown>, step: Step) => void;
const mutilations: Readonly<Record<string, Change>> = {
  "taken away": (holder, step) => {
    if (Array.isArray(holder)) holder.splice(Number(step), 1);
    else Reflect.deleteProperty(holder, step);
  },
  null: (holder, step) => (holder[step] = null),
  "a text": (holder, step) => (holder[step] = "mutilated \u0000"),
  "a number": (holder, step) => (holder[step] = -1.5),
  "a list": (holder, step) => (holder[step] = []),
  "with one more": (holder, step) => {
    const held = holder[step];
    if (Array.isArray(held)) held.push({});
    else if (isRecord(held)) held["unknown"] = 1;
    else holder[step] = {};
  },
};

const mutilated = (value: unknown, path: readonly Step[], change: Change): unknown => {
  const copy: unknown = structuredClone(value);
  let holder = copy;
  for (const step of path.slice(0, -1)) holder = (holder as Record<Step, unknown>)[step];
  change(holder as Record<Step, unknown>, path.at(-1) ?? "");
  return copy;
};

/** A simulated lane's life: a source, neutrons, granite, a lost line and noise; then an officer. */
const lane = calmLane({
  id: "north-1",
  vehicles: [
    { atS: 20, load: "137Cs", strength: 2 },
    { atS: 60, load: "252Cf", strength: 2 },
    { atS: 100, load: "granite" },
  ],
  faults: [
    { atS: 130, kind: "tamper", durationS: 5 },
    { atS: 140, kind: "noise-bytes", count: 64 },
  ],
  durationS: 170,
});

const framesOfLane = (): readonly Frame[] => {
  const agent = agentOf(bootNumber(1), undefined, laneId("north-1"));
  const frames = [agent.frame({ kind: "link-up", endpoint: "tcp 192.0.2.1:1600" })];
  let nowMs = 0;
  for (const emission of portalEmissions(lane)) {
    if (emission.kind !== "bytes") continue;
    agent.wait(emission.atMs - nowMs);
    nowMs = emission.atMs;
    frames.push(agent.bytes(emission.bytes));
  }
  return [...frames, agent.frame({ kind: "heartbeat" }), agent.frame({ kind: "link-down", reason: "cut" })];
};

const place = openCorePlace([judged("north-1", { preset: "sensitive" })]);
const stop = new AbortController();
const told = new Map<Topic, readonly { readonly key: string; readonly value: unknown }[]>();
const consoleSaid: unknown[] = [];

const shelving: LaneCommand = {
  commandId: commandId("shelve-0005"),
  laneId: laneId("north-1"),
  by: kazlauskas,
  at: wallMs(5000),
  act: {
    kind: "shelve-fault",
    fault: "tamper",
    until: wallMs(9000),
    reason: "The cabinet is being painted.",
  },
};

const valueOf = ({ topic, value }: LogRecord): unknown =>
  topic === "lanewatch.frames.v1"
    ? asJson(new Decoder({ useRecords: false, mapsAsObjects: true }).decode(value))
    : JSON.parse(new TextDecoder().decode(value));

beforeAll(async () => {
  const core = place.start();
  await place.tellFrames(framesOfLane());
  await core.caughtUp();
  const [first] = (await place.cases()).values();
  if (first === undefined) throw new Error("no alarm to decide");
  await place.ask([
    acknowledge(first.alarm, { id: "acknowledge-1" }),
    acknowledge(first.alarm, { id: "acknowledge-2" }),
    claim(first.alarm, { id: "claim-0003", seen: 1 }),
    dispose(first.alarm, { id: "dispose-4", seen: 2 }),
    command(first.alarm, { kind: "comment", text: "The driver had the papers." }, { by: lund, seen: 3 }),
    shelving,
  ]);
  await core.caughtUp();
  await core.stop();
  for (const topic of topicNames) {
    const records: LogRecord[] = [];
    for (let partition = 0; partition < partitionCount; partition += 1) {
      records.push(...(await place.log.read(topic, partition, { offset: 0, limit: 1e6 })));
    }
    told.set(
      topic,
      records.map((one) => ({ key: one.key, value: valueOf(one) })),
    );
  }
  const settings = {
    site: { name: "Site", timeZone: "UTC" },
    lanes: [{ laneId: laneId("north-1"), name: "North 1" }],
  };
  const officers = await runConsole(
    { log: place.log, clock: manualClock(), settings, stream: "run", onProblem: () => undefined },
    stop.signal,
  );
  const socket = fakeSocket();
  const { session } = officers.join(socket);
  session.receive(JSON.stringify({ kind: "hello", resume: null }));
  session.receive(JSON.stringify({ kind: "watch", alarmId: first.alarm.alarmId }));
  session.receive(JSON.stringify({ kind: "watch", alarmId: "unknown~alarm" }));
  consoleSaid.push(...socket.inFlight.map((text): unknown => JSON.parse(text)));
});
afterAll(async () => {
  stop.abort();
  await place.log.close();
});

const schemaOfRecord = (topic: Topic, key: string): SchemaName => {
  const [first, second, third] = topicContents[topic].schemas;
  const name = key.startsWith("commands~") ? second : key.startsWith("shelf~") ? third : first;
  if (name === undefined) throw new Error(`no schema for ${topic}`);
  return name;
};

describe("the published schemas", () => {
  it("are what the sources say: run npx tsx schemas/generate.ts", async () => {
    const files = await generatedFiles();
    for (const [name, text] of files) expect(readText(`schemas/${name}`), name).toBe(text);
    const there = readdirSync(new URL("../../schemas", import.meta.url)).filter(
      (name) => !name.endsWith(".ts"),
    );
    expect(there.toSorted()).toEqual([...files.keys()].toSorted());
  });

  it.each(names)("%s is JSON Schema 2020-12 that says what it is", (name) => {
    const schema = schemaOf(name);
    expect(ajv.validateSchema(schema)).toBe(true);
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: `urn:lanewatch:schema:${name.replace(".", ":")}`,
      title: expect.stringMatching(/./) as unknown,
      description: expect.stringMatching(/\.$/) as unknown,
    });
    // A schema that says nothing would let everything through.
    const text = readText(`schemas/${name}.json`);
    expect(text).not.toMatch(/:\s*\{\s*\}/);
  });

  it("carry the docstrings of the sources, units with them", () => {
    const alarm = readText("schemas/alarm.v1.json");
    expect(alarm).toContain("Milliseconds since 1970-01-01T00:00:00Z");
    expect(alarm).toContain("Counts expected in the window.");
    expect(alarm).toContain("Kilometres per hour.");
    expect(readText("schemas/frame.v1.json")).toContain(
      "Bytes captured on this lane in this boot before this frame.",
    );
  });
});

describe("real records", () => {
  it("are there in every topic, of most kinds", () => {
    for (const topic of formedTopics) expect(told.get(topic)?.length, topic).toBeGreaterThan(0);
    const kinds = [...told.values()].flat().map(({ value }) => {
      const record = z.looseObject({ value: z.looseObject({ event: z.looseObject({ kind: z.string() }) }) });
      const parsed = record.safeParse(value);
      return parsed.success ? parsed.data.value.event.kind : "";
    });
    expect(new Set(kinds).size).toBeGreaterThan(12);
  });

  it.each(formedTopics)("of %s are valid", (topic) => {
    for (const { key, value } of told.get(topic) ?? []) {
      expect(problemsOf(schemaOfRecord(topic, key), value)).toEqual([]);
    }
  });

  it("of the console are valid", () => {
    const kinds = consoleSaid.map((message) => z.looseObject({ kind: z.string() }).parse(message).kind);
    expect(new Set(kinds)).toEqual(new Set(["snapshot", "alarm", "alarm-unknown"]));
    for (const message of consoleSaid) expect(problemsOf("console-server-message.v1", message)).toEqual([]);
  });

  it("and any others that the program could write", () => {
    const record = (value: unknown): unknown => JSON.parse(JSON.stringify({ v: 1, value }));
    const hold = (name: SchemaName, values: fc.Arbitrary<unknown>): void =>
      fc.assert(
        fc.property(values, (value) => {
          expect(problemsOf(name, record(value))).toEqual([]);
        }),
        { numRuns: 50 },
      );
    hold("alarm.v1", anyCase);
    hold("command.v1", anyCommand);
    hold("decision.v1", anyDecision);
    for (const kind of eventKinds) {
      const event = fc.tuple(anyEventIdentity, anyEventOf(kind));
      hold(
        "event.v1",
        event.map(([identity, one]) => ({ ...identity, event: one })),
      );
    }
  });
});

describe("mutilated records are refused exactly where the program refuses them", () => {
  /** Of the records of a topic the first of each kind, so that each form is met. */
  const samplesOf = (topic: Topic): readonly (readonly [SchemaName, unknown])[] => {
    const seen = new Map<string, readonly [SchemaName, unknown]>();
    for (const { key, value } of told.get(topic) ?? []) {
      const kind = /"kind":"[^"]+"|"outcome":"[^"]+"/.exec(JSON.stringify(value))?.[0] ?? "";
      const name = schemaOfRecord(topic, key);
      if (!seen.has(name + kind)) seen.set(name + kind, [name, value]);
    }
    return [...seen.values()];
  };

  const agreement = (name: SchemaName, value: unknown): number => {
    let refused = 0;
    for (const path of pathsIn(value)) {
      for (const [how, change] of Object.entries(mutilations)) {
        const other = mutilated(value, path, change);
        const valid = isValid(name, other);
        expect(valid, `${name}: ${path.join(".")} ${how}`).toBe(isTaken(name, other));
        if (!valid) refused += 1;
      }
    }
    return refused;
  };

  it.each(formedTopics)("%s", (topic) => {
    const samples = samplesOf(topic);
    expect(samples.length).toBeGreaterThan(0);
    for (const [name, value] of samples) expect(agreement(name, value)).toBeGreaterThan(5);
  });

  it("the console's", () => {
    for (const message of consoleSaid) {
      expect(agreement("console-server-message.v1", message)).toBeGreaterThan(5);
    }
    const request = { commandId: "12345678", expectedVersion: 1 };
    for (const act of [{ kind: "claim" }, { kind: "dispose", entry: entryOf() }])
      expect(agreement("command-request.v1", { ...request, act })).toBeGreaterThan(5);
    const { act } = shelving;
    expect(agreement("lane-command-request.v1", { commandId: "12345678", act })).toBeGreaterThan(5);
    expect(
      agreement("console-client-message.v1", { kind: "hello", resume: { stream: "a", sequence: 1 } }),
    ).toBeGreaterThan(5);
    const problem = { path: "officer", message: "needed" };
    expect(
      agreement("error.v1", { error: { code: "bad-request", message: "No.", problems: [problem] } }),
    ).toBeGreaterThan(5);
  });
});
