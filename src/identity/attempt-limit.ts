import type { MonotonicMs } from "../domain/units.ts";

/** Who tries to sign in: the name as it was typed, folded by `nameKeyOf`, and where the request comes from. */
export interface AttemptOrigin {
  readonly nameKey: string;
  readonly address: string;
}

export type Admission =
  | { readonly kind: "admitted" }
  /** `isFirst`: the first that is turned away since one was admitted, so that a flood is told of once. */
  | { readonly kind: "turned-away"; readonly retryInMs: number; readonly isFirst: boolean };

/** Slows guessing down. Attempts count when they begin, so that many at once gain nothing. */
export interface AttemptLimit {
  readonly begin: (now: MonotonicMs, origin: AttemptOrigin) => Admission;
  /** The passphrase was right: the attempt was no guess. */
  readonly succeeded: (origin: AttemptOrigin) => void;
}

/**
 * Leaky buckets: so many attempts at once, and one more each so often. A name from one address is the narrowest, so
 * that who guesses an officer's passphrase from elsewhere does not keep the officer out.
 */
const limits = {
  "name-at-address": { burst: 5, refillInMs: 30_000 },
  address: { burst: 30, refillInMs: 10_000 },
  name: { burst: 60, refillInMs: 10_000 },
} as const;
type LimitKind = keyof typeof limits;

interface Bucket {
  /** Time until it is empty, as of `at`; an attempt adds `refillInMs`. */
  readonly drainInMs: number;
  readonly at: MonotonicMs;
  readonly isTurningAway: boolean;
}

/** 10 000 buckets ≈ 2 MB. The one untouched for longest is forgotten. */
export const bucketsMax = 10_000;

export const openAttemptLimit = (): AttemptLimit => {
  const buckets = new Map<string, Bucket>();

  const put = (key: string, bucket: Bucket): void => {
    buckets.delete(key);
    buckets.set(key, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > bucketsMax && oldest !== undefined) buckets.delete(oldest);
  };

  const drainNow = (now: MonotonicMs, key: string): number => {
    const bucket = buckets.get(key);
    return bucket === undefined ? 0 : Math.max(0, bucket.drainInMs - (now - bucket.at));
  };

  return {
    begin: (now, origin) => {
      const wanted = keysOf(origin).map(({ kind, key }) => {
        const { burst, refillInMs } = limits[kind];
        const drainInMs = drainNow(now, key);
        return { key, drainInMs, refillInMs, waitInMs: drainInMs - (burst - 1) * refillInMs };
      });
      const full = wanted.filter(({ waitInMs }) => waitInMs > 0);
      if (full.length === 0) {
        for (const { key, drainInMs, refillInMs } of wanted)
          put(key, { drainInMs: drainInMs + refillInMs, at: now, isTurningAway: false });
        return { kind: "admitted" };
      }
      const isFirst = full.every(({ key }) => buckets.get(key)?.isTurningAway !== true);
      for (const { key, drainInMs } of full) put(key, { drainInMs, at: now, isTurningAway: true });
      return {
        kind: "turned-away",
        retryInMs: Math.ceil(Math.max(...full.map(({ waitInMs }) => waitInMs))),
        isFirst,
      };
    },
    succeeded: (origin) => {
      for (const { kind, key } of keysOf(origin)) {
        const bucket = buckets.get(key);
        if (bucket === undefined) continue;
        const { refillInMs } = limits[kind];
        if (kind === "name-at-address" || bucket.drainInMs <= refillInMs) buckets.delete(key);
        else put(key, { ...bucket, drainInMs: bucket.drainInMs - refillInMs });
      }
    },
  };
};

interface LimitKey {
  readonly kind: LimitKind;
  readonly key: string;
}

const keysOf = ({ nameKey, address }: AttemptOrigin): readonly LimitKey[] => [
  { kind: "name-at-address", key: `both ${address} ${nameKey}` },
  { kind: "address", key: `address ${address}` },
  { kind: "name", key: `name ${nameKey}` },
];
