import { grouped, textTable } from "../text-table.ts";
import type { DetectorSetting } from "./detectors.ts";
import type { Study, Variant } from "./study-file.ts";
import {
  canDetect,
  confidence,
  type DetectorResult,
  labelsOf,
  operatingPoint,
  type Proportion,
} from "./sweep.ts";

/** A study and what it found. */
export interface StudyReport {
  readonly study: Study;
  readonly vehicles: {
    readonly recorded: number;
    readonly simulated: number;
    /** Recorded passages that were not whole, too long or too many. */
    readonly leftOut: number;
  };
  /** In the order of the study's detectors. */
  readonly results: readonly DetectorResult[];
}

/** Three significant digits, as people write them. */
export const short = (value: number): string =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)
    ? value.toExponential(1).replace(".0e", "e")
    : String(Number(value.toPrecision(3)));

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export const doseText = ({ dose, strength, unit }: Variant): string => {
  const neutrons = dose.neutronPeakCps > 0 ? `, ${short(dose.neutronPeakCps)} n/s` : "";
  return `${short(strength)} ${unit} = ${short(dose.gammaPeakCps)} cps${neutrons}`;
};

const perThousand = ({ share, lower, upper }: Proportion): string =>
  `${short(share * 1000)} (${short(lower * 1000)}–${short(upper * 1000)})`;

const detected = ({ share, lower, upper }: Proportion): string =>
  `${percent(share)} (${(lower * 100).toFixed(1)}–${(upper * 100).toFixed(1)})`;

export const vehiclesText = ({ study, vehicles: { recorded, simulated, leftOut } }: StudyReport): string => {
  const left = leftOut === 0 ? "" : `; ${grouped(leftOut)} recorded passages left out`;
  const injected = Math.min(study.injectInto, recorded + simulated) * study.repetitions;
  return (
    `${grouped(recorded)} recorded and ${grouped(simulated)} simulated vehicles${left}; ` +
    (study.variants.length === 0 ? "" : `${grouped(injected)} injections of each source and strength; `) +
    `seed ${study.seed}`
  );
};

/**
 * For a terminal: each rule at its operating point, the setting that detects the most within the allowed nuisance
 * rate, and each setting's nuisance rate.
 */
export const studyTable = (report: StudyReport): readonly string[] => {
  const { study, results } = report;
  const bounds = `${Math.round(confidence * 100)} % Clopper–Pearson intervals in brackets`;
  return [
    study.title,
    vehiclesText(report),
    "",
    `Nuisance alarms per 1,000 occupancies (${bounds})`,
    ...textTable(
      [
        { title: "rule", align: "left" },
        { title: "setting", align: "left" },
        { title: "per 1,000", align: "right" },
      ],
      results.map(({ detector, nuisance }) => [detector.label, settingText(detector), perThousand(nuisance)]),
    ),
    ...(study.variants.length === 0 ? [] : detectionTable(report)),
  ];
};

const detectionTable = ({ study, results }: StudyReport): readonly string[] => {
  const points = labelsOf(study).map((label) => ({
    label,
    point: operatingPoint(results, label, study.nuisancesPerThousandMax),
  }));
  return [
    "",
    study.detectors.every(({ kind }) => kind === "preset")
      ? "Detection by each preset"
      : `Detection where a rule gives at most ${short(study.nuisancesPerThousandMax)} nuisance alarms per 1,000 occupancies`,
    ...textTable(
      [
        { title: "source", align: "left" },
        { title: "strength", align: "left" },
        ...points.map(({ label, point }) => ({
          title: point === null ? label : titleOf(point.detector),
          align: "right" as const,
        })),
      ],
      study.variants.map((variant, at) => [
        variant.source,
        doseText(variant),
        ...points.map(({ point }) => {
          const found = point?.detection[at];
          if (point === null || found === undefined) return "too many nuisances";
          return canDetect(point.detector, variant) ? detected(found) : "–";
        }),
      ]),
    ),
  ];
};

export const settingText = (detector: DetectorSetting): string => {
  switch (detector.kind) {
    case "rule":
      return `${detector.parameter} ${short(detector.value)}`;
    case "preset":
      return detector.judging === "everything" ? "as it is" : `${detector.judging} rules alone`;
  }
};

const titleOf = (detector: DetectorSetting): string =>
  detector.kind === "rule" ? `${detector.label} ${settingText(detector)}` : detector.label;

const csvCell = (value: string | number): string => {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const csvColumns = [
  "label",
  "rule",
  "parameter",
  "value",
  "source",
  "strength",
  "unit",
  "gamma_peak_cps",
  "neutron_peak_cps",
  "alarms",
  "trials",
  "share",
  "lower",
  "upper",
] as const;

/** One line a setting and source; `source` is empty where nothing was injected. Lines end with CRLF (RFC 4180). */
export const studyCsv = ({ study, results }: StudyReport): string => {
  const rows = results.flatMap(({ detector, nuisance, detection }) => {
    const row = (source: readonly (string | number)[], found: Proportion): readonly (string | number)[] => [
      ...detectorCells(detector),
      ...source,
      ...[found.alarms, found.trials, found.share, found.lower, found.upper],
    ];
    return [
      row(["", "", "", "", ""], nuisance),
      ...detection.map((found, at) => row(sourceCells(study.variants[at]), found)),
    ];
  });
  return [csvColumns, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
};

const detectorCells = (detector: DetectorSetting): readonly (string | number)[] => {
  switch (detector.kind) {
    case "rule":
      return [detector.label, detector.rule, detector.parameter, detector.value];
    case "preset":
      return [detector.label, detector.rules.map(([rule]) => rule).join(" "), "preset", detector.preset];
  }
};

const sourceCells = (variant: Variant | undefined): readonly (string | number)[] =>
  variant === undefined
    ? []
    : [
        variant.source,
        variant.strength,
        variant.unit,
        variant.dose.gammaPeakCps,
        variant.dose.neutronPeakCps,
      ];

/** Everything, for programs. */
export const studyJson = ({ study, vehicles, results }: StudyReport): string =>
  `${JSON.stringify({ version: 1, confidence, study, vehicles, results }, null, 1)}\n`;
