import { z } from "zod";
import {
  alarmCaseSchema,
  alarmSchema,
  grossCountEvidenceSchema,
  groupLimitSchema,
  profileSchema,
} from "../src/wire/alarm.ts";
import { checkpointCodec, commandCheckpointCodec } from "../src/wire/checkpoint.ts";
import {
  alarmCommandSchema,
  commandSchema,
  decisionSchema,
  dispositionEntrySchema,
  laneCommandSchema,
  laneShelfCodec,
  officerSchema,
} from "../src/wire/command.ts";
import {
  alarmRowSchema,
  clientMessageSchema,
  commandRequestSchema,
  errorBodySchema,
  laneCommandRequestSchema,
  laneViewSchema,
  serverMessageSchema,
} from "../src/wire/console.ts";
import { eventRecordCodec } from "../src/wire/event.ts";
import { frameSchema } from "../src/wire/frame.ts";
import {
  alarmIdSchema,
  bootIdSchema,
  commandIdSchema,
  laneIdSchema,
  occupancyIdSchema,
  perPanelSchema,
  wallMsSchema,
} from "../src/wire/scalars.ts";
import type { Topic } from "../src/wire/topics.ts";

/** Something that crosses a process boundary. */
export interface Published {
  readonly title: string;
  readonly description: string;
  /** Where it is met, for the table of what is on no topic. */
  readonly where: string;
  readonly schema: z.ZodType;
}

/** The form of every JSON record: its version beside its value. */
const record = (value: z.ZodType): z.ZodType => z.object({ v: z.literal(1), value });
const inLog = "topic";

/** Every published schema by the name of its file, without `.json`. */
export const published = {
  "frame.v1": {
    title: "Frame",
    description:
      "What an edge agent captured, stamped and numbered, before anyone parsed it. The record is one CBOR map (RFC 8949); this schema describes it converted to JSON as RFC 8949, section 6.1, says: a byte string becomes base64url without padding.",
    where: inLog,
    schema: frameSchema,
  },
  "event.v1": {
    title: "Event",
    description:
      "What the fold over a lane's frames says: occupancies, alarms, faults, losses, and in topics of their own measurements and bytes that nobody understood. eventId is derived from the frame (lane~boot~sequence~n): a reader that has seen it drops a repeat. capturedAt is when the edge captured the frame that caused the event, decidedAt when the core decided; both by wall clocks.",
    where: inLog,
    schema: record(eventRecordCodec.schema),
  },
  "checkpoint.v1": {
    title: "Checkpoint",
    description:
      "State of a lane and the offset of the last frame folded into it: whoever goes on from there gives the events that the first core would have given. For cores; its inside changes with the program.",
    where: inLog,
    schema: record(checkpointCodec.schema),
  },
  "command-checkpoint.v1": {
    title: "Command checkpoint",
    description: "Offset of the last command of a partition that is decided.",
    where: inLog,
    schema: record(commandCheckpointCodec.schema),
  },
  "lane-shelf.v1": {
    title: "Shelf of a lane",
    description: "The lane's faults that are known and being seen to, until when, by whom and why.",
    where: inLog,
    schema: record(laneShelfCodec.schema),
  },
  "command.v1": {
    title: "Command",
    description:
      "What an officer asked for, on an alarm or on a lane's faults. A repeat with the same commandId changes nothing. expectedVersion is the adjudication's version that the officer saw.",
    where: inLog,
    schema: record(commandSchema),
  },
  "decision.v1": {
    title: "Decision",
    description:
      "The core's answer to a command: accepted, or refused with the reason. version is the adjudication's (or the shelf's) after the decision.",
    where: inLog,
    schema: record(decisionSchema),
  },
  "alarm.v1": {
    title: "Alarm",
    description:
      "Latest state of an alarm and the officers' work on it. The alarm's version grows with its peak, the adjudication's with each accepted command.",
    where: inLog,
    schema: record(alarmCaseSchema),
  },
  "console-server-message.v1": {
    title: "Console: message of the server",
    description:
      "Text messages of the console's WebSocket, server to browser. All are state, not difference: a row replaces the row with the same id.",
    where: "WebSocket, server to browser",
    schema: serverMessageSchema,
  },
  "console-client-message.v1": {
    title: "Console: message of the browser",
    description: "Text messages of the console's WebSocket, browser to server.",
    where: "WebSocket, browser to server",
    schema: clientMessageSchema,
  },
  "command-request.v1": {
    title: "Console: command request",
    description: "Body of POST /api/alarms/:alarmId/commands; the answer is a decision, or an error.",
    where: "`POST /api/alarms/:alarmId/commands`, request",
    schema: commandRequestSchema,
  },
  "lane-command-request.v1": {
    title: "Console: command request on a lane",
    description: "Body of POST /api/lanes/:laneId/commands; the answer is a decision, or an error.",
    where: "`POST /api/lanes/:laneId/commands`, request",
    schema: laneCommandRequestSchema,
  },
  "command-answer.v1": {
    title: "Console: answer to a command",
    description:
      "Body of the answer 200 to POST /api/alarms/:alarmId/commands, to the same of lanes and to an attachment.",
    where:
      "`POST /api/alarms/:alarmId/commands`, `…/attachments`, `POST /api/lanes/:laneId/commands`, answer 200",
    schema: decisionSchema,
  },
  "alarm-case.v1": {
    title: "Console: alarm",
    description: "Body of the answer 200 to GET /api/alarms/:alarmId.",
    where: "`GET /api/alarms/:alarmId`, answer 200",
    schema: alarmCaseSchema,
  },
  "error.v1": {
    title: "Console: error",
    description: "Body of every answer of 400 and above.",
    where: "HTTP, every answer of 400 and above",
    schema: errorBodySchema,
  },
} as const satisfies Readonly<Record<string, Published>>;
export type SchemaName = keyof typeof published;

