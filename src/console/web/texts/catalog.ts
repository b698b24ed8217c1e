import type { en } from "./en.ts";
import type { Format } from "./format.ts";
import type { Language } from "./languages.ts";

/**
 * How texts are made. A catalog is plain data, the English one is the model of all: a text; a text with placeholders
 * (`"No data for {age}"`), which components call with its values; or the forms of a plural (`{one, other}`, further ones by
 * `Intl.PluralRules`), called with the count, which stands as `{count}` in the forms.
 */

interface Plural {
  readonly one: string;
  readonly other: string;
}
export type PluralForms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

type Widened<T> = T extends Plural
  ? PluralForms
  : T extends string
    ? string
    : { readonly [K in keyof T]: Widened<T[K]> };

/** One language's texts, as they are written. */
export type Catalog = Widened<typeof en>;

type Placeholders<S extends string> = S extends `${string}{${infer P}}${infer Rest}`
  ? P | Placeholders<Rest>
  : never;
type Values<P extends string> = Readonly<Record<P, string | number>>;
type Further<P extends string> = [P] extends [never] ? [] : [values: Values<P>];

type Compiled<T> = T extends Plural
  ? (count: number, ...values: Further<Exclude<Placeholders<T["other"]>, "count">>) => string
  : T extends string
    ? [Placeholders<T>] extends [never]
      ? string
      : (values: Values<Placeholders<T>>) => string
    : { readonly [K in keyof T]: Compiled<T[K]> };

/** One language's texts and formats, as components use them: `t.lanes.heading`, `t.lanes.noDataFor({ age })`. */
export type Texts = Compiled<typeof en> & {
  readonly language: Language;
  readonly format: Format;
};

interface Tree {
  readonly [key: string]: string | Tree;
}

const placeholder = /\{(\w+)\}/g;

export const placeholdersOf = (text: string): readonly string[] =>
  [...text.matchAll(placeholder)].map(([, name = ""]) => name);

/** In English a plural has `one` and `other`, and nothing else in a catalog has `one`. */
export const isPlural = (node: string | Tree): node is Tree & { readonly other: string } =>
  typeof node !== "string" && typeof node["one"] === "string" && typeof node["other"] === "string";

/** First strong isolate and its end: a name or figure keeps its own direction inside a right-to-left sentence. */
const isolated = (value: string): string => `\u2068${value}\u2069`;

type Filler = (text: string, values: Readonly<Record<string, string | number>>) => string;

const fillerFor =
  (format: Format, isRightToLeft: boolean): Filler =>
  (text, values) =>
    text.replace(placeholder, (_, name: string) => {
      const value = values[name] ?? "";
      if (typeof value === "number") return format.number(value);
      return isRightToLeft ? isolated(value) : value;
    });

const compileNode = (node: string | Tree, fill: Filler, rules: Intl.PluralRules): unknown => {
  if (typeof node === "string") {
    return placeholdersOf(node).length === 0
      ? node
      : (values: Readonly<Record<string, string | number>>) => fill(node, values);
  }
  if (isPlural(node)) {
    return (count: number, values: Readonly<Record<string, string | number>> = {}) => {
      const form = node[rules.select(count)];
      return fill(typeof form === "string" ? form : node.other, { ...values, count });
    };
  }
  return Object.fromEntries(
    Object.entries(node).map(([key, child]) => [key, compileNode(child, fill, rules)]),
  );
};

export interface CompileOptions {
  readonly language: Language;
  readonly tag: string;
  readonly isRightToLeft: boolean;
  readonly format: Format;
}

export const compileTexts = (catalog: Catalog, options: CompileOptions): Texts => {
  const { language, tag, isRightToLeft, format } = options;
  const fill = fillerFor(format, isRightToLeft);
  const compiled = compileNode(catalog, fill, new Intl.PluralRules(tag));
  // The one place where data become functions: what stands where follows from the catalog's type.
  return { ...(compiled as Compiled<typeof en>), language, format };
};
