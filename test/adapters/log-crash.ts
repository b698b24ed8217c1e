import type { NewRecord } from "../../src/ports.ts";
import { newRecord } from "./log-use.ts";

export const partitionCount = 4;

export interface AppendSeen {
  readonly id: string;
  readonly offsets: readonly number[];
}

/** The records of an append follow from its id: 1 to 5 of them over the partitions, each with its place and a tail. */
export const appendOf = (id: string): readonly NewRecord[] => {
  const number = Number(id.split("-")[1]);
  return Array.from({ length: 1 + (number % 5) }, (_, at) =>
    newRecord(`${id} ${at} ${String(number).repeat(1 + ((number * 37) % 200))}`, {
      partition: (number + at) % partitionCount,
      key: `lane-${number % 7}`,
    }),
  );
};
