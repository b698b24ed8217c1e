import { z } from "zod";
import type { Advice, LoadClass, Spectrum } from "../domain/load-classes.ts";
import { type PerPanel, totalOf } from "../domain/panels.ts";
import { type EnergyExcess, energyExcess } from "./energy-excess.ts";
import { type BurstAdvice, burstFindings, burstSettings, judgeBurst } from "./rules/burst.ts";
import { poissonUpperTail } from "./rules/exact-tails.ts";
import {
  type Passage,
  type PassageShape,
  passageShape,
  passageShapeSettings,
} from "./rules/passage-shape.ts";

export const classifySettings = z.strictObject({
  shape: passageShapeSettings.prefault({}),
  /** A peak wider than this many times that of a point source is spread along the lane. Points: up to 1.2. */
  wideMin: z.number().min(1).max(10).default(1.5),
  /** Excess in the energy windows, in standard deviations, below which they say nothing. */
  excessSigmaMin: z.number().min(3).max(100).default(10),
  /** Seconds of neutrons that are judged together. */
  neutronSeconds: z.int().min(1).max(60).default(3),
  /** Probability, over the whole occupancy, that background alone is called a neutron source. */
  neutronAlpha: z.number().min(1e-12).max(0.01).default(1e-5),
});
export type ClassifySettings = z.infer<typeof classifySettings>;

/** An occupancy so far, or a whole one. Lists may be empty: a portal without energy windows or neutron banks. */
export interface ObservedPassage extends Passage {
  readonly energy: readonly PerPanel[];
  readonly energyBackgroundCps: PerPanel | null;
  /** Counts per bank, one entry a second. */
  readonly neutron: readonly PerPanel[];
  readonly neutronBackgroundCps: PerPanel | null;
}

export interface Classification extends Advice {
  readonly shape: PassageShape | null;
  readonly energy: EnergyExcess | null;
  readonly neutron: NeutronExcess | null;
}

export interface NeutronExcess {
  /** The most counts of all banks in `seconds` neighbouring seconds, and how many were expected. */
  readonly counts: number;
  readonly expected: number;
  readonly seconds: number;
  /** Probability that background alone reaches that anywhere in the occupancy, at the most. */
  readonly probability: number;
  /** How the counts scatter; null where there is no significant excess. */
  readonly burst: BurstAdvice | null;
}

/**
 * What kind of load a passage looks like, from three figures that do not depend on each other:
 *
 * 1. Neutrons: the most counts in `neutronSeconds` seconds against the background, exact Poisson tail times the number
 *    of such windows. Significant: `neutron`, whatever the gammas say; `cosmic-burst` where they come as one
 *    (`judgeBurst`).
 * 2. Width of the gamma peak over that of a point source (`passageShape`): narrow or wide.
 * 3. Spectrum of the excess in the energy windows (`energyExcess`), s_1..s_4, judged at two standard deviations:
 *    *low* energies: s_1 > .7, or s_1 > .55 with s_3 + s_4 < .035 (131I); *natural*: s_4 > .06 (potassium), or
 *    1.1 < s_1/s_2 < 1.45 with .05 < s_3 + s_4 < .12 (thorium and uranium series; recorded NORM has 1.25 and .072);
 *    *single line*: s_1/s_2 < .95 (137Cs .73, 60Co .65); else unclear.
 *
 * natural: `norm-like`, narrow ones too (the recorded NORM load is no wider than a point); narrow and low:
 * `medical-like`; narrow and single line: `point-source`; narrow and unclear: `undetermined` (18F is); wide and
 * unclear: `norm-like`; wide and low or single line: `undetermined`, for a vehicle that slows down makes a point look
 * wide. Without energy windows the width alone decides. Ely et al., NIM A 560 (2006) 373, for the
 * principle; the limits are of recorded NORM and of the simulator's loads, and the tests print the confusion table.
 *
 * During an occupancy the width is not known until the peak has fallen to half: the class can change until the end.
 */
export const classify = (settings: ClassifySettings, passage: ObservedPassage): Classification => {
  const shape = passageShape(settings.shape, passage);
  const neutron = neutronExcess(settings, passage);
  const energy = energyExcess({
    energy: passage.energy,
    energyCps: passage.energyBackgroundCps,
    widthIntervals: shape?.widthIntervals ?? null,
  });
  const figures = { shape, energy, neutron };
  const sentences = [
    neutronSentence(neutron),
    ...shapeSentences(shape, passage),
    energySentence(settings, energy),
  ];
  const isTelling = energy !== null && energy.significance >= settings.excessSigmaMin;
  const spectrum = isTelling ? spectrumOf(energy) : null;
  const [loadClass, because] = decide(settings, figures, spectrum);
  return { class: loadClass, spectrum, reasons: [because, ...sentences], ...figures };
};

interface Figures {
  readonly shape: PassageShape | null;
  readonly energy: EnergyExcess | null;
  readonly neutron: NeutronExcess | null;
}

