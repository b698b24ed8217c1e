import { createHash } from "node:crypto";
import type { AlarmCase, Attachment, Decision } from "../domain/adjudication.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { AlarmId, CommandId, LaneId } from "../domain/ids.ts";
import type { Officer } from "../domain/officers.ts";
import type { EventLog } from "../ports.ts";
import { attachmentBytesMax, attachmentChunkBytes } from "../wire/command.ts";
import { partitionOf } from "../wire/partition.ts";
import { cleanName, isOfType, mediaTypeIn } from "./attachment-content.ts";
import type { RunningConsole } from "./console.ts";

/** Of one alarm; one more is refused. Comments and acts have to have a place in its history too. */
export const attachmentsMax = 20;

/** Uploads at one time: 8 × 10 MiB of memory. One more is refused before anything is stored. */
export const uploadsMax = 8;

/** Chunks that go to the log in one append, so that it is not held up for long: 1 MiB. */
const chunksPerAppend = 4;

export interface Upload {
  readonly alarmId: AlarmId;
  readonly commandId: CommandId;
  /** As the browser said it. */
  readonly name: string;
  readonly contentType: string | undefined;
  readonly bytes: Uint8Array;
  readonly by: Officer;
}

/** Pictures and documents of alarms: their bytes in the log, and what they are in the alarm's history. */
export interface Attachments {
  /**
   * Stores the bytes and attaches them to the alarm. A repeat with the same command id joins the first or has its answer.
   * @throws LanewatchError `not-found` unknown alarm; `attachment-unsuitable` of another type than it says or of none
   * that is taken; `too-large`; `attachments-full`; `too-busy`; otherwise as the console's `submitAct`.
   */
  readonly store: (upload: Upload) => Promise<Decision>;
  /** @throws LanewatchError `attachment-damaged` the log has other bytes, or not all; `log-failed`, `log-closed`. */
  readonly read: (laneId: LaneId, attachment: Attachment) => Promise<Uint8Array>;
}

export const openAttachments = ({
  log,
  officers,
}: {
  readonly log: EventLog;
  readonly officers: Pick<RunningConsole, "anyCase" | "submitAct">;
}): Attachments => {
  const underWay = new Map<CommandId, Promise<Decision>>();

  const attach = async (upload: Upload): Promise<Decision> => {
    const held = await officers.anyCase(upload.alarmId);
    if (held === undefined) throw new LanewatchError("not-found", `There is no alarm ${upload.alarmId}.`);
    const earlier = held.adjudication.history.find(({ commandId }) => commandId === upload.commandId);
    if (earlier !== undefined)
      return { outcome: "accepted", command: earlier, version: held.adjudication.version };
    const attachment = await stored(log, held, checked(upload));
    const { commandId, alarmId, by } = upload;
    const act = { kind: "attach", attachment } as const;
    return officers.submitAct(alarmId, { commandId, expectedVersion: held.adjudication.version, act }, by);
  };

  return {
    store: async (upload) => {
      const first = underWay.get(upload.commandId);
      if (first !== undefined) return first;
      if (underWay.size >= uploadsMax)
        throw new LanewatchError("too-busy", "Too many files are being attached; this one was not stored.");
      const mine = attach(upload).finally(() => underWay.delete(upload.commandId));
      underWay.set(upload.commandId, mine);
      return mine;
    },
    read: (laneId, attachment) => readWhole(log, laneId, attachment),
  };
};

/** What is attached to an alarm, each file once, in the order in which it was attached. */
export const attachmentsOf = ({ adjudication }: AlarmCase): readonly Attachment[] => {
  const found = new Map<string, Attachment>();
  for (const { act } of adjudication.history)
    if (act.kind === "attach" && !found.has(act.attachment.sha256))
      found.set(act.attachment.sha256, act.attachment);
  return [...found.values()];
};

interface Checked {
  readonly name: string;
  readonly mediaType: Attachment["mediaType"];
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

const checked = ({ name, contentType, bytes }: Upload): Checked => {
  const mediaType = mediaTypeIn(contentType);
  if (mediaType === undefined)
    throw new LanewatchError(
      "attachment-unsuitable",
      "Only JPEG, PNG and WebP pictures and PDF documents can be attached.",
    );
  if (bytes.length > attachmentBytesMax)
    throw new LanewatchError("too-large", "An attachment has 10 MB at the most.");
  if (!isOfType(bytes, mediaType))
    throw new LanewatchError(
      "attachment-unsuitable",
      `The file is not of the type ${mediaType} that it says.`,
    );
  return { name: cleanName(name, mediaType), mediaType, bytes, sha256: sha256Of(bytes) };
};

const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Bytes that the alarm has already are not stored again. */
const stored = async (log: EventLog, held: AlarmCase, file: Checked): Promise<Attachment> => {
  const { name, mediaType, sha256, bytes } = file;
  const known = attachmentsOf(held);
  const same = known.find((attachment) => attachment.sha256 === sha256);
  const said = { sha256, name, mediaType, sizeBytes: bytes.length };
  if (same !== undefined) return { ...said, offsets: same.offsets };
  if (known.length >= attachmentsMax)
    throw new LanewatchError("attachments-full", `An alarm has ${attachmentsMax} attachments at the most.`);
  const { laneId } = held.alarm;
  const partition = partitionOf(laneId, log.partitionCount);
  const chunks = Array.from({ length: Math.ceil(bytes.length / attachmentChunkBytes) }, (_, at) => ({
    topic: "lanewatch.attachments.v1" as const,
    partition,
    key: laneId,
    value: bytes.subarray(at * attachmentChunkBytes, (at + 1) * attachmentChunkBytes),
  }));
  const offsets: number[] = [];
  for (let at = 0; at < chunks.length; at += chunksPerAppend)
    offsets.push(...(await log.append(chunks.slice(at, at + chunksPerAppend))));
  return { ...said, offsets };
};

const readWhole = async (log: EventLog, laneId: LaneId, attachment: Attachment): Promise<Uint8Array> => {
  const partition = partitionOf(laneId, log.partitionCount);
  const whole = new Uint8Array(attachment.sizeBytes);
  let at = 0;
  for (const offset of attachment.offsets) {
    const [record] = await log.read("lanewatch.attachments.v1", partition, { offset, limit: 1 });
    if (record?.offset !== offset || record.key !== laneId || at + record.value.length > whole.length)
      throw damaged(attachment);
    whole.set(record.value, at);
    at += record.value.length;
  }
  if (at !== whole.length || sha256Of(whole) !== attachment.sha256) throw damaged(attachment);
  return whole;
};

const damaged = ({ name }: Attachment): LanewatchError =>
  new LanewatchError("attachment-damaged", `The attachment ${name} is not in the log as it was attached.`);
