import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { z } from "zod";
import { LOAD_NAMES, ORDINARY_MIX } from "./physics/loads.ts";
import type { Fault } from "./portals/faults.ts";
import { FIRMWARES, type SimulatedLane } from "./portals/lane.ts";
import { GROUPS } from "./portals/rapiscan-lines.ts";

/** Where a lane is served. */
export type TransportPlan = z.infer<typeof transportSchema>;

export interface ScenarioLane {
  readonly lane: SimulatedLane;
  readonly transport: TransportPlan;
}

/** What to simulate, checked and complete. */
export interface Scenario {
  readonly seed: string;
  /** Simulated seconds a real one. */
  readonly speed: number;
  readonly lanes: readonly ScenarioLane[];
}

export interface ScenarioProblem {
  /** Such as `lanes[2].vehicles[0].load`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A scenario that cannot be used, with everything that is wrong with it. */
export class ScenarioError extends Error {
  readonly code = "SCENARIO_INVALID";
  readonly problems: readonly ScenarioProblem[];

  constructor(source: string, problems: readonly ScenarioProblem[]) {
    const lines = problems.map(({ path, message }) => `  ${path === "" ? "(file)" : path}: ${message}`);
    super(`The scenario ${source} is not valid:\n${lines.join("\n")}`);
    this.name = "ScenarioError";
    this.problems = problems;
  }
}

/** Times are simulated seconds from the start; a week at most. */
const atS = z.number().min(0).max(604_800);
/** An hour at most: a portal that says nothing still costs its simulation. */
const durationS = z.number().positive().max(3600);
/** Panels are numbered as the columns of a record. */
const panel = z.number().int().min(1).max(4);

const portSchema = z.number().int().min(0).max(65_535);
const transportSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("tcp"), host: z.string().min(1).default("127.0.0.1"), port: portSchema }),
  z.strictObject({
    kind: z.literal("pty"),
    link: z.string().min(1),
    baud: z.number().int().min(300).max(921_600).default(9600),
  }),
  z.strictObject({
    kind: z.literal("mqtt"),
    url: z.url({
      protocol: /^(mqtts?|wss?)$/,
      error: "a URL that begins with mqtt://, mqtts://, ws:// or wss://",
    }),
    topic: z
      .string()
      .min(1)
      .max(1000)
      .regex(/^[^+#\0]+$/, "a topic without wildcards"),
    /** The portal's own lines, or numbered documents of the driver `json-mqtt`. */
    format: z.enum(["lines", "json"]).default("json"),
    protocolVersion: z.literal([4, 5]).default(5),
    username: z.string().exactOptional(),
    password: z.string().exactOptional(),
  }),
]);

const vehicleFields = {
  speedKph: z.number().min(1).max(60).optional(),
  lengthM: z.number().min(2).max(40).optional(),
  stopS: z.number().min(0).max(600).optional(),
  load: z.enum([...LOAD_NAMES, "nothing"]).optional(),
  strength: z.number().min(0).max(1000).optional(),
};
const vehicleSchema = z.strictObject({ atS, ...vehicleFields });
/** Vehicles closer together than they can follow each other come later than asked, more and more. */
const convoySchema = z.strictObject({
  firstAtS: atS.default(5),
  everyS: z.number().min(5).max(3600).default(15),
  vehicles: z.array(z.strictObject(vehicleFields)).min(1).max(1000),
});

const lasting = (defaultS: number): { atS: typeof atS; durationS: z.ZodDefault<typeof durationS> } => ({
  atS,
  durationS: durationS.default(defaultS),
});
const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["dead-panel", "stuck-counts"]), ...lasting(120), panel }),
  z.strictObject({ kind: z.literal("wrong-baud"), ...lasting(10) }),
  z.strictObject({ kind: z.literal("silence"), ...lasting(30) }),
  z.strictObject({ kind: z.literal("tamper"), ...lasting(10) }),
  z.strictObject({ kind: z.literal("power-cycle"), ...lasting(8) }),
  z.strictObject({ kind: z.literal("disconnect"), ...lasting(5) }),
  z.strictObject({
    kind: z.literal("noise-bytes"),
    atS,
    count: z.number().int().min(1).max(65_536).default(64),
  }),
  z.strictObject({ kind: z.literal("half-line"), atS, count: z.number().int().min(1).max(1000).default(1) }),
  z.strictObject({
    kind: z.literal("megabyte-line"),
    atS,
    count: z.number().int().min(1).max(4_000_000).default(1_000_000),
  }),
]);

