import { escaped, markSvg, plotSvg, type PlotPoint, type Series } from "./plot.ts";
import type { Variant } from "./study-file.ts";
import { doseText, percent, settingText, short, type StudyReport, vehiclesText } from "./study-report.ts";
import { canDetect, type DetectorResult, labelsOf, operatingPoint, type Proportion } from "./sweep.ts";
import { reportStyle } from "./report-style.ts";

/** The report as one HTML file that needs nothing else: no scripts, no fonts, no network. */
export const studyHtml = (report: StudyReport): string => {
  const { study } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(study.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<h1>${escaped(study.title)}</h1>
<p>${escaped(study.about)}</p>
<p class="facts">${escaped(vehiclesText(report))}. Bars are 95 % Clopper–Pearson intervals.</p>
${legend(labelsOf(study))}
${study.variants.length === 0 ? "" : plots(report)}
<h2>Figures</h2>
${figures(report)}
</main>
</body>
</html>
`;
};

const plots = (report: StudyReport): string => {
  const { study } = report;
  return `<h2>Detection against strength</h2>
<p class="note">Each rule at the setting that detects most with at most ${short(study.nuisancesPerThousandMax)} nuisance alarms per 1,000 occupancies. ${escaped(pointsText(report))}</p>
<div class="plots">${sourcesOf(report)
    .map((source) => strengthPlot(report, source))
    .join("\n")}</div>
<h2>Detection against nuisance alarms</h2>
<p class="note">Each point is one setting of a rule. For each source, the strength that tells the rules apart best. The nuisance axis is a cube root.</p>
<div class="plots">${sourcesOf(report)
    .map((source) => rocPlot(report, source))
    .join("\n")}</div>`;
};

const sourcesOf = ({ study }: StudyReport): readonly string[] => [
  ...new Set(study.variants.map(({ source }) => source)),
];

const legend = (labels: readonly string[]): string => {
  const items = labels.map(
    (label, colour) =>
      `<li><svg class="key series c${colour % 8}" viewBox="0 0 14 14" aria-hidden="true">${markSvg(colour, 7, 7)}</svg>${escaped(label)}</li>`,
  );
  return `<ul class="legend">${items.join("")}</ul>`;
};

const pointsText = ({ study, results }: StudyReport): string =>
  labelsOf(study)
    .map((label) => {
      const point = operatingPoint(results, label, study.nuisancesPerThousandMax);
      return point === null
        ? `${label}: no setting has so few.`
        : `${label}: ${settingText(point.detector)}, which gives ${short(point.nuisance.share * 1000)}.`;
    })
    .join(" ");

const pointOf = (x: number, found: Proportion, title: string): PlotPoint => ({
  x,
  y: found.share,
  low: found.lower,
  high: found.upper,
  title,
});

const strengthPlot = ({ study, results }: StudyReport, source: string): string => {
  const rows = rowsOf(study.variants, source);
  const series = labelsOf(study).map((label, colour): Series => {
    const point = operatingPoint(results, label, study.nuisancesPerThousandMax);
    const points = rows.flatMap(({ variant, row }) => {
      const found = point?.detection[row];
      if (point === null || found === undefined || !canDetect(point.detector, variant)) return [];
      return [pointOf(variant.strength, found, `${doseText(variant)}, ${percent(found.share)}`)];
    });
    return { label, colour: colour % 8, points };
  });
  const unit = rows[0]?.variant.unit ?? "";
  const frame = {
    title: `${source}: detection against strength`,
    xLabel: `strength, ${unit}`,
    yLabel: "detected, %",
    xScale: "linear",
  } as const;
  return figure(source, rangeText(rows), plotSvg(frame, series));
};

const rocPlot = ({ study, results }: StudyReport, source: string): string => {
  const labels = labelsOf(study);
  const rows = rowsOf(study.variants, source);
  const told = tellingRow({ study, results }, rows);
  if (told === null) return "";
  const series = labels.map((label, colour): Series => {
    const points = results
      .filter(({ detector }) => detector.label === label)
      .flatMap(({ detector, nuisance, detection }) => {
        const found = detection[told.row];
        if (found === undefined || !canDetect(detector, told.variant)) return [];
        const perThousand = nuisance.share * 1000;
        const title = `${settingText(detector)}: ${percent(found.share)} at ${short(perThousand)} per 1,000`;
        return [pointOf(perThousand, found, title)];
      });
    return { label, colour: colour % 8, points };
  });
  const frame = {
    title: `${source}: detection against nuisance alarms`,
    xLabel: "nuisance alarms per 1,000 occupancies",
    yLabel: "detected, %",
    xScale: "root",
  } as const;
  return figure(source, doseText(told.variant), plotSvg(frame, series));
};

const figure = (title: string, detail: string, svg: string): string =>
  `<figure><figcaption><b>${escaped(title)}</b> ${escaped(detail)}</figcaption>${svg}</figure>`;

interface Row {
  readonly variant: Variant;
  readonly row: number;
}

const rowsOf = (variants: readonly Variant[], source: string): readonly Row[] =>
  variants.map((variant, row) => ({ variant, row })).filter(({ variant }) => variant.source === source);

const rangeText = (rows: readonly Row[]): string => {
  const peaks = rows.map(({ variant }) => variant.dose.gammaPeakCps);
  return `${short(Math.min(...peaks))} to ${short(Math.max(...peaks))} gamma cps at closest approach`;
};

/** The strength at which the rules at their operating points differ most; among equals the middle one. */
const tellingRow = (
  { study, results }: Pick<StudyReport, "study" | "results">,
  rows: readonly Row[],
): Row | null => {
  const points = labelsOf(study)
    .map((label) => operatingPoint(results, label, study.nuisancesPerThousandMax))
    .filter((point): point is DetectorResult => point !== null);
  const spread = ({ row, variant }: Row): number => {
    const shares = points
      .filter(({ detector }) => canDetect(detector, variant))
      .map(({ detection }) => detection[row]?.share ?? 0);
    return shares.length === 0 ? 0 : Math.max(...shares) - Math.min(...shares);
  };
  const middle = rows[Math.floor(rows.length / 2)] ?? null;
  return rows.reduce<Row | null>(
    (best, each) => (best === null || spread(each) > spread(best) ? each : best),
    middle,
  );
};

const figures = ({ study, results }: StudyReport): string => {
  const head = study.variants
    .map(
      (variant) =>
        `<th scope="col">${escaped(variant.source)}<br><small>${escaped(doseText(variant))}</small></th>`,
    )
    .join("");
  const rows = results.map(({ detector, nuisance, detection }) => {
    const cells = detection.map(({ share, lower, upper, alarms, trials }, at) => {
      const variant = study.variants[at];
      if (variant === undefined || !canDetect(detector, variant)) return "<td>–</td>";
      return `<td title="${alarms} of ${trials}">${(share * 100).toFixed(1)} <small>${(lower * 100).toFixed(1)}–${(upper * 100).toFixed(1)}</small></td>`;
    });
    const { share, lower, upper, alarms, trials } = nuisance;
    return (
      `<tr><th scope="row">${escaped(detector.label)}<br><small>${escaped(settingText(detector))}</small></th>` +
      `<td title="${alarms} of ${trials}">${short(share * 1000)} <small>${short(lower * 1000)}–${short(upper * 1000)}</small></td>` +
      `${cells.join("")}</tr>`
    );
  });
  return `<div class="scroll"><table><thead><tr><th scope="col">rule</th><th scope="col">nuisances<br><small>per 1,000 occupancies</small></th>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>
<p class="note">Detections in per cent of injections, with their intervals.</p>`;
};
