import { syntheticCase } from "../../bench/synthetic-cases.ts";
import { untouched } from "../../src/core/adjudication.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import type { NewRecord } from "../../src/ports.ts";
import { alarmCaseCodec } from "../../src/wire/alarm.ts";
import { partitionOf } from "../../src/wire/partition.ts";

/** What a core says of an alarm from its raising to how `whole` has it: each version of the alarm, then each act. */
export const lifeOf = (whole: AlarmCase): readonly AlarmCase[] => {
  const { alarm, adjudication } = whole;
  const growing = Array.from({ length: alarm.version - 1 }, (_, at) => ({
    alarm: { ...alarm, version: at + 1, state: "active" as const, endedAt: null },
    adjudication: untouched,
  }));
  const acted = adjudication.history.slice(1).map((_, at) => ({
    alarm,
    adjudication: {
      ...untouched,
      version: at + 1,
      decisiveVersion: at + 1,
      state: "acknowledged" as const,
      history: adjudication.history.slice(0, at + 1),
    },
  }));
  return [...growing, { alarm, adjudication: untouched }, ...acted, whole];
};

export const caseRecord = (alarmCase: AlarmCase, partitionCount: number): NewRecord => ({
  topic: "lanewatch.alarms.v1",
  partition: partitionOf(alarmCase.alarm.laneId, partitionCount),
  key: alarmCase.alarm.alarmId,
  value: alarmCaseCodec.encode(alarmCase),
});

export const syntheticCases = (seed: number, count: number): readonly AlarmCase[] =>
  Array.from({ length: count }, (_, number) => syntheticCase(seed, number, count));
