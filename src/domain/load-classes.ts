/**
 * What an alarm looks like. Advice to the officer: it hides, delays or ends no alarm, unless the lane's settings name
 * classes to withhold.
 */
export const loadClasses = {
  neutron: { label: "Neutron source", meaning: "More neutrons than the background can explain." },
  "cosmic-burst": {
    label: "Cosmic burst",
    meaning: "Neutrons in a burst within two seconds at a steady rate, as cosmic rays make in much metal.",
  },
  "medical-like": {
    label: "Medical-like",
    meaning: "A narrow peak of low energies, as of 99mTc, 201Tl or 131I in a person; 57Co looks the same.",
  },
  "point-source": { label: "Point source", meaning: "A narrow peak that is not of natural radioactivity." },
  "norm-like": {
    label: "NORM-like",
    meaning: "A load with the spectrum of natural radioactivity, or, without energy windows, a long one.",
  },
  undetermined: { label: "Undetermined", meaning: "The figures do not agree with one kind of load." },
} as const;
export type LoadClass = keyof typeof loadClasses;

/** What the excess in the energy windows is like. */
export const spectra = {
  low: "low energies, as of a medical isotope",
  natural: "natural radioactivity",
  "single-line": "one or two lines, as of an industrial source",
  unclear: "several kinds of load",
} as const;
export type Spectrum = keyof typeof spectra;

/** What an alarm looks like, and why, in plain sentences with the figures, the deciding one first. */
export interface Advice {
  readonly class: LoadClass;
  /** Null where there are no energy windows, or too little in them to tell. */
  readonly spectrum: Spectrum | null;
  readonly reasons: readonly string[];
}
