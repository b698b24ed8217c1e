/**
 * What equipment that speaks JSON would publish in place of a record line, in the default schema of the driver
 * `json-mqtt`. Records that the schema has no kind for are left out; damaged lines come as they are.
 */
type JsonDocument = Readonly<Record<string, unknown>>;
type Fields = readonly string[];

const numbers = (fields: Fields): readonly number[] => fields.slice(0, 4).map(Number);
const background = (particle: "gamma" | "neutron", level: string) => (fields: Fields) => ({
  kind: `${particle}-background`,
  cps: numbers(fields),
  level,
});
const interval = (particle: "gamma" | "neutron", alarm: boolean) => (fields: Fields) => ({
  kind: `${particle}-interval`,
  counts: numbers(fields),
  alarm,
});

const setupNames: Readonly<Record<string, readonly [block: string, ...names: string[]]>> = {
  SG1: ["gamma-1", "highBackgroundFaultCps", "lowBackgroundFaultCps", "windowIntervals", "holdInIntervals"],
  SN1: ["neutron-1", "highBackgroundFaultCps", "maxIntervals"],
};

const setup = (tag: string) => (fields: Fields) => {
  const [block, ...names] = setupNames[tag] ?? [tag];
  return {
    kind: "setup",
    block,
    values: Object.fromEntries(names.map((name, at) => [name, Number(fields[at])])),
  };
};

interface Translation {
  /** Fields of a whole record: what is cut is not translated. */
  readonly form: RegExp;
  readonly document: (fields: Fields) => JsonDocument;
}

const fourCounts = /^\d{6}(,\d{6}){3}$/;
const fourRates = /^\d+\.\d{8}(,\d+\.\d{8}){3}$/;
const ofCounts = (document: Translation["document"]): Translation => ({ form: fourCounts, document });
const ofRates = (document: Translation["document"]): Translation => ({ form: fourRates, document });

const translations: Readonly<Record<string, Translation>> = {
  GB: ofCounts(background("gamma", "normal")),
  GH: ofCounts(background("gamma", "high")),
  GL: ofCounts(background("gamma", "low")),
  NB: ofCounts(background("neutron", "normal")),
  NH: ofCounts(background("neutron", "high")),
  NB1: ofRates(background("neutron", "normal")),
  AB1: ofRates((fields) => ({ kind: "energy-window-background", cps: numbers(fields) })),
  GS: ofCounts(interval("gamma", false)),
  GA: ofCounts(interval("gamma", true)),
  NS: ofCounts(interval("neutron", false)),
  NA: ofCounts(interval("neutron", true)),
  AS: ofCounts((fields) => ({ kind: "energy-window-interval", counts: numbers(fields) })),
  AA: {
    form: /^0{5}[1-3](,\d{6}){2},\w{6}$/,
    document: (fields) => ({ kind: "energy-alarm", energyChannel: Number(fields[0]) }),
  },
  SP: {
    form: /^\d\.\d{4},\d{2}\.\d{3},\d{3}\.\d{2},\d{6}$/,
    document: (fields) => ({ kind: "speed", kph: Number(fields[2]) }),
  },
  GX: ofCounts((fields) => ({
    kind: "occupancy-closed",
    occupancyNumber: Number(fields[0]),
    neutronBackgroundCps: Number(fields[1]) / 1000,
  })),
  TT: ofCounts(() => ({ kind: "tamper", open: true })),
  TC: ofCounts(() => ({ kind: "tamper", open: false })),
  SG1: { form: /^\d{6},\d{6},\d{2},\d{2},\d{2}\.\d,\w$/, document: setup("SG1") },
  SN1: { form: /^\d{6},\d{2},\d{7},\d{2}\.\d{2},\d{2},\d{3}$/, document: setup("SN1") },
};

/** Records that equipment with JSON has no word for: statistics, and what nobody can explain. */
const unsaid = new Set(["RW", "NC", "NX", "NZ", "AC", "AR", "AM", "AX", "SG2", "SG3", "SN2"]);

const recordForm = /^([A-Z]{2}\d?),([\x20-\x7e]+)$/;

/**
 * The payload for one line without its end: the document with `more` added (a sequence number), the line itself where
 * it is damaged, undefined where there is nothing to say.
 */
export const documentOfLine = (line: string, more: () => JsonDocument): string | undefined => {
  const [, tag = "", text = ""] = recordForm.exec(line) ?? [];
  if (unsaid.has(tag)) return undefined;
  const translation = translations[tag];
  if (translation?.form.test(text) !== true) return line;
  return JSON.stringify({ ...translation.document(text.split(",")), ...more() });
};
