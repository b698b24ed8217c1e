import type { UndecodableReason } from "../../src/domain/messages.ts";
import type { PerPanel } from "../../src/domain/panels.ts";
import { compilePath, valueAt } from "./paths.ts";
import type { ChoiceField, FlagField, FourField, NumberField, Scalar } from "./settings.ts";

/** Above this no counts or rates are: a number that overflowed somewhere. */
const maxNumber = 1e9;

/**
 * The first thing wrong with a document. Readers go on with a harmless value,
 * which nobody sees then.
 */
export class Findings {
  reason: UndecodableReason | null = null;

  found(reason: UndecodableReason): void {
    this.reason ??= reason;
  }
}

/** Reads one value of a document; what is wrong with it goes to the findings. */
export type Reader<T> = (document: unknown, findings: Findings) => T;

/** The number, and never a negative zero. */
const usable = (value: unknown, findings: Findings): number => {
  if (typeof value === "number" && value >= 0 && value <= maxNumber) return value + 0;
  findings.found(value === undefined ? "missing-field" : "bad-field");
  return 0;
};

/** A number that is not negative. */
export const numberReader = (field: NumberField): Reader<number> => {
  if (typeof field === "string") return numberReader({ path: field, scale: 1 });
  if ("constant" in field) return () => field.constant;
  const path = compilePath(field.path);
  const { scale, default: otherwise } = field;
  return (document, findings) => {
    const value = valueAt(document, path);
    if (value === undefined && otherwise !== undefined) return otherwise;
    return usable(value, findings) * scale;
  };
};

/** Scaling leaves a fraction of rounding; a count that has one without scaling is no count. */
const wholeOf = (value: number, isScaled: boolean, findings: Findings): number => {
  if (!isScaled && !Number.isInteger(value)) findings.found("bad-field");
  return Math.round(value);
};

const isScaledField = (field: NumberField | FourField): boolean =>
  typeof field === "object" && "scale" in field && field.scale !== 1;

export const countReader = (field: NumberField): Reader<number> => {
  const read = numberReader(field);
  const isScaled = isScaledField(field);
  return (document, findings) => wholeOf(read(document, findings), isScaled, findings);
};

/** For each of our columns its place in an array of the document; null for one that is not there. */
export type ColumnOrder = readonly [number | null, number | null, number | null, number | null];

/** An array of exactly as many numbers as the order names, in our order; columns that are not there are 0. */
const arrayReader = (
  field: { readonly path: string; readonly scale: number },
  order: ColumnOrder,
  read: (value: unknown, findings: Findings) => number,
): Reader<PerPanel> => {
  const path = compilePath(field.path);
  const length = 1 + Math.max(-1, ...order.map((column) => column ?? -1));
  return (document, findings) => {
    const value = valueAt(document, path);
    if (!Array.isArray(value)) {
      findings.found(value === undefined ? "missing-field" : "bad-field");
      return [0, 0, 0, 0];
    }
    if (value.length !== length) findings.found("wrong-field-count");
    const values: readonly unknown[] = value;
    const at = (column: number | null): number => (column === null ? 0 : read(values[column], findings));
    return [at(order[0]), at(order[1]), at(order[2]), at(order[3])];
  };
};

export const naturalOrder: ColumnOrder = [0, 1, 2, 3];

interface Four {
  readonly field: FourField;
  readonly order: ColumnOrder;
  /** Whether the numbers are counts, which are whole. */
  readonly areCounts: boolean;
}

/** Four counts or four rates in our order. Four fields of their own stand in our order already. */
export const fourReader = ({ field, order, areCounts }: Four): Reader<PerPanel> => {
  if (typeof field === "string") return fourReader({ field: { path: field, scale: 1 }, order, areCounts });
  if ("path" in field) {
    const isScaled = isScaledField(field);
    return arrayReader(field, order, (value, findings) => {
      const scaled = usable(value, findings) * field.scale;
      return areCounts ? wholeOf(scaled, isScaled, findings) : scaled;
    });
  }
  const [a, b, c, d] = field;
  const reader = areCounts ? countReader : numberReader;
  const [readA, readB, readC, readD] = [reader(a), reader(b), reader(c), reader(d)];
  return (document, findings) => [
    readA(document, findings),
    readB(document, findings),
    readC(document, findings),
    readD(document, findings),
  ];
};

const isScalar = (value: unknown): value is Scalar =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

export const flagReader = (field: FlagField): Reader<boolean> => {
  if (typeof field === "string") return flagReader({ path: field, trueWhen: true, falseWhen: false });
  if ("constant" in field) return () => field.constant;
  const path = compilePath(field.path);
  const { trueWhen, falseWhen, default: otherwise } = field;
  return (document, findings) => {
    const value = valueAt(document, path);
    if (value === undefined && otherwise !== undefined) return otherwise;
    if (value === trueWhen) return true;
    if (value !== falseWhen) findings.found(value === undefined ? "missing-field" : "bad-field");
    return false;
  };
};

/** One of our words: by `values`, or where those are empty the document's own word. */
export const choiceReader = <Word extends string>(
  field: ChoiceField<Word>,
  words: readonly [Word, ...Word[]],
): Reader<Word> => {
  const path = compilePath(field.path);
  const mapped = Object.entries<Word>(field.values);
  const meanings = new Map<string, Word>(mapped.length > 0 ? mapped : words.map((word) => [word, word]));
  const { default: otherwise } = field;
  return (document, findings) => {
    const value = valueAt(document, path);
    if (value === undefined && otherwise !== undefined) return otherwise;
    const word = isScalar(value) ? meanings.get(String(value)) : undefined;
    if (word === undefined) findings.found(value === undefined ? "missing-field" : "bad-field");
    return word ?? words[0];
  };
};
