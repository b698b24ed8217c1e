/**
 * Checks for what the log brings thousands of times a second, by hand: some twenty times as fast as the schemas. Each says
 * true only of a value that its schema takes as it is; of every other value the schema decides. A test holds them to that.
 */
export type PlainObject = Readonly<Record<string, unknown>>;

export const isPlainObject = (value: unknown): value is PlainObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const hasKeyCount = (value: PlainObject, count: number): boolean =>
  Object.keys(value).length === count;

export const isText = (value: unknown): value is string => typeof value === "string";

export const isIdText = (value: unknown): boolean =>
  typeof value === "string" && value.length >= 1 && value.length <= 200;

/** JSON may say 1e999. */
export const isNumber = (value: unknown): value is number => Number.isFinite(value);

export const isIndex = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";

export const isOneOf = (names: ReadonlySet<string>, value: unknown): boolean =>
  typeof value === "string" && names.has(value);
