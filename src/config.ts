import { type Document, isAlias, isCollection, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { z } from "zod";
import { drivers, driverOf } from "../drivers/registry.ts";
import {
  consoleProblems,
  consoleSettingsSchema,
  type ConsoleServerSettings,
} from "./console/console-settings.ts";
import {
  type Guidance,
  guidanceSchema,
  mapProblems,
  type SiteMap,
  siteMapSchema,
} from "./console/site-settings.ts";
import { laneOptions, type LaneSettings, laneSettingsOf } from "./core/lane-settings.ts";
import { type LatencyBudgets, latencyBudgetsSchema } from "./core/latency.ts";
import { settingConflicts } from "./core/setting-conflicts.ts";
import { type Problem, ProblemsError } from "./domain/errors.ts";
import type { LaneId } from "./domain/ids.ts";
import { endpointOf, type SourceSettings, sourceSettingsSchema } from "./edge/source-settings.ts";
import { type SpoolSettings, spoolSettingsSchema } from "./edge/spool-settings.ts";
import { type User, userProblems, usersSchema } from "./identity/user-settings.ts";
import { type KafkaSettings, kafkaSettingsSchema } from "./kafka-settings.ts";
import { type Located, pathText, problemsOf, type RepeatFinder, repeatFinder } from "./problems.ts";
import { type SignalSettings, signalSettingsSchema } from "./signals/signal-settings.ts";
import { type MetricsSettings, metricsSettingsSchema } from "./metrics-settings.ts";
import { type SeriesSettings, seriesSettingsSchema } from "./series/series-settings.ts";
import { type SinkSettings, sinkSettingsSchema } from "./sink/sink-settings.ts";
import { laneIdSchema } from "./wire/scalars.ts";

/** One lane of a site: where its bytes come from, who understands them, and how they are judged. */
export interface LaneConfig {
  readonly laneId: LaneId;
  readonly name: string;
  readonly source: SourceSettings;
  readonly driver: { readonly kind: string; readonly settings: unknown };
  readonly settings: LaneSettings;
}

/** A site, checked. Paths are as written; whoever opens them resolves them against the configuration file's folder. */
export interface SiteConfig {
  readonly site: { readonly name: string; readonly timeZone: string };
  readonly console: ConsoleServerSettings;
  /** Who can sign in at the console. */
  readonly users: readonly User[];
  /** More of them, in a file of their own: a list as `users` is. */
  readonly usersFile: string | null;
  readonly guidance: Guidance;
  readonly map: SiteMap | null;
  /** The embedded log; not used where there is `kafka`. */
  readonly log: { readonly directory: string; readonly partitionCount: number };
  /** The log in Kafka, for roles that run apart; null for the embedded one. */
  readonly kafka: KafkaSettings | null;
  readonly core: CoreShareSettings;
  /** Where the edge keeps frames until the log has them; null: in memory. */
  readonly spool: SpoolSettings | null;
  /** What lanes tell lights, barriers and sirens; null: nothing. */
  readonly signals: SignalSettings | null;
  readonly latencyBudgets: LatencyBudgets;
  /** The database that the role sink writes to; null: none. */
  readonly sink: SinkSettings | null;
  /** Where charts come from. */
  readonly series: SeriesSettings;
  /** Where each process tells how it does; null: nowhere. */
  readonly metrics: MetricsSettings | null;
  readonly simulation: { readonly scenario: string } | null;
  readonly lanes: readonly LaneConfig[];
}

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** How cores divide the lanes of a log in Kafka among them. */
const coreShareSchema = z
  .strictObject({
    /** `group`: each lane is judged by one core. `all`: by every core, so that none has to take over. */
    share: z.enum(["group", "all"]).default("group"),
    /** Cores of one group divide the lanes. */
    groupId: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,100}$/, "letters, digits, dots, hyphens and underscores")
      .default("lanewatch-core"),
    /**
     * A name this core has, no other core of the group, and this one again after a restart: then it gets its lanes back
     * at once, and until its session is over no other core takes them. Without, a killed core's lanes are taken over
     * when its session is over.
     */
    instanceId: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,100}$/, "letters, digits, dots, hyphens and underscores")
      .optional(),
    /** A core that is not heard of for so long loses its lanes to the others. */
    sessionTimeoutInMs: z.int().min(1_000).max(600_000).default(6_000),
  })
  .readonly();
