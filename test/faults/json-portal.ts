import type { Chance } from "../../simulators/chance.ts";
import type { Profile } from "../../src/domain/alarms.ts";

type Document = Readonly<Record<string, unknown>>;

/** Counts of a pass with a source stand this much above all others, and its number on top of that. */
const loadCounts = 10_000;

const background: readonly Document[] = [
  { kind: "gamma-background", cps: [400, 400, 400, 400], level: "normal" },
  { kind: "neutron-background", cps: [3, 0, 3, 0], level: "normal" },
];

const interval = (first: number): Document => ({
  kind: "gamma-interval",
  counts: [first, 80, 80, 80],
  alarm: first >= loadCounts,
});

/** Passes of vehicles, each with a source whose counts carry its number; numbered documents of the driver `json-mqtt`. */
export const passes = (count: number, epoch: string): readonly Document[] =>
  Array.from({ length: count }, (_, at) => [
    ...background,
    ...background,
    ...Array.from({ length: 6 }, () => interval(80)),
    ...Array.from({ length: 12 }, () => interval(loadCounts + at)),
    ...Array.from({ length: 6 }, () => interval(80)),
    { kind: "occupancy-closed", occupancyNumber: at, neutronBackgroundCps: 2.4 },
    ...background,
  ])
    .flat()
    .map((document, sequence) => ({ ...document, sequence, epoch }));

/** Which pass an alarm is of; -1 where no interval of its load was captured. */
export const loadOf = ({ gamma }: Profile): number => Math.max(...gamma.map(([first]) => first)) - loadCounts;

/** Some twice, and some up to three places late. */
export function* spoiledOrder(
  documents: readonly Document[],
  chance: Chance,
): Generator<Document, undefined> {
  const held: { readonly document: Document; readonly due: number }[] = [];
  for (const [at, document] of documents.entries()) {
    if (chance.happens(0.1)) held.push({ document, due: at + 1 + Math.floor(chance.between(0, 3)) });
    else yield document;
    if (chance.happens(0.1)) yield document;
    while (held[0] !== undefined && held[0].due <= at) {
      yield held[0].document;
      held.shift();
    }
  }
  for (const { document } of held) yield document;
  return undefined;
}
