import { compareLedger, emittedByte } from "../simulators/ledger-comparison.ts";
import type { LedgerEntry } from "../simulators/ledger.ts";
import type { EventLog } from "../src/ports.ts";
import { eventRecordCodec, type EventRecord } from "../src/wire/event.ts";
import { decodeFrame } from "../src/wire/frame.ts";
import { partitionOf } from "../src/wire/partition.ts";
import { laneId } from "../src/domain/ids.ts";
import { readCases, readTopic } from "../test/faults/log-reading.ts";

/** An alarm as the log has it, with the place of the frame that raised it in its lane's bytes. */
export interface RaisedAlarm {
  readonly alarmId: string;
  readonly laneId: string;
  readonly frameByte: number;
  readonly capturedAt: number;
  readonly loggedAt: number | null;
  readonly decidedAt: number;
}

export interface LoggedOutcome {
  readonly raised: readonly RaisedAlarm[];
  /** Raised again under the same id, which readers drop. */
  readonly repeats: number;
  /** Frames of the measured time, by partition. */
  readonly framesByPartition: ReadonlyMap<number, number>;
  readonly framesHistorical: number;
  readonly compare: (entries: readonly LedgerEntry[]) => LedgerFigures;
}

export interface LedgerFigures {
  readonly expected: number;
  readonly lost: number;
  readonly mistaken: number;
  readonly doubled: number;
  readonly unexpected: number;
}

const frameOf = ({ eventId }: EventRecord): string => eventId.split("~").slice(0, 3).join("~");

/** Reads what the run has said; frames one by one, since there are hundreds of thousands. */
export const outcomeOf = async (
  log: EventLog,
  window: { readonly from: number; readonly to: number },
): Promise<LoggedOutcome> => {
  const events = await readTopic(log, "lanewatch.events.v1", eventRecordCodec.decode);
  const first = new Map<string, EventRecord>();
  let repeats = 0;
  for (const { value } of events) {
    if (value.event.kind !== "alarm-raised") continue;
    const { alarmId } = value.event.alarm;
    if (first.has(alarmId)) repeats += 1;
    else first.set(alarmId, value);
  }
  const wanted = new Set(Array.from(first.values(), frameOf));
  const bytes = new Map<string, number>();
  const framesByPartition = new Map<number, number>();
  let framesHistorical = 0;
  await readTopic(log, "lanewatch.frames.v1", (value) => {
    const frame = decodeFrame(value);
    if (frame.historical === true) framesHistorical += 1;
    if (frame.wall >= window.from && frame.wall < window.to) {
      const partition = partitionOf(frame.laneId, log.partitionCount);
      framesByPartition.set(partition, (framesByPartition.get(partition) ?? 0) + 1);
    }
    const key = `${frame.laneId}~${frame.bootId}~${frame.sequence}`;
    if (wanted.has(key)) bytes.set(key, frame.byteOffset);
    return undefined;
  });
  const raised = Array.from(first, ([alarmId, record]) => ({
    ...{ alarmId, laneId: record.laneId, frameByte: bytes.get(frameOf(record)) ?? -1 },
    ...{ capturedAt: record.capturedAt, loggedAt: record.loggedAt ?? null, decidedAt: record.decidedAt },
  }));
  const cases = await readCases(log);
  const compare = (entries: readonly LedgerEntry[]): LedgerFigures => {
    const alarms = Array.from(cases.values(), ({ alarm }) => {
      const capturedByte = Number(alarm.alarmId.split("~")[2]);
      const byte = emittedByte(entries, { laneId: alarm.laneId, firstConnection: 1, capturedByte });
      return byte === undefined ? alarm : { ...alarm, emittedByte: byte };
    });
    const { expected, lost, mistaken, doubled, unexpected } = compareLedger(entries, alarms);
    return {
      expected,
      ...{ lost: lost.length, mistaken: mistaken.length },
      ...{ doubled: doubled.length, unexpected: unexpected.length },
    };
  };
  return { raised, repeats, framesByPartition, framesHistorical, compare };
};

export const lanesOfPartitions = (
  laneIds: readonly string[],
  partitions: ReadonlySet<number>,
  partitionCount: number,
): number => laneIds.filter((id) => partitions.has(partitionOf(laneId(id), partitionCount))).length;
