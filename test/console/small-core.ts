import { decide } from "../../src/core/adjudication.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import { eventClass } from "../../src/domain/events.ts";
import type { AlarmId } from "../../src/domain/ids.ts";
import type { EventLog, NewRecord } from "../../src/ports.ts";
import { partitionsOf } from "../../src/records.ts";
import { alarmCaseCodec } from "../../src/wire/alarm.ts";
import { commandCodec, decisionCodec } from "../../src/wire/command.ts";
import { eventRecordCodec } from "../../src/wire/event.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import type { ToldInput } from "../core/board-history.ts";

const topicOf = {
  record: "lanewatch.events.v1",
  measurement: "lanewatch.measurements.v1",
  quarantine: "lanewatch.quarantine.v1",
} as const;

/** What a core would write to tell this. */
export const recordOf = (input: ToldInput, partitionCount: number): NewRecord => {
  if (input.kind === "case") {
    const { alarmId, laneId } = input.case.alarm;
    const value = alarmCaseCodec.encode(input.case);
    return {
      topic: "lanewatch.alarms.v1",
      partition: partitionOf(laneId, partitionCount),
      key: alarmId,
      value,
    };
  }
  const { event, eventId, laneId } = input.record;
  const value = eventRecordCodec.encode({
    event,
    eventId,
    laneId,
    capturedAt: event.at,
    decidedAt: event.at,
  });
  return {
    topic: topicOf[eventClass[event.kind]],
    partition: partitionOf(laneId, partitionCount),
    key: laneId,
    value,
  };
};

/** Decides commands on these cases as the real core does, until the signal aborts. */
export const runSmallCore = async (
  log: EventLog,
  known: readonly AlarmCase[],
  signal: AbortSignal,
): Promise<void> => {
  const cases = new Map<AlarmId, AlarmCase>(known.map((held) => [held.alarm.alarmId, held]));
  const from = new Map(partitionsOf(log).map((partition) => [partition, 0]));
  for await (const batch of log.follow("lanewatch.commands.v1", from, signal)) {
    for (const { value, partition } of batch) {
      const command = commandCodec.decode(value);
      if (!("alarmId" in command)) continue;
      const before = cases.get(command.alarmId);
      const [next, decision] = decide(before, command);
      const key = command.laneId;
      const records: NewRecord[] = [
        { topic: "lanewatch.decisions.v1", partition, key, value: decisionCodec.encode(decision) },
      ];
      if (next !== undefined && next !== before) {
        cases.set(command.alarmId, next);
        records.push(recordOf({ kind: "case", case: next }, log.partitionCount));
      }
      await log.append(records);
    }
  }
};
