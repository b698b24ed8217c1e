import { type AlarmCase, type Attachment, attachmentMediaTypes } from "../../../../domain/adjudication.ts";
import type { AlarmId, CommandId } from "../../../../domain/ids.ts";
import { attachmentBytesMax } from "../../../../wire/command.ts";
import { alarmPath, type CommandResult, resultOf } from "../../commands.ts";

/** Why a file is not taken, before anything is sent; null where it is. */
export const fileProblem = (file: Pick<File, "type" | "size">): "type" | "size" | "empty" | null => {
  if (!attachmentMediaTypes.some((type) => type === file.type)) return "type";
  if (file.size > attachmentBytesMax) return "size";
  return file.size === 0 ? "empty" : null;
};

export const attachmentPath = (alarmId: AlarmId, sha256: string): string =>
  `${alarmPath(alarmId)}/attachments/${encodeURIComponent(sha256)}`;

/** 10 MB over 1 Mbit/s is 80 s. */
const uploadInMsMax = 180_000;

export interface Upload {
  readonly alarmId: AlarmId;
  /** The same for a repeat, so that a file is not attached twice. */
  readonly commandId: CommandId;
  readonly file: File;
  /** 0 to 1, of what has left. */
  readonly progressed: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Sends a file and waits for the decision about it. `fetch` does not say how far it is. Never rejects. */
export const upload = ({ alarmId, commandId, file, progressed, signal }: Upload): Promise<CommandResult> =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ name: file.name, commandId });
    request.open("POST", `${alarmPath(alarmId)}/attachments?${query.toString()}`);
    request.setRequestHeader("content-type", file.type);
    request.timeout = uploadInMsMax;
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) progressed(loaded / total);
    };
    const unanswered = (): void => resolve({ kind: "unanswered" });
    request.onerror = unanswered;
    request.ontimeout = unanswered;
    request.onabort = unanswered;
    request.onload = () =>
      void resultOf(
        new Response(request.status === 204 ? null : request.responseText, { status: request.status }),
      ).then(resolve);
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });

/** What is attached, each file once. */
export const attachmentsIn = ({ adjudication }: Pick<AlarmCase, "adjudication">): readonly Attachment[] => {
  const found = new Map<string, Attachment>();
  for (const { act } of adjudication.history) {
    if (act.kind === "attach" && !found.has(act.attachment.sha256))
      found.set(act.attachment.sha256, act.attachment);
  }
  return [...found.values()];
};
