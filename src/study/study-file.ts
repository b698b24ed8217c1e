import { z } from "zod";
import { ruleKinds } from "../core/rule-set.ts";
import { type RuleName, ruleNames } from "../domain/rules.ts";
import { ProblemsError } from "../domain/errors.ts";
import { problemsOf } from "../problems.ts";
import { type Dose, doseOf, gammaPeakCpsPerUnit } from "./injection.ts";
import type { PortalGeometry, Source, SourceLibrary } from "./source-library.ts";
import { type ProblemAt, readDocument } from "../yaml-document.ts";

const windowDepth = z.number().min(0).max(4);

export const trafficSchema = z.strictObject({
  count: z.int().min(1).max(1_000_000),
  /** Mean depth of the dip that a vehicle makes in the gamma background; 0 for none. */
  depth: z.number().min(0).max(0.4).default(0.21),
  /** Depth in each energy window relative to the mean depth, lowest energy first. The default is as recorded. */
  windowDepths: z
    .tuple([windowDepth, windowDepth, windowDepth, windowDepth])
    .readonly()
    .default([1.51, 1.06, 0.67, 0.28]),
  /** Absent: as recorded, around 8 km/h. */
  speedKph: z.number().min(0.5).max(60).optional(),
  /** Absent: trucks of about 17.3 m. */
  lengthInM: z.number().min(2).max(30).optional(),
});
export type TrafficPlan = z.infer<typeof trafficSchema>;

const sweepSchema = z.strictObject({
  parameter: z.string().min(1),
  values: z.array(z.number()).min(1).max(100),
});

const ruleSchema = z.strictObject({
  rule: z.enum(ruleNames as readonly [RuleName, ...RuleName[]]),
  /** For reports; needed where a rule stands twice. */
  label: z.string().trim().min(1).max(60).optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
  sweep: sweepSchema,
});

const studySourceSchema = z
  .strictObject({
    source: z.string(),
    /** In the source's own unit. */
    strengths: z.array(z.number().positive()).min(1).max(50).optional(),
    /** In gamma counts per second above background at closest approach, all panels. */
    excessCps: z.array(z.number().positive()).min(1).max(50).optional(),
  })
  .refine(({ strengths, excessCps }) => (strengths === undefined) !== (excessCps === undefined), {
    message: "either strengths or excessCps",
  });

export const studySchema = z.strictObject({
  title: z.string().trim().min(1).max(120),
  about: z.string().trim().max(1000).default(""),
  seed: z.union([z.string().min(1), z.int()]).transform(String),
  vehicles: z
    .strictObject({
      /** Relative to the study file. */
      recordings: z.array(z.string().min(1)).max(1000).default([]),
      driver: z.string().default("rapiscan-line"),
      simulated: trafficSchema.optional(),
    })
    .refine(({ recordings, simulated }) => recordings.length > 0 || simulated !== undefined, {
      message: "recordings, simulated vehicles or both",
    }),
  /** Sources are injected into the first so many vehicles; nuisance alarms are counted over all. */
  injectInto: z.int().min(1).max(1_000_000),
  /** Injections of each source and strength into each of them. */
  repetitions: z.int().min(1).max(1000).default(1),
  sources: z.array(studySourceSchema).min(1).max(50),
  rules: z.array(ruleSchema).min(1).max(20),
  /** Nuisance alarms per 1,000 occupancies that rules may give in plots of detection against strength. */
  nuisancesPerThousandMax: z.number().min(0).max(1000).default(5),
});
export type StudyFile = z.infer<typeof studySchema>;

/** A source at one strength. */
export interface Variant {
  readonly source: string;
  /** In the source's unit. */
  readonly strength: number;
  readonly unit: string;
  readonly dose: Dose;
}

/** A rule with one value of the parameter that is swept. */
export interface DetectorSetting {
  readonly rule: RuleName;
  readonly label: string;
  readonly parameter: string;
  readonly value: number;
  readonly settings: unknown;
}

/** A study worked out: plain data, the same for every worker. */
export interface Study {
  readonly title: string;
  readonly about: string;
  readonly seed: string;
  readonly recordings: readonly string[];
  readonly driver: string;
  readonly simulated: TrafficPlan | null;
  readonly injectInto: number;
  readonly repetitions: number;
  readonly portal: PortalGeometry;
  readonly variants: readonly Variant[];
  readonly detectors: readonly DetectorSetting[];
  readonly nuisancesPerThousandMax: number;
}