export type CoreShareSettings = z.infer<typeof coreShareSchema>;

const laneSchema = z.strictObject({
  id: laneIdSchema,
  name: z.string().trim().min(1).max(60).optional(),
  source: sourceSettingsSchema,
  driver: z.looseObject({ kind: z.string() }).prefault({ kind: "rapiscan-line" }),
  ...laneOptions.shape,
});
type LaneEntry = z.infer<typeof laneSchema>;

/** Every option of a site but the drivers' own. */
export const siteSchema = z.strictObject({
  site: z.strictObject({
    name: z.string().trim().min(1).max(80),
    timeZone: z.string().refine(isTimeZone, "an IANA time zone, such as Europe/Vilnius").default("UTC"),
  }),
  console: consoleSettingsSchema.prefault({}),
  users: usersSchema.default([]),
  usersFile: z.string().min(1).nullable().default(null),
  guidance: guidanceSchema.default({}),
  map: siteMapSchema.nullable().default(null),
  log: z
    .strictObject({
      directory: z.string().min(1).default("data"),
      partitionCount: z.int().min(1).max(256).default(4),
    })
    .prefault({}),
  kafka: kafkaSettingsSchema.nullable().default(null),
  core: coreShareSchema.prefault({}),
  spool: spoolSettingsSchema.nullable().default(null),
  signals: signalSettingsSchema.nullable().default(null),
  /** The longest that each stage of an alarm's way to the officer may take; what takes longer shows on the lane board. */
  latencyBudgets: latencyBudgetsSchema.prefault({}),
  sink: sinkSettingsSchema.nullable().default(null),
  series: seriesSettingsSchema.prefault({}),
  metrics: metricsSettingsSchema.nullable().default(null),
  simulation: z
    .strictObject({ scenario: z.string().min(1) })
    .nullable()
    .default(null),
  lanes: z.array(laneSchema).min(1, "at least one lane").max(10_000),
});

/**
 * Reads a site's configuration.
 * @param text YAML 1.2.
 * @param name what to call it in the report.
 * @throws ProblemsError with every problem at once, each with its path and line.
 */
export const parseConfig = (text: string, name: string): SiteConfig => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const written = valueOf(document, lineAt);
  if (written.kind === "unreadable") throw new ProblemsError(name, written.problems);
  const parsed = siteSchema.safeParse(written.value, { error: plainMessage });
  const found = [
    ...(parsed.success ? parsed.data.lanes.flatMap(conflictsOf) : problemsOf(parsed.error)),
    ...laneProblems(written.value),
    ...consoleProblems(written.value),
    ...userProblems(written.value),
    ...mapProblems(written.value),
  ];
  if (!parsed.success || found.length > 0) {
    const problems = found.map(({ path, message, at }) => {
      const line = lineOf(document, at, lineAt);
      return line === undefined ? { path, message } : { path, message, line };
    });
    throw new ProblemsError(
      name,
      problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    );
  }
  const { lanes, ...rest } = parsed.data;
  return { ...rest, lanes: lanes.map(laneConfig) };
};

type Written =
  | { readonly kind: "read"; readonly value: unknown }
  | { readonly kind: "unreadable"; readonly problems: readonly Problem[] };

/** 10 000 lanes that share ten blocks. What unfolds to more is a mistake, or meant to exhaust the reader. */
const maxAliasCount = 100_000;

/** The document as plain values, or why it is no YAML. */
const valueOf = (document: Document.Parsed, lineAt: (offset: number) => number): Written => {
  const problems: Problem[] = document.errors.map((error) => ({
    path: "",
    message: `Not YAML: ${error.message}`,
    line: lineAt(error.pos[0]),
  }));
  const anchors = new Set<string>();
  visit(document, (_, node) => {
    if (isAlias(node) && !anchors.has(node.source)) {
      const message = `Not YAML: there is no anchor &${node.source} before *${node.source}.`;
      problems.push({ path: "", message, line: lineAt(node.range?.[0] ?? 0) });
    }
    if ((isScalar(node) || isCollection(node)) && node.anchor !== undefined) anchors.add(node.anchor);
  });
  if (problems.length > 0) return { kind: "unreadable", problems };
  if (document.contents === null) return saysNothing;
  try {
    const value: unknown = document.toJS({ maxAliasCount });
    return value === null ? saysNothing : { kind: "read", value };
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    return { kind: "unreadable", problems: [{ path: "", message: `Not YAML: ${cause.message}.` }] };
  }
};

