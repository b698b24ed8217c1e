import { z } from "zod";
import { type DocumentedForm, type Docstrings, formKey } from "./docstrings.ts";
import { type Published, scalars, shared } from "./published.ts";

/** A JSON Schema as plain values. */
export type JsonSchema = Record<string, unknown>;

/** An identifier, not an address: nothing is served there. */
export const schemaId = (name: string): string => `urn:lanewatch:schema:${name.replace(".", ":")}`;

/** Of the only values that JSON does not have: the bytes of a frame. */
const base64url: JsonSchema = {
  type: "string",
  pattern: "^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$",
  contentEncoding: "base64url",
};

const sharedNames = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries(shared)) sharedNames.add(schema, { id });

interface Translated {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: JsonSchema;
}

/** What zod leaves out of its own translation. */
const complete = ({ zodSchema, jsonSchema }: Translated, docs: Docstrings): void => {
  delete jsonSchema["readOnly"];
  for (const [name, schema] of Object.entries(scalars)) {
    if (Object.is(schema, zodSchema)) jsonSchema["description"] = docs.scalars.get(name);
  }
  const { def } = zodSchema._zod;
  if (def.type === "custom") Object.assign(jsonSchema, z.globalRegistry.get(zodSchema) ?? base64url);
  if (def.type === "tuple" && def.rest === null) {
    Object.assign(jsonSchema, { minItems: def.items.length, maxItems: def.items.length });
  }
};

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const constOf = (schema: unknown): string | null =>
  isSchema(schema) && typeof schema["const"] === "string" ? schema["const"] : null;

/** The form that these properties belong to: of several, the one of the same kind; the sources' first. */
const formOf = ({ forms }: Docstrings, properties: JsonSchema): readonly DocumentedForm[] => {
  const withoutVersion = Object.keys(properties).filter((name) => name !== "v");
  const keys = new Set([formKey(withoutVersion), formKey(Object.keys(properties))]);
  const found = [...keys].flatMap((key) => forms.get(key) ?? []);
  const kind = constOf(properties["kind"]);
  return found.filter((form) => form.kind === kind);
};

/** The unit that the last word of a name says, for properties that have no docstring. */
const units: readonly (readonly [RegExp, string])[] = [
  [/cps$/i, "Counts per second."],
  [/kph$/i, "Kilometres per hour."],
  [/laneMs$/i, "Milliseconds of the lane's own time, which adds up the edge's monotonic clock."],
  [/inMs$/, "Milliseconds."],
  [/^counts$/, "Counts."],
  [/intervals$/i, "In intervals of 200 ms."],
  [/^(bytes|byteLength|byteOffset)$/, "Bytes."],
];

const textOf = (forms: readonly DocumentedForm[], name: string): string =>
  forms.map(({ properties }) => properties.get(name) ?? "").find((text) => text !== "") ?? "";

const unitOf = (name: string): string => units.find(([pattern]) => pattern.test(name))?.[1] ?? "";

/** A property with the best description there is: of the form, of its own schema, or of its unit alone. */
const describedProperty = (property: unknown, name: string, text: string): unknown => {
  if (!isSchema(property)) return property;
  const { description: own, ...bare } = property;
  const description = [text, typeof own === "string" ? own : "", unitOf(name)].find((one) => one !== "");
  return description === undefined ? bare : { description, ...bare };
};

/** The same schema with the sources' docstrings as descriptions. */
export const described = (schema: unknown, docs: Docstrings): unknown => {
  if (Array.isArray(schema)) return schema.map((item) => described(item, docs));
  if (!isSchema(schema)) return schema;
  const { properties } = schema;
  const forms = isSchema(properties) ? formOf(docs, properties) : [];
  const entries = Object.entries(schema).map(([key, value]) => {
    if (key !== "properties" || !isSchema(value)) return [key, described(value, docs)] as const;
    const told = Object.entries(value).map(([name, property]) => {
      return [name, describedProperty(described(property, docs), name, textOf(forms, name))] as const;
    });
    return [key, Object.fromEntries(told)] as const;
  });
  const own = forms.find(({ text }) => text !== "")?.text;
  return { ...(own === undefined ? {} : { description: own }), ...Object.fromEntries(entries) };
};

/** A published schema in JSON Schema 2020-12: what a record may be as it comes in. */
export const jsonSchemaOf = (
  name: string,
  { title, description, schema }: Published,
  docs: Docstrings,
): JsonSchema => {
  const translated = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io: "input",
    unrepresentable: "any",
    metadata: sharedNames,
    override: (translated) => complete(translated, docs),
  });
  const { $schema, $defs, ...rest } = described(translated, docs) as JsonSchema;
  return {
    $schema,
    $id: schemaId(name),
    title,
    ...rest,
    description,
    ...($defs === undefined ? {} : { $defs }),
  };
};
