import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventRecordCodec } from "../../src/wire/event.ts";
import { frameSchema } from "../../src/wire/frame.ts";
import { isUsualFrame } from "../../src/wire/frame-check.ts";
import { isMeasurementRecord } from "../../src/wire/measurement-check.ts";
import { anyEventIdentity, anyEventOf, anyFrame, eventKinds } from "./anything.ts";

type Path = readonly (string | number)[];

/** Every place in a value, the value itself included. */
const placesIn = (value: unknown): readonly Path[] => {
  const below =
    value instanceof Object && !(value instanceof Uint8Array)
      ? Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
          placesIn(inner).map((path) => [Array.isArray(value) ? Number(key) : key, ...path]),
        )
      : [];
  return [[], ...below];
};

/** A copy in which `change` has been done at a place. */
const changedAt = (value: unknown, [key, ...rest]: Path, change: (old: unknown) => unknown): unknown => {
  if (key === undefined) return change(value);
  const inner: unknown = Reflect.get(Object(value), key);
  if (Array.isArray(value)) return value.with(Number(key), changedAt(inner, rest, change));
  return { ...Object(value), [key]: changedAt(inner, rest, change) };
};

const withoutKey = (value: unknown, which: number): unknown => {
  if (!(value instanceof Object) || value instanceof Uint8Array) return undefined;
  if (Array.isArray(value)) return value.slice(1);
  const keys = Object.keys(value);
  const gone = keys[which % Math.max(1, keys.length)];
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== gone));
};

const strange = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, "", "x", "sum", "decided", "gamma", true, false, 0, -1, 0.5),
  fc.constantFrom<unknown>(Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, 1n, [], {}, [1, 2, 3, 4], [[]]),
  fc.constantFrom<unknown>("x".repeat(64), "x".repeat(201), "Lane", "north\n", "cusum", new Uint8Array(2)),
  fc.anything(),
);

/** The value, and what becomes of it by one to three accidents. */
const damaged = <T>(whole: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      whole,
      fc.array(
        fc.record({
          at: fc.nat(),
          kind: fc.constantFrom("replace", "add", "remove"),
          which: fc.nat(),
          by: strange,
        }),
        { minLength: 1, maxLength: 3 },
      ),
    )
    .map(([value, accidents]) =>
      accidents.reduce<unknown>((before, { at, kind, which, by }) => {
        const places = placesIn(before);
        return changedAt(before, places[at % places.length] ?? [], (old) => {
          if (kind === "remove") return withoutKey(old, which);
          if (kind === "add" && old instanceof Object && !Array.isArray(old))
            return Object.assign({}, old, { further: by });
          return by;
        });
      }, value),
    );

interface Checked {
  readonly isPlain: (value: unknown) => boolean;
  readonly schema: { safeParse(value: unknown): { success: boolean; data?: unknown } };
}

/** What passes the check, the schema takes and gives back as it is. */
const expectSound = ({ isPlain, schema }: Checked, value: unknown): void => {
  if (!isPlain(value)) return;
  const result = schema.safeParse(value);
  expect(result.success).toBe(true);
  expect(result.data).toEqual(value);
};

const measurements = eventKinds.filter((kind) => kind.endsWith("-measured"));
const records: Checked = { isPlain: isMeasurementRecord, schema: eventRecordCodec.schema };
const frames: Checked = { isPlain: isUsualFrame, schema: frameSchema };

describe("checks by hand", () => {
  it.each(measurements)("pass %s", (kind) => {
    fc.assert(
      fc.property(anyEventIdentity, anyEventOf(kind), fc.boolean(), (identity, event, late) => {
        const { loggedAt: _, ...plain } = identity;
        const record = { ...plain, event, ...(late ? { historical: true } : {}) };
        expect(isMeasurementRecord(record)).toBe(true);
        expectSound(records, record);
      }),
    );
  });

  it("pass frames of bytes and heartbeats", () => {
    fc.assert(
      fc.property(anyFrame, fc.boolean(), (frame, late) => {
        const value = { v: 1, ...frame, ...(late ? { historical: true } : {}) };
        expect(isUsualFrame(value)).toBe(frame.body.kind === "bytes" || frame.body.kind === "heartbeat");
        expectSound(frames, value);
      }),
    );
  });

  it.each(eventKinds)("pass no damaged %s that its schema would not take as it is", (kind) => {
    const record = fc.tuple(anyEventIdentity, anyEventOf(kind)).map(([one, event]) => ({ ...one, event }));
    fc.assert(
      fc.property(damaged(record), (value) => expectSound(records, value)),
      { numRuns: kind.endsWith("-measured") ? 3_000 : 100 },
    );
  });

  it("pass no damaged frame that the schema would not take as it is", () => {
    const value = anyFrame.map((frame) => ({ v: 1, ...frame }));
    fc.assert(
      fc.property(damaged(value), (frame) => expectSound(frames, frame)),
      { numRuns: 5_000 },
    );
  });
});