const decide = (
  settings: ClassifySettings,
  { shape, neutron }: Figures,
  spectrum: Spectrum | null,
): [LoadClass, string] => {
  if (neutron !== null && neutron.probability <= settings.neutronAlpha) {
    return neutron.burst?.finding === "burst"
      ? ["cosmic-burst", "There are more neutrons than the background can explain, all in a burst."]
      : ["neutron", "There are more neutrons than the background can explain."];
  }
  if (shape === null) return ["undetermined", "There is no clear gamma peak."];
  const { widthOverPoint } = shape;
  const isWide = widthOverPoint !== null && widthOverPoint > settings.wideMin;
  if (spectrum === null) return byWidth(widthOverPoint, isWide);
  if (spectrum === "natural") {
    return ["norm-like", "The energies of the excess are those of natural radioactivity."];
  }
  if (spectrum === "unclear") {
    return isWide
      ? ["norm-like", "The peak is longer than that of a point source, and its energies can be natural."]
      : ["undetermined", "The energies of the excess fit several kinds of load."];
  }
  if (isWide) {
    return ["undetermined", "The peak is long, but its energies are not those of natural radioactivity."];
  }
  return spectrum === "low"
    ? ["medical-like", "The excess is of low energies, as of a medical isotope."]
    : ["point-source", "The energies of the excess are not those of natural radioactivity."];
};

const byWidth = (widthOverPoint: number | null, isWide: boolean): [LoadClass, string] => {
  if (widthOverPoint === null) return ["undetermined", "The width of the peak cannot be compared yet."];
  return isWide
    ? ["norm-like", "The peak is longer than that of a point source; the energies are not known well enough."]
    : [
        "point-source",
        "The peak is no longer than that of a point source; the energies are not known well enough.",
      ];
};

/** Limits on shares of the excess; see `classify`. */
const limits = {
  lowShare: 0.7,
  iodineShare: 0.55,
  iodineHighMax: 0.035,
  potassiumShare: 0.06,
  naturalRatio: [1.1, 1.45],
  naturalHigh: [0.05, 0.12],
  singleLineRatio: 0.95,
} as const;

/** "Clearly" is two standard deviations beyond a limit. */
const clearly = 2;

const spectrumOf = ({ shares, sharesSd }: EnergyExcess): Spectrum => {
  const [s1, s2, s3, s4] = shares;
  const [sd1, sd2, sd3, sd4] = sharesSd;
  const high = s3 + s4;
  const highSd = Math.hypot(sd3, sd4);
  // s1/s2 against a limit without a division: s1 − limit·s2, whose noise is known.
  const above = (limit: number): number => (s1 - limit * s2) / Math.max(Math.hypot(sd1, limit * sd2), 1e-12);
  const isIodine = s1 - clearly * sd1 > limits.iodineShare && high < limits.iodineHighMax;
  if (s1 - clearly * sd1 > limits.lowShare || isIodine) return "low";
  if (s4 - clearly * sd4 > limits.potassiumShare) return "natural";
  const [highMin, highMax] = limits.naturalHigh;
  const [ratioMin, ratioMax] = limits.naturalRatio;
  const isNaturalHigh = high - highSd > highMin && high < highMax;
  if (isNaturalHigh && above(ratioMin) > clearly && above(ratioMax) < -clearly) return "natural";
  return above(limits.singleLineRatio) < -clearly ? "single-line" : "unclear";
};

/** Banks that count nothing at all are no background; below this a single neutron would be a source. */
const neutronBackgroundMinCps = 0.2;

const neutronExcess = (settings: ClassifySettings, passage: ObservedPassage): NeutronExcess | null => {
  const { neutron, neutronBackgroundCps } = passage;
  if (neutronBackgroundCps === null || neutron.length === 0) return null;
  const seconds = Math.min(settings.neutronSeconds, neutron.length);
  const totals = neutron.map(totalOf);
  let counts = 0;
  for (let from = 0; from + seconds <= totals.length; from += 1) {
    const sum = totals.slice(from, from + seconds).reduce((all, each) => all + each, 0);
    counts = Math.max(counts, sum);
  }
  const expected = Math.max(totalOf(neutronBackgroundCps), neutronBackgroundMinCps) * seconds;
  const windows = totals.length - seconds + 1;
  const probability = Math.min(poissonUpperTail(counts, expected) * windows, 1);
  const burst = probability <= settings.neutronAlpha ? judgeBurst(totals, burstBinning) : null;
  return { counts, expected, seconds, probability, burst };
};

/** Portals say neutrons by the second: a burst must stand out against its own neighbour. */
const burstBinning = burstSettings.parse({ fineBinInMs: 1000 });

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const neutronSentence = (neutron: NeutronExcess | null): string => {
  if (neutron === null) return "Neutrons: not known.";
  const { counts, seconds, expected, burst } = neutron;
  const most = `Neutrons: at most ${counts} in ${seconds} s, ${expected.toFixed(1)} expected.`;
  return burst === null ? most : `${most} Their ${burstFindings[burst.finding]}.`;
};

const shapeSentences = (shape: PassageShape | null, { speedKph }: Passage): readonly string[] => {
  if (shape === null) return [];
  if (shape.widthInS === null) return ["Width: the peak has not fallen to half yet."];
  const width = `Width: ${shape.widthInS.toFixed(1)} s at half maximum`;
  return shape.widthOverPoint === null || speedKph === null
    ? [`${width}; the speed is not known.`]
    : [
        `${width}, ${shape.widthOverPoint.toFixed(1)} times that of a point source at ${speedKph.toFixed(1)} km/h.`,
      ];
};

const energySentence = (settings: ClassifySettings, energy: EnergyExcess | null): string => {
  if (energy === null) return "Energies: not known.";
  if (energy.significance < settings.excessSigmaMin) {
    return `Energies: the excess of ${energy.significance.toFixed(1)} standard deviations is too small to tell.`;
  }
  const excess = energy.shares.map(percent).join(", ");
  const background = energy.backgroundShares.map(percent).join(", ");
  return `Energies: ${excess} of the excess in the four windows from low to high; background ${background}.`;
};
