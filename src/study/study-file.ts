import { z } from "zod";
import { ProblemsError } from "../domain/errors.ts";
import {
  type DetectorSetting,
  type Found,
  presetSettingsOf,
  ruleSettingsOf,
  studiedPresetSchema,
  sweptRuleSchema,
} from "./detectors.ts";
import { type Dose, doseOf, gammaPeakCpsPerUnit } from "./injection.ts";
import type { PortalGeometry, Source, SourceLibrary } from "./source-library.ts";
import { type ProblemAt, readDocument } from "../yaml-document.ts";

const weight = z.number().min(0).default(0);
const mixSchema = z
  .strictObject({ nothing: weight, norm: weight, medical: weight, industrial: weight, neutron: weight })
  .refine((mix) => Object.values(mix).some((each) => each > 0), { message: "one weight is above 0" });

const windowDepth = z.number().min(0).max(4);

export const trafficSchema = z.strictObject({
  count: z.int().min(1).max(1_000_000),
  /**
   * Depth of the dip that a vehicle makes in the gross gamma counts in mid-vehicle, mean of the panels; 0 for none.
   * Absent: as recorded, about 0.17.
   */
  depth: z.number().min(0).max(0.4).optional(),
  /** Depths of the energy windows in proportion, lowest energy first. Absent: as recorded. */
  windowDepths: z.tuple([windowDepth, windowDepth, windowDepth, windowDepth]).readonly().optional(),
  /** Absent: as recorded, around 8 km/h. */
  speedKph: z.number().min(0.5).max(60).optional(),
  /** Absent: trucks of about 17.3 m. */
  lengthInM: z.number().min(2).max(30).optional(),
  /** Weights of what vehicles carry. Absent: nothing. */
  mix: mixSchema.optional(),
});
export type TrafficPlan = z.infer<typeof trafficSchema>;

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

const studyFields = z.strictObject({
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
  injectInto: z.int().min(1).max(1_000_000).default(1000),
  /** Injections of each source and strength into each of them. */
  repetitions: z.int().min(1).max(1000).default(1),
  /** None: a study of nuisance alarms alone. */
  sources: z.array(studySourceSchema).max(50).default([]),
  /** Rules by themselves, each over a range of one of its settings. */
  rules: z.array(sweptRuleSchema).max(20).default([]),
  /** Whole presets as they are. */
  presets: z.array(studiedPresetSchema).max(20).default([]),
  /** Nuisance alarms per 1,000 occupancies that rules may give in plots of detection against strength. */
  nuisancesPerThousandMax: z.number().min(0).max(1000).default(5),
});
export const studySchema = studyFields.refine(({ rules, presets }) => rules.length + presets.length > 0, {
  path: ["rules"],
  message: "rules, presets or both",
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
  const detectors = file.rules.map(ruleSettingsOf);
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
    detectors: [...detectors.flatMap(({ found }) => found), ...file.presets.flatMap(presetSettingsOf)],
    nuisancesPerThousandMax,
  };
};

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

/** Rules and presets are told apart by their labels. */
const repeatedLabels = ({ rules, presets }: StudyFile): readonly ProblemAt[] => {
  const entries = [
    ...rules.map(({ rule, label }, index) => ({
      label: label ?? rule,
      list: "rules",
      index,
      field: "label",
    })),
    ...presets.map(({ preset }, index) => ({ label: preset, list: "presets", index, field: "preset" })),
  ];
  return entries.flatMap(({ label, list, index, field }) => {
    const first = entries.find((entry) => entry.label === label);
    if (first === undefined || (first.list === list && first.index === index)) return [];
    const message = `${label} stands at ${first.list}[${first.index}] already: another label is needed.`;
    return [problemAt([list, index], `${list}[${index}].${field}`, message)];
  });
};
