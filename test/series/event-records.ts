import { type LaneId, laneId, occupancyIdAt, bootId } from "../../src/domain/ids.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { PerPanel } from "../../src/domain/panels.ts";
import { wallMs } from "../../src/domain/units.ts";
import type { NewRecord } from "../../src/ports.ts";
import { type EventRecord, eventRecordCodec } from "../../src/wire/event.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import type { Topic } from "../../src/wire/topics.ts";

export const boot = bootId("0badcafe");
export const truck = laneId("truck-1");

export interface RecordPlace {
  readonly lane?: LaneId;
  readonly sequence?: number;
  readonly n?: number;
}

export const eventRecord = (event: LaneEvent, place: RecordPlace = {}): EventRecord => {
  const { lane = truck, sequence = 0, n = 0 } = place;
  return {
    eventId: `${lane}~${boot}~${sequence}~${n}`,
    laneId: lane,
    capturedAt: event.at,
    decidedAt: wallMs(event.at + 12),
    event,
  };
};

export const interval = (at: number, counts: PerPanel, lane: LaneId = truck): LaneEvent => ({
  kind: "interval-measured",
  at: wallMs(at),
  occupancyId: occupancyIdAt(lane, { bootId: boot, byteOffset: 0 }),
  interval: 7,
  counts,
  portalFlag: false,
  verdict: {
    kind: "decided",
    alarm: false,
    evidence: {
      algorithm: "gross-count",
      group: "sum",
      member: "sum",
      counts: 1000,
      background: 990,
      threshold: 1200,
      z: 0.5,
    },
  },
  rules: [],
});

export const background = (at: number, cps: PerPanel): LaneEvent => ({
  kind: "background-measured",
  at: wallMs(at),
  particle: "gamma",
  cps,
  level: "normal",
});

export const logRecord = (
  record: EventRecord,
  topic: Topic = "lanewatch.measurements.v1",
  partitionCount = 4,
): NewRecord => ({
  topic,
  partition: partitionOf(record.laneId, partitionCount),
  key: record.laneId,
  value: eventRecordCodec.encode(record),
});
