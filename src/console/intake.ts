import type { BoardChange, BoardInput } from "../core/alarm-board.ts";
import type { LogRecord } from "../ports.ts";
import type { RecordProblem } from "../records.ts";
import { readRecord } from "../records.ts";
import { alarmCaseCodec } from "../wire/alarm.ts";
import { decisionCodec } from "../wire/command.ts";
import { eventRecordCodec } from "../wire/event.ts";
import type { JsonCodec } from "../wire/json.ts";
import type { Audience } from "./audience.ts";
import type { CommandDesk } from "./command-desk.ts";

/** From records of the log to steps of the board. */
export interface Intake {
  /** The value, or undefined after the problem was reported. */
  readonly read: <T>(record: LogRecord, codec: JsonCodec<T>) => T | undefined;
  readonly step: (input: BoardInput) => BoardChange;
  /** A record of the alarms topic is a case, one of any other an event. */
  readonly toBoard: (record: LogRecord) => BoardChange | undefined;
}

export const openIntake = (step: Intake["step"], onProblem: (problem: RecordProblem) => void): Intake => {
  const report = ({ topic, partition, offset }: LogRecord, message: string): void =>
    onProblem({ topic, partition, offset, message });

  const read: Intake["read"] = (record, codec) =>
    readRecord(record, (value) => codec.decode(value), onProblem);

  const inputOf = (record: LogRecord): BoardInput | undefined => {
    if (record.topic === "lanewatch.alarms.v1") {
      const alarmCase = read(record, alarmCaseCodec);
      return alarmCase && { kind: "case", case: alarmCase, toldAt: record.appendedAt };
    }
    const event = read(record, eventRecordCodec);
    return event && { kind: "event", record: event };
  };

  const toBoard: Intake["toBoard"] = (record) => {
    const input = inputOf(record);
    if (input === undefined) return undefined;
    const change = step(input);
    switch (change.ignored) {
      case "no-place":
        report(record, "The id of an event has no place in the sequence of its lane.");
        break;
      case "too-many-lanes":
        report(record, "There are more lanes in the log than a console can show.");
        break;
      case "repeat":
      case "historical":
      case "unknown-lane":
      case null:
    }
    return change;
  };

  return { read, step, toBoard };
};

type Take = (batch: readonly LogRecord[]) => void;

/** Lanes wait for the next regular flush; alarms do not, nor do their lanes. */
export const boardReader =
  (intake: Intake, audience: Audience): Take =>
  (batch) => {
    let urgent = false;
    for (const record of batch) {
      const change = intake.toBoard(record);
      if (change !== undefined && audience.note(change)) urgent = true;
    }
    if (urgent) audience.flushAlarms();
  };

export const deskReader =
  (intake: Intake, desk: CommandDesk): Take =>
  (batch) => {
    for (const record of batch) {
      const decision = intake.read(record, decisionCodec);
      if (decision !== undefined) desk.decided(decision);
    }
  };
