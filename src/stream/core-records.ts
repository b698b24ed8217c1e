import type { AlarmCase, Decision, LaneShelf } from "../domain/adjudication.ts";
import { eventClass, type LaneEvent } from "../domain/events.ts";
import type { Frame } from "../domain/frames.ts";
import { traceparentOf } from "../domain/trace.ts";
import type { WallMs } from "../domain/units.ts";
import type { NewRecord } from "../ports.ts";
import { alarmCaseCodec } from "../wire/alarm.ts";
import {
  type Checkpoint,
  checkpointCodec,
  commandCheckpointCodec,
  commandCheckpointKey,
  shelfKey,
} from "../wire/checkpoint.ts";
import { decisionCodec, laneShelfCodec } from "../wire/command.ts";
import { eventRecordCodec } from "../wire/event.ts";
import type { Topic } from "../wire/topics.ts";

/** What the core writes, one function a record. */
const topicOfClass = {
  record: "lanewatch.events.v1",
  measurement: "lanewatch.measurements.v1",
  quarantine: "lanewatch.quarantine.v1",
} as const satisfies Record<(typeof eventClass)[LaneEvent["kind"]], Topic>;

export const eventRecord = (
  event: LaneEvent,
  from: {
    readonly frame: Frame;
    /** Behind what is live. */
    readonly isLate: boolean;
    readonly ordinal: number;
    readonly partition: number;
    readonly decidedAt: WallMs;
    /** Said of alarms. */
    readonly loggedAt?: WallMs;
  },
): NewRecord => {
  const { frame, isLate, ordinal, partition, decidedAt, loggedAt } = from;
  const { laneId } = frame;
  const eventId = `${laneId}~${frame.bootId}~${frame.sequence}~${ordinal}`;
  const value = eventRecordCodec.encode({
    ...{ eventId, laneId, capturedAt: frame.wall, decidedAt, event },
    ...(loggedAt === undefined ? {} : { loggedAt, traceparent: traceparentOf(frame) }),
    ...(isLate ? { historical: true as const } : {}),
  });
  return { topic: topicOfClass[eventClass[event.kind]], partition, key: laneId, value };
};

export const caseRecord = (alarmCase: AlarmCase, partition: number): NewRecord => ({
  topic: "lanewatch.alarms.v1",
  partition,
  key: alarmCase.alarm.alarmId,
  value: alarmCaseCodec.encode(alarmCase),
});

export const decisionRecord = (decision: Decision, partition: number): NewRecord => ({
  topic: "lanewatch.decisions.v1",
  partition,
  key: decision.command.laneId,
  value: decisionCodec.encode(decision),
});

export const shelfRecord = (shelf: LaneShelf, partition: number): NewRecord => ({
  topic: "lanewatch.lane-state.v1",
  partition,
  key: shelfKey(shelf.laneId),
  value: laneShelfCodec.encode(shelf),
});

export const checkpointRecord = (checkpoint: Checkpoint, partition: number): NewRecord => ({
  topic: "lanewatch.lane-state.v1",
  partition,
  key: checkpoint.laneId,
  value: checkpointCodec.encode(checkpoint),
});

export const commandCheckpointRecord = (commandOffset: number, partition: number): NewRecord => ({
  topic: "lanewatch.lane-state.v1",
  partition,
  key: commandCheckpointKey(partition),
  value: commandCheckpointCodec.encode({ commandOffset }),
});