const rainSchema = z.strictObject({
  atS,
  peak: z.number().min(0).max(2).default(0.2),
  decayInMin: z.number().positive().max(600).default(35),
});
const effectsSchema = z.strictObject({
  rain: z.array(rainSchema).default([]),
  gainDriftPctPerDay: z.number().min(0).max(20).default(2),
  cosmicBurstsPerHour: z.number().min(0).max(3600).default(0.5),
});

const weight = z.number().min(0);
const mixSchema = z.strictObject({
  nothing: weight.default(ORDINARY_MIX.nothing),
  norm: weight.default(ORDINARY_MIX.norm),
  medical: weight.default(ORDINARY_MIX.medical),
  industrial: weight.default(ORDINARY_MIX.industrial),
  neutron: weight.default(ORDINARY_MIX.neutron),
});

const laneSchema = z.strictObject({
  id: z.string().min(1),
  transport: transportSchema,
  firmware: z.enum(FIRMWARES).default("extended"),
  nSigma: z.number().min(0.5).max(20).default(4),
  groups: z.array(z.enum(GROUPS)).min(1).default(["SUM", "VERTICAL"]),
  arrivalsPerHour: z.number().min(0).max(200).default(30),
  mix: mixSchema.prefault({}),
  vehicles: z.array(vehicleSchema).default([]),
  convoy: convoySchema.optional(),
  faults: z.array(faultSchema).default([]),
  effects: effectsSchema.prefault({}),
});

const scenarioSchema = z
  .strictObject({
    seed: z.union([z.string().min(1), z.number()]).default("lanewatch"),
    speed: z.number().positive().max(10_000).default(1),
    /** Simulated seconds after which every portal stops. */
    durationS: z.number().positive().optional(),
    lanes: z.array(laneSchema).min(1),
  })
  .superRefine(({ lanes }, context) => {
    const seen = new Map<string, string>();
    const claim = (what: string, path: (string | number)[]): void => {
      const first = seen.get(what);
      if (first !== undefined)
        context.addIssue({ code: "custom", path, message: `${what} is already taken by ${first}` });
      seen.set(what, first ?? pathText(path));
    };
    lanes.forEach(({ id, transport }, index) => {
      claim(`lane ${id}`, ["lanes", index, "id"]);
      const place = ["lanes", index, "transport"];
      switch (transport.kind) {
        case "tcp":
          if (transport.port !== 0) claim(`${transport.host}:${transport.port}`, [...place, "port"]);
          return;
        case "pty":
          claim(`link ${transport.link}`, [...place, "link"]);
          return;
        case "mqtt":
          claim(`topic ${transport.topic} of ${new URL(transport.url).host}`, [...place, "topic"]);
          return;
      }
    });
  });

/** Checks a scenario. Throws a `ScenarioError` with every problem; `source` names it there. */
export function parseScenario(input: unknown, source = "given"): Scenario {
  const parsed = scenarioSchema.safeParse(input);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ path: pathText(path), message }));
    throw new ScenarioError(source, problems);
  }
  const { seed, speed, durationS: endsAtS, lanes } = parsed.data;
  return {
    seed: String(seed),
    speed,
    lanes: lanes.map(({ transport, faults, ...lane }) => ({
      transport,
      lane: { ...lane, seed: `${seed}/${lane.id}`, faults: faults.map(toFault), durationS: endsAtS },
    })),
  };
}

/** Reads and checks a scenario file (YAML). Throws a `ScenarioError`, also when the file cannot be read. */
export async function loadScenario(path: string): Promise<Scenario> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new ScenarioError(path, [{ path: "", message: `cannot be read: ${String(cause)}` }]);
  });
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw new ScenarioError(
      path,
      document.errors.map(({ message }) => ({ path: "", message })),
    );
  }
  return parseScenario(document.toJS(), path);
}

function toFault(fault: z.infer<typeof faultSchema>): Fault {
  if (!("panel" in fault)) return fault;
  const { panel: number, ...rest } = fault;
  const column = ([0, 1, 2, 3] as const)[number - 1] ?? 0;
  return { ...rest, column };
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}
