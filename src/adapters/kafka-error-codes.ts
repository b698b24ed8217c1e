/**
 * Kafka's error codes as far as lanewatch meets them, and what follows from each.
 * `retry`: the same again, a little later. `leader`: first learn anew who leads the partition. `producer`: first
 * become a new producer. `coordinator`: first find the group's coordinator again. `refused`: it will not do.
 */
const codes = {
  "-1": { consequence: "retry", text: "the broker failed unexpectedly" },
  1: { consequence: "refused", text: "the offset is outside what the broker keeps" },
  2: { consequence: "retry", text: "the broker found a record damaged" },
  3: { consequence: "leader", text: "the broker does not have the topic or partition" },
  5: { consequence: "leader", text: "the partition has no leader at the moment" },
  6: { consequence: "leader", text: "the partition is led by another broker now" },
  7: { consequence: "retry", text: "the brokers took too long" },
  8: { consequence: "leader", text: "the broker is not available" },
  9: { consequence: "leader", text: "a copy of the partition is not available" },
  10: { consequence: "refused", text: "the record is larger than the broker accepts (max.message.bytes)" },
  13: { consequence: "leader", text: "the broker lost its connection to another" },
  14: { consequence: "coordinator", text: "the broker is still loading what it needs" },
  15: { consequence: "coordinator", text: "the group has no coordinator at the moment" },
  16: { consequence: "coordinator", text: "the group is coordinated by another broker now" },
  17: { consequence: "refused", text: "the broker does not accept the topic's name" },
  18: { consequence: "refused", text: "the batch is larger than the broker's segments" },
  19: { consequence: "retry", text: "too few copies of the partition are in step (min.insync.replicas)" },
  20: { consequence: "retry", text: "too few copies of the partition were written (min.insync.replicas)" },
  29: { consequence: "refused", text: "this user may not use the topic" },
  30: { consequence: "refused", text: "this user may not use the group" },
  31: { consequence: "refused", text: "this user may not do that in the cluster" },
  33: { consequence: "refused", text: "the broker does not offer this way of signing in" },
  35: { consequence: "refused", text: "the broker does not speak this version of the protocol" },
  37: { consequence: "refused", text: "the broker does not accept the number of partitions" },
  38: { consequence: "refused", text: "there are fewer brokers than the replication factor asks for" },
  40: { consequence: "refused", text: "the broker does not accept the topic's configuration" },
  41: { consequence: "retry", text: "the broker does not control the cluster" },
  44: { consequence: "refused", text: "a rule of the cluster forbids it" },
  45: { consequence: "producer", text: "the broker does not expect this batch yet" },
  46: { consequence: "producer", text: "the broker has a later batch already" },
  47: { consequence: "producer", text: "the broker knows a newer producer of this id" },
  56: { consequence: "leader", text: "the broker's disk failed" },
  58: { consequence: "refused", text: "the broker refuses the user name or password" },
  59: { consequence: "producer", text: "the broker has forgotten this producer" },
  74: { consequence: "leader", text: "the partition's leader has changed" },
  75: { consequence: "leader", text: "the broker has not heard of the partition's new leader" },
  76: { consequence: "refused", text: "the broker cannot read this compression" },
  87: { consequence: "refused", text: "the broker refuses the record" },
  89: { consequence: "retry", text: "the broker is busy" },
  90: { consequence: "producer", text: "the broker fenced this producer" },
  100: { consequence: "leader", text: "the broker does not have the topic yet" },
} as const;

export type Consequence = (typeof codes)[keyof typeof codes]["consequence"];

interface Meaning {
  readonly consequence: Consequence;
  /** A phrase, as it stands after "because". */
  readonly text: string;
}

const table: Readonly<Record<string, Meaning>> = codes;

export const noError = 0;
export const offsetOutOfRange = 1;
export const topicExists = 36;

/** Codes nobody has heard of are refusals: repeating what is not understood helps nobody. */
export const meaningOf = (code: number): Meaning =>
  table[code] ?? { consequence: "refused", text: `the broker answered with its error ${code}` };
