import type { Alarm } from "../../src/domain/alarms.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import { untouched } from "../../src/core/adjudication.ts";
import { alarmId, bootId, laneId } from "../../src/domain/ids.ts";
import type { LaneId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import type { NewRecord } from "../../src/ports.ts";
import { eventClass } from "../../src/domain/events.ts";
import { alarmCaseCodec } from "../../src/wire/alarm.ts";
import { eventRecordCodec } from "../../src/wire/event.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import { anAlarm } from "../core/board-history.ts";

/** What a core tells of a lane that has been cut off, of a source that was thrown through, and of what is withheld. */

const minute = 60_000;
const boot = "00000077";

/** 100 ms of quiet panels, then a hump. */
const hump = Array.from({ length: 30 }, (_, n) => {
  const more = Math.round(260 * Math.exp(-(((n - 15) / 5) ** 2)));
  return [78 + more, 76 + more, 84, 85] as const;
});

export const lateAlarm = (lane: LaneId, now: number): Alarm => {
  const raisedAt = wallMs(now - 9 * minute);
  const drawn = anAlarm({ lane, occupancy: 40, state: "ended", version: 2, raisedAt, gamma: hump });
  return { ...drawn, historical: true };
};

export const vacantAlarm = (lane: LaneId, now: number): Alarm => {
  const drawn = anAlarm({ lane, occupancy: 41, raisedAt: wallMs(now - 20_000) });
  const limits = [
    { group: "sum", member: "sum", columns: [0, 1, 2, 3], background: 29_286, threshold: 30_313 },
    { group: "single", member: "master-upper", columns: [0], background: 7038, threshold: 7542 },
    { group: "single", member: "master-lower", columns: [1], background: 6912, threshold: 7411 },
    { group: "single", member: "slave-upper", columns: [2], background: 7614, threshold: 8138 },
    { group: "single", member: "slave-lower", columns: [3], background: 7722, threshold: 8250 },
  ] as const;
  const evidence = {
    algorithm: "gross-count",
    group: "sum",
    member: "sum",
    counts: 34_110,
    background: 29_286,
    threshold: 30_313,
    z: 28.2,
  } as const;
  return {
    ...drawn,
    vacant: true,
    raisedInterval: 0,
    decisions: [{ origin: "core", rule: "gross-count", firstInterval: 0, flaggedIntervals: 2, evidence }],
    advice: {
      ...drawn.advice,
      class: "undetermined",
      reasons: ["No vehicle was in the lane: the portal's background itself rose."],
    },
    profile: { ...drawn.profile, windowIntervals: 90, limits },
  };
};

export const burstAlarm = (lane: LaneId, now: number): Alarm => {
  const drawn = anAlarm({
    lane,
    occupancy: 42,
    kind: "neutron",
    state: "ended",
    raisedAt: wallMs(now - 5 * minute),
  });
  return {
    ...drawn,
    advice: {
      ...drawn.advice,
      class: "cosmic-burst",
      reasons: ["9 neutrons within 2 s at a steady rate of 4.1 a second."],
    },
  };
};

export interface Told {
  readonly event: (event: LaneEvent, decidedAt: number, isLate?: boolean) => NewRecord;
  /** The case of an alarm that nobody has acted on. */
  readonly alarmCase: (alarm: Alarm) => NewRecord;
}

/** Records of the log as a core writes them; each with a place of its own in the lane's events. */
export const told = (lane: LaneId, partitionCount: number): Told => {
  let sequence = 0;
  const partition = partitionOf(lane, partitionCount);
  const topics = {
    record: "lanewatch.events.v1",
    measurement: "lanewatch.measurements.v1",
    quarantine: "lanewatch.quarantine.v1",
  } as const;
  return {
    event: (event, decidedAt, isLate = false) => {
      sequence += 1;
      const value = eventRecordCodec.encode({
        eventId: `${lane}~${boot}~${sequence}~0`,
        laneId: laneId(lane),
        capturedAt: event.at,
        decidedAt: wallMs(decidedAt),
        event,
        ...(isLate ? { historical: true as const } : {}),
      });
      return { topic: topics[eventClass[event.kind]], partition, key: lane, value };
    },
    alarmCase: (alarm) => ({
      topic: "lanewatch.alarms.v1",
      partition,
      key: alarmId(alarm.alarmId),
      value: alarmCaseCodec.encode({
        alarm,
        adjudication: untouched,
      }),
    }),
  };
};

export const lossesOf = (at: number): readonly LaneEvent[] => {
  const range = (firstSequence: number, lastSequence: number) => ({
    at: wallMs(at),
    bootId: bootId(boot),
    firstSequence,
    lastSequence,
  });
  return [
    { kind: "frames-lost", ...range(1000, 1399), bytes: 12_000 },
    { kind: "frames-dropped", ...range(1000, 1017), bytes: 540, reason: "spool-full" },
    { kind: "frames-recovered", ...range(1000, 1399), frames: 370 },
    {
      kind: "fault-raised",
      at: wallMs(at),
      fault: "clock-skew",
      detail: "The edge's clock is 3.2 s behind the log's.",
    },
  ];
};
