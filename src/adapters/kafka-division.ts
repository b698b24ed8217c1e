import { z } from "zod";

/** What a member of the group says when it joins. */
export interface Claim {
  readonly memberId: string;
  /** The partitions it was given last, and when: later generations are believed before earlier ones. */
  readonly owned: readonly number[];
  readonly generation: number;
}

const claimSchema = z.object({
  version: z.literal(1),
  generation: z.int(),
  owned: z.array(z.int().min(0)),
});
const shareSchema = z.object({ version: z.literal(1), partitions: z.array(z.int().min(0)) });

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
};

export const encodeClaim = ({ owned, generation }: Omit<Claim, "memberId">): Buffer =>
  bytesOf({ version: 1, generation, owned });

/** A claim nobody understands claims nothing. */
export const decodeClaim = (memberId: string, bytes: Buffer): Claim => {
  const { data } = claimSchema.safeParse(parsed(bytes));
  return { memberId, owned: data?.owned ?? [], generation: data?.generation ?? -1 };
};

export const encodeShare = (partitions: readonly number[]): Buffer => bytesOf({ version: 1, partitions });
/** Nothing where nothing was assigned. */
export const decodeShare = (bytes: Buffer): ReadonlySet<number> =>
  new Set(shareSchema.safeParse(parsed(bytes)).data?.partitions ?? []);

/**
 * Divides partition numbers among the members: no two have one, none is left over, nobody has two more than another,
 * and whoever had one keeps it as far as that allows. The same claims give the same division, in whatever order.
 */
export const divide = (
  claims: readonly Claim[],
  partitionCount: number,
): ReadonlyMap<string, readonly number[]> => {
  const believed = claims.toSorted(
    (a, b) => b.generation - a.generation || (a.memberId < b.memberId ? -1 : 1),
  );
  const owner = new Map<number, string>();
  for (const { memberId, owned } of believed)
    for (const partition of owned)
      if (partition < partitionCount && !owner.has(partition)) owner.set(partition, memberId);
  const shares = new Map(believed.map(({ memberId }): [string, number[]] => [memberId, []]));
  for (const [partition, memberId] of owner) shares.get(memberId)?.push(partition);

  const least = Math.floor(partitionCount / Math.max(claims.length, 1));
  // Those who have most keep the odd partition.
  const byShare = [...shares].toSorted(([, a], [, b]) => b.length - a.length);
  const quota = new Map(
    byShare.map(([memberId], place) => [
      memberId,
      least + (place < partitionCount - least * claims.length ? 1 : 0),
    ]),
  );
  const isTaken = new Set<number>();
  for (const [memberId, partitions] of shares) {
    partitions.sort((a, b) => a - b);
    partitions.length = Math.min(partitions.length, quota.get(memberId) ?? 0);
    for (const partition of partitions) isTaken.add(partition);
  }
  const free = Array.from({ length: partitionCount }, (_, at) => at).filter((at) => !isTaken.has(at));
  for (const [memberId, partitions] of shares) {
    const room = (quota.get(memberId) ?? 0) - partitions.length;
    partitions.push(...free.splice(0, room));
    partitions.sort((a, b) => a - b);
  }
  return shares;
};