/** Forms that several schemas share, by the name that they have under `$defs`. */
export const shared: Readonly<Record<string, z.ZodType>> = {
  Alarm: alarmSchema,
  AlarmRow: alarmRowSchema,
  AlarmCommand: alarmCommandSchema,
  DispositionEntry: dispositionEntrySchema,
  GrossCountEvidence: grossCountEvidenceSchema,
  GroupLimit: groupLimitSchema,
  LaneCommand: laneCommandSchema,
  LaneView: laneViewSchema,
  Officer: officerSchema,
  PerPanel: perPanelSchema,
  Profile: profileSchema,
};

/** Scalars by the name of their type, whose docstring says what they are. */
export const scalars: Readonly<Record<string, z.ZodType>> = {
  AlarmId: alarmIdSchema,
  BootId: bootIdSchema,
  CommandId: commandIdSchema,
  LaneId: laneIdSchema,
  OccupancyId: occupancyIdSchema,
  WallMs: wallMsSchema,
};

/** A topic that is missing here does not compile. */
export const topicContents: Readonly<
  Record<
    Topic,
    {
      readonly key: string;
      readonly format: "CBOR" | "JSON" | "bytes of a file, in chunks";
      readonly schemas: readonly SchemaName[];
    }
  >
> = {
  "lanewatch.frames.v1": { key: "lane id", format: "CBOR", schemas: ["frame.v1"] },
  "lanewatch.events.v1": { key: "lane id", format: "JSON", schemas: ["event.v1"] },
  "lanewatch.measurements.v1": { key: "lane id", format: "JSON", schemas: ["event.v1"] },
  "lanewatch.lane-state.v1": {
    key: "lane id; `commands~<partition>`; `shelf~<lane id>`",
    format: "JSON",
    schemas: ["checkpoint.v1", "command-checkpoint.v1", "lane-shelf.v1"],
  },
  "lanewatch.commands.v1": { key: "lane id", format: "JSON", schemas: ["command.v1"] },
  "lanewatch.decisions.v1": { key: "lane id", format: "JSON", schemas: ["decision.v1"] },
  "lanewatch.alarms.v1": { key: "alarm id", format: "JSON", schemas: ["alarm.v1"] },
  "lanewatch.attachments.v1": { key: "alarm id", format: "bytes of a file, in chunks", schemas: [] },
  "lanewatch.quarantine.v1": { key: "lane id", format: "JSON", schemas: ["event.v1"] },
};