/** @throws ProblemsError with every problem at once, each with its path and line. */
export const parseStudy = (text: string, name: string, library: SourceLibrary): Study => {
  const { value: file, located } = readDocument(text, studySchema, name);
  const variants = file.sources.map((entry, index) => variantsOf(entry, index, library));
  const detectors = file.rules.map(detectorsOf);
  const problems = [...variants, ...detectors, { problems: repeatedLabels(file), found: [] }].flatMap(
    (part) => part.problems,
  );
  if (problems.length > 0) throw new ProblemsError(name, located(problems));
  const { title, about, seed, vehicles, injectInto, repetitions, nuisancesPerThousandMax } = file;
  return {
    title,
    about,
    seed,
    recordings: vehicles.recordings,
    driver: vehicles.driver,
    simulated: vehicles.simulated ?? null,
    injectInto,
    repetitions,
    portal: library.portal,
    variants: variants.flatMap(({ found }) => found),
    detectors: detectors.flatMap(({ found }) => found),
    nuisancesPerThousandMax,
  };
};

interface Found<Item> {
  readonly found: readonly Item[];
  readonly problems: readonly ProblemAt[];
}

const problemAt = (at: readonly PropertyKey[], path: string, message: string): ProblemAt => ({
  at,
  path,
  message,
});

const variantsOf = (
  entry: StudyFile["sources"][number],
  index: number,
  { portal, sources }: SourceLibrary,
): Found<Variant> => {
  const at = ["sources", index];
  const source = sources[entry.source];
  if (source === undefined) {
    const message = `There is no source ${entry.source}; there is ${Object.keys(sources).join(", ")}.`;
    return { found: [], problems: [problemAt([...at, "source"], `sources[${index}].source`, message)] };
  }
  const list = entry.strengths === undefined ? "excessCps" : "strengths";
  const path = `sources[${index}].${list}`;
  const perUnit = gammaPeakCpsPerUnit(portal, source);
  if (list === "excessCps" && perUnit === 0) {
    return { found: [], problems: [problemAt([...at, list], path, "This source emits no gammas.")] };
  }
  const strengths = entry.strengths ?? (entry.excessCps ?? []).map((cps) => cps / perUnit);
  const problems = strengths.flatMap((strength, which) =>
    outsideRange(strength, source) === null
      ? []
      : [problemAt([...at, list, which], `${path}[${which}]`, outsideRange(strength, source) ?? "")],
  );
  const found = strengths.map((strength) => ({
    source: entry.source,
    strength,
    unit: source.unit,
    dose: doseOf(portal, source, strength),
  }));
  return { found, problems };
};

const outsideRange = (strength: number, { strengths: { min, max }, unit }: Source): string | null =>
  strength >= min && strength <= max
    ? null
    : `${Number(strength.toPrecision(3))} ${unit} is outside the source's ${min} to ${max} ${unit}.`;

const detectorsOf = (entry: StudyFile["rules"][number], index: number): Found<DetectorSetting> => {
  const { rule, settings, sweep } = entry;
  const found: DetectorSetting[] = [];
  const problems = new Map<string, ProblemAt>();
  for (const [which, value] of sweep.values.entries()) {
    const parsed = ruleKinds[rule].settings.safeParse({ ...settings, [sweep.parameter]: value });
    if (parsed.success) {
      const label = entry.label ?? rule;
      found.push({ rule, label, parameter: sweep.parameter, value, settings: parsed.data });
      continue;
    }
    for (const problem of problemsOf(parsed.error)) {
      const isSwept = problem.at[0] === sweep.parameter;
      const isUnknown = isSwept && problem.message === "There is no such option.";
      const under = !isSwept
        ? ["settings", ...problem.at]
        : isUnknown
          ? ["sweep", "parameter"]
          : ["sweep", "values", which];
      const path = `rules[${index}].${isSwept && !isUnknown ? `sweep.values[${which}]` : under.join(".")}`;
      const message = isUnknown ? `${rule} has no setting ${sweep.parameter}.` : problem.message;
      problems.set(path, problemAt(["rules", index, ...under], path, message));
    }
  }
  return { found, problems: [...problems.values()] };
};

/** Rules are told apart by their labels. */
const repeatedLabels = ({ rules }: StudyFile): readonly ProblemAt[] => {
  const labels = rules.map(({ rule, label }) => label ?? rule);
  return labels.flatMap((label, index) =>
    labels.indexOf(label) === index
      ? []
      : [
          problemAt(
            ["rules", index],
            `rules[${index}].label`,
            `${label} stands at rules[${labels.indexOf(label)}] already: another label is needed.`,
          ),
        ],
  );
};