const saysNothing: Written = {
  kind: "unreadable",
  problems: [{ path: "", message: "The file says nothing." }],
};

const laneConfig = ({ id, name, source, driver, ...options }: LaneEntry): LaneConfig => {
  const { kind, ...settings } = driver;
  return {
    laneId: id,
    name: name ?? id,
    source,
    driver: { kind, settings: driverOf(kind)?.settings.parse(settings) },
    settings: laneSettingsOf(options),
  };
};

/** What does not go together in a lane, or with its portal. A driver that is not as it must be is told of elsewhere. */
const conflictsOf = (lane: LaneEntry, index: number): readonly Located[] => {
  const { kind, ...settings } = lane.driver;
  const driver = driverOf(kind);
  if (driver?.settings.safeParse(settings).success !== true) return [];
  const conflicts = settingConflicts(lane, laneSettingsOf(lane), driver.measures(settings));
  return conflicts.map(({ at, message }) => {
    const path = ["lanes", index, ...at];
    return { path: pathText(path), at: path, message };
  });
};

/** A node of the document that knows where in the text it stands. */
const located = z.looseObject({ range: z.tuple([z.number()], z.number()) });

/** Line of the deepest part of the path that the document has. */
const lineOf = (
  document: ReturnType<typeof parseDocument>,
  at: readonly PropertyKey[],
  lineAt: (offset: number) => number,
): number | undefined => {
  for (let depth = at.length; depth >= 0; depth -= 1) {
    const node = located.safeParse(document.getIn(at.slice(0, depth), true));
    if (node.success) return lineAt(node.data.range[0]);
  }
  return undefined;
};

const driverProblemsOf = (
  driver: Readonly<Record<string, unknown>> & { readonly kind: string },
  index: number,
): readonly Located[] => {
  const { kind, ...settings } = driver;
  const known = driverOf(kind);
  const at = ["lanes", index, "driver"];
  if (known === undefined) {
    const kinds = drivers.map((one) => one.kind).join(", ");
    return [
      {
        path: `lanes[${index}].driver.kind`,
        message: `There is no driver ${kind}; there is ${kinds}.`,
        at: [...at, "kind"],
      },
    ];
  }
  const parsed = known.settings.safeParse(settings);
  return parsed.success ? [] : problemsOf(parsed.error, at);
};

/** What is wrong between lanes and with their drivers, in a document whose other parts may be wrong. */
const laneProblems = (document: unknown): readonly Located[] => {
  const shape = z.looseObject({ lanes: z.array(z.unknown()) }).safeParse(document);
  if (!shape.success) return [];
  const repeats = repeatFinder();
  return shape.data.lanes.flatMap((lane, index) => {
    const driven = z.looseObject({ driver: z.looseObject({ kind: z.string() }) }).safeParse(lane);
    const identified = z.looseObject({ id: laneIdSchema }).safeParse(lane);
    const sourced = z.looseObject({ source: sourceSettingsSchema }).safeParse(lane);
    return [
      ...(driven.success ? driverProblemsOf(driven.data.driver, index) : []),
      ...(identified.success ? repeats(`lane id ${identified.data.id}`, ["lanes", index, "id"]) : []),
      ...(sourced.success ? sourceRepeats(sourced.data.source, ["lanes", index, "source"], repeats) : []),
    ];
  });
};

const sourceRepeats = (
  source: SourceSettings,
  at: readonly PropertyKey[],
  repeats: RepeatFinder,
): readonly Located[] => [
  ...repeats(`source ${endpointOf(source)}`, at),
  ...(source.kind === "mqtt" && source.clientId !== undefined
    ? repeats(`MQTT client id ${source.clientId}`, [...at, "clientId"])
    : []),
];

const plainMessage: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === "invalid_type" && issue.input === undefined) {
    return `Missing: ${String(issue.expected)} expected.`;
  }
  return issue.code === "invalid_union" && Array.isArray(issue.options)
    ? `one of ${issue.options.join(", ")}`
    : undefined;
};
