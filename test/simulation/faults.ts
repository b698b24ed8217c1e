import type { Chance } from "../../simulators/chance.ts";

/** What the simulation does to a site. One table: kinds, how often, and what they mean. */
export const faultKinds = {
  "append-refused": "an append fails, and nothing of it is stored",
  "answer-lost": "an append is stored, and its caller is told that it failed",
  "append-partly-stored":
    "an append to a shared log fails when some of its topics are stored, never checkpoints",
  "append-stored-late": "an append to a shared log fails, and is stored seconds later",
  "append-slow": "an append takes seconds",
  "read-failed": "a read fails",
  "follow-late": "what is followed comes seconds late",
  "follow-repeated": "what is followed comes twice",
  "follow-failed": "following fails",
  "follow-ended": "following ends, though nobody asked for it",
  "log-away": "nobody reaches the log for a while",
  "edge-cut": "the edge does not reach the log for a while",
  "edge-killed": "the edge dies, and starts again as another boot",
  "edge-stopped": "the edge is stopped in order, and starts again",
  "edge-paused": "the edge stands still for a while",
  "edge-clock-stepped": "the edge's wall clock steps by up to an hour",
  "spool-unwritable": "the spool's disk does not take a write",
  "spool-full": "the spool's disk is full: the oldest frames go",
  "link-lost": "the connection to a portal closes",
  "core-killed": "a core dies, and starts again from its checkpoints",
  "core-stopped": "a core is stopped in order, and starts again",
  "core-paused": "a core stands still, and does not know",
  "share-moved": "partitions change cores, which hear of it at different times",
  "console-killed": "the console's server dies, and starts again",
  "console-stopped": "the console's server is stopped in order, and starts again",
  "console-paused": "the console's server stands still for a while",
  "browser-left": "a browser loses its connection and resumes",
  "command-repeated": "an officer's command is sent twice",
} as const;
export type FaultKind = keyof typeof faultKinds;
const allKinds = Object.keys(faultKinds).filter((kind): kind is FaultKind => Object.hasOwn(faultKinds, kind));
export { allKinds as faultKindList };

export interface Shape {
  /** Whether the log is one that several cores share: a late or partial append is possible there and nowhere else. */
  readonly isShared: boolean;
  /** `twins`: two cores judge everything; `group`: they divide the partitions. */
  readonly cores: "one" | "twins" | "group";
  readonly hasSpool: boolean;
}

export interface PlannedFault {
  readonly atMs: number;
  readonly kind: FaultKind;
  /** Uniform draws for the fault's own use. */
  readonly draws: readonly [number, number, number];
}

const isPossible = (kind: FaultKind, { isShared, cores, hasSpool }: Shape): boolean => {
  switch (kind) {
    case "append-partly-stored":
    case "append-stored-late":
      return isShared;
    case "share-moved":
      return cores === "group";
    case "spool-unwritable":
    case "spool-full":
      return hasSpool;
    case "append-refused":
    case "answer-lost":
    case "append-slow":
    case "read-failed":
    case "follow-late":
    case "follow-repeated":
    case "follow-failed":
    case "follow-ended":
    case "log-away":
    case "edge-cut":
    case "edge-killed":
    case "edge-stopped":
    case "edge-paused":
    case "edge-clock-stepped":
    case "link-lost":
    case "core-killed":
    case "core-stopped":
    case "core-paused":
    case "console-killed":
    case "console-stopped":
    case "console-paused":
    case "browser-left":
    case "command-repeated":
      return true;
  }
};

/** Kinds that cost expected alarms, because bytes are lost for good: not in every run, or there would be nothing left to find. */
const costly: readonly FaultKind[] = ["edge-killed", "edge-stopped", "link-lost", "spool-full"];

/** How long an edge is cut off: by the draw's square, so that most cuts are short. */
export const cutInMs = (draw: number): number => 200 + draw * draw * 25_000;

/** An edge that is cut off again and again, for as long as it takes, with so much time between. */
const cuts = (
  chance: Chance,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly PlannedFault[] => {
  const betweenMs = chance.between(50, 5_000);
  const plan: PlannedFault[] = [];
  for (let atMs = fromMs; (atMs += chance.exponential(betweenMs)) < toMs;) {
    const draws = [0, chance.uniform(), chance.uniform()] as const;
    plan.push({ atMs, kind: "edge-cut", draws });
    atMs += cutInMs(draws[1]);
  }
  return plan;
};

/** A third of the runs. */
const cutsLikelihood = 0.33;

/**
 * The faults of one run. Each run draws a few kinds and how dense they come, so that some runs meet one kind again and
 * again and others many kinds at once; a third of them cuts the edge off again and again besides.
 */
export const planFaults = (
  chance: Chance,
  shape: Shape,
  during: { readonly fromMs: number; readonly toMs: number },
): readonly PlannedFault[] => {
  const likelihood = chance.between(0.1, 0.7);
  const kinds = allKinds.filter(
    (kind) => isPossible(kind, shape) && chance.happens(costly.includes(kind) ? likelihood / 2 : likelihood),
  );
  const cutOff = chance.happens(cutsLikelihood) ? cuts(chance, during) : [];
  if (kinds.length === 0) return cutOff;
  const everyMs = chance.between(400, 6_000);
  const plan: PlannedFault[] = [];
  for (let atMs = during.fromMs; (atMs += chance.exponential(everyMs)) < during.toMs;) {
    const kind = kinds[Math.floor(chance.uniform() * kinds.length)];
    if (kind === undefined) continue;
    if (costly.includes(kind) && chance.happens(0.5)) continue;
    plan.push({ atMs, kind, draws: [chance.uniform(), chance.uniform(), chance.uniform()] });
  }
  return [...cutOff, ...plan];
};
