/** The names on the way to a value, from the outside in. */
export type Path = readonly string[];

/** Documents nested deeper are undecodable, so no longer path leads anywhere. */
export const maxDepth = 16;

/** `a.b.0` and the JSON pointer `/a/b/0` (RFC 6901) alike; undefined for what is neither. */
export const pathSegments = (text: string): Path | undefined => {
  const isPointer = text.startsWith("/");
  const names = isPointer ? text.slice(1).split("/") : text.split(".");
  if (names.length > maxDepth || (!isPointer && names.includes(""))) return undefined;
  if (!isPointer) return names;
  if (names.some((name) => /~(?![01])/.test(name))) return undefined;
  return names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
};

/** @throws RangeError for a text that the settings' schema has refused before. */
export const compilePath = (text: string): Path => {
  const path = pathSegments(text);
  if (path === undefined) throw new RangeError(`not a path: ${text}`);
  return path;
};

/** An object, or an array, whose places are named by their numbers. */
const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** The value at the path, or undefined where there is none. Only the document's own properties count; null is none. */
export const valueAt = (document: unknown, path: Path): unknown => {
  let value = document;
  for (const name of path) {
    if (!isContainer(value) || !Object.hasOwn(value, name)) return undefined;
    if (Array.isArray(value) && name === "length") return undefined;
    value = value[name];
  }
  return value ?? undefined;
};
