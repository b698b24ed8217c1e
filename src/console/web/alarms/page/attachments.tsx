import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AlarmCase, Attachment } from "../../../../domain/adjudication.ts";
import { attachmentMediaTypes } from "../../../../domain/adjudication.ts";
import type { AlarmId, CommandId } from "../../../../domain/ids.ts";
import { attachmentBytesMax } from "../../../../wire/command.ts";
import { drawCommandId } from "../../acts.ts";
import { senderFor } from "../../api.ts";
import { applyCase } from "../../board-state.ts";
import { resultText } from "../../command-text.ts";
import { fetchCase } from "../../commands.ts";
import type { CommandResult } from "../../commands.ts";
import { sessionOver } from "../../session.ts";
import { useStore, useTexts } from "../../store.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Entered } from "../../ui/quoted.tsx";
import { attachmentPath, attachmentsIn, fileProblem, upload } from "./upload.ts";

const megabyte = 1024 * 1024;
const accepted = attachmentMediaTypes.join();
const pictures = attachmentMediaTypes.filter((type) => type.startsWith("image/")).join();

interface Sending {
  readonly commandId: CommandId;
  readonly file: File;
  readonly share: number;
  readonly result: CommandResult | null;
}

const Thumbnail = ({
  alarmId,
  attachment,
}: {
  readonly alarmId: AlarmId;
  readonly attachment: Attachment;
}): JSX.Element => {
  const { alarmPage, format } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const { name, mediaType, sizeBytes, sha256 } = attachment;
  const source = attachmentPath(alarmId, sha256);
  const size = alarmPage.attachments.megabytes({ size: format.number(sizeBytes / megabyte, 1) });
  return (
    <li class="attachment">
      {mediaType === "application/pdf" ? (
        <span class="thumbnail" aria-hidden="true">
          PDF
        </span>
      ) : (
        <button
          type="button"
          class="thumbnail"
          onClick={() => setOpen(true)}
          aria-label={alarmPage.attachments.show({ name })}
        >
          <img src={source} alt="" loading="lazy" />
        </button>
      )}
      <a href={source} download={name}>
        <Entered text={name} />
      </a>
      <span class="quiet">{size}</span>
      {isOpen && (
        <Dialog title={name} close={() => setOpen(false)}>
          <img class="picture" src={source} alt={name} />
          <div class="form-end">
            <Button onClick={() => setOpen(false)}>{useTexts().shell.close}</Button>
          </div>
        </Dialog>
      )}
    </li>
  );
};

interface PickProps {
  readonly text: string;
  readonly take: (files: readonly File[]) => void;
  readonly isCamera?: boolean;
}

const Pick = ({ text, take, isCamera = false }: PickProps): JSX.Element => (
  <label class={isCamera ? "button pick pick-camera" : "button pick"}>
    {text}
    <input
      type="file"
      class="visually-hidden"
      data-testid={isCamera ? "attach-camera" : "attach-file"}
      accept={isCamera ? pictures : accepted}
      {...(isCamera ? { capture: "environment" as const } : { multiple: true })}
      onChange={(event) => {
        take([...(event.currentTarget.files ?? [])]);
        event.currentTarget.value = "";
      }}
    />
  </label>
);

/** Pictures and documents of the alarm, and the way to attach more. */
export const Attachments = ({ alarmCase }: { readonly alarmCase: AlarmCase }): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const text = t.alarmPage.attachments;
  const { alarmId } = alarmCase.alarm;
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const [refused, setRefused] = useState<readonly string[]>([]);
  const stop = useRef(new AbortController());
  useEffect(() => {
    stop.current = new AbortController();
    return () => stop.current.abort();
  }, []);

  const note = (commandId: CommandId, change: Partial<Sending>): void =>
    setSending((all) => all.map((one) => (one.commandId === commandId ? { ...one, ...change } : one)));
  const send = async ({ commandId, file }: Pick<Sending, "commandId" | "file">): Promise<void> => {
    note(commandId, { share: 0, result: null });
    const progressed = (share: number): void => note(commandId, { share });
    const result = await upload({ alarmId, commandId, file, progressed, signal: stop.current.signal });
    if (stop.current.signal.aborted) return;
    if (result.kind === "signed-out") store.session.value = sessionOver(store.session.value);
    if (result.kind !== "accepted") {
      note(commandId, { result });
      return;
    }
    setSending((all) => all.filter((one) => one.commandId !== commandId));
    const fetched = await fetchCase(alarmId, senderFor(store));
    if (fetched !== null) store.board.value = applyCase(store.board.value, fetched);
  };
  const take = (files: readonly File[]): void => {
    const problems: string[] = [];
    for (const file of files) {
      const problem = fileProblem(file);
      if (problem !== null) {
        const max = text.megabytes({ size: t.format.number(attachmentBytesMax / megabyte) });
        problems.push(text.problems[problem]({ name: file.name, max }));
        continue;
      }
      const one: Sending = { commandId: drawCommandId(), file, share: 0, result: null };
      setSending((all) => [...all, one]);
      void send(one);
    }
    setRefused(problems);
  };
  const held = attachmentsIn(alarmCase);
  return (
    <section class="page-part" aria-labelledby="attachments-heading" data-testid="attachments">
      <div class="part-head">
        <h3 id="attachments-heading">{text.heading}</h3>
        <Pick text={text.camera} take={take} isCamera />
        <Pick text={text.add} take={take} />
      </div>
      {held.length === 0 && sending.length === 0 && <p class="quiet">{text.none}</p>}
      <ul class="attachments">
        {held.map((attachment) => (
          <Thumbnail key={attachment.sha256} alarmId={alarmId} attachment={attachment} />
        ))}
      </ul>
      <div role="status">
        {refused.map((problem) => (
          <p key={problem} class="problem">
            {problem}
          </p>
        ))}
        {sending.map(({ commandId, file, share, result }) => (
          <p key={commandId} class="upload" data-result={result?.kind ?? "pending"}>
            <Entered text={file.name} />{" "}
            {result === null ? (
              <progress aria-label={text.sending({ name: file.name })} max={1} value={share} />
            ) : (
              <>
                <span class="problem">{resultText(t, result)}</span>{" "}
                <Button onClick={() => void send({ commandId, file })}>{t.shell.command.retry}</Button>
              </>
            )}
          </p>
        ))}
      </div>
    </section>
  );
};
