import { type ErrorCode, errorCodes } from "../../domain/errors.ts";
import type { CommandResult } from "./commands.ts";
import type { Texts } from "./texts/catalog.ts";

/** What officers read about an error with a code: the sentence of `shell.trouble` for each. */
const troubles: Record<ErrorCode, keyof Texts["shell"]["trouble"]> = {
  "config-unreadable": "server",
  "config-invalid": "server",
  "bad-arguments": "request",
  "file-unreadable": "server",
  "file-unwritable": "server",
  "scenario-invalid": "server",
  "port-busy": "server",
  "address-unusable": "server",
  "serial-port-missing": "server",
  "log-locked": "server",
  "log-failed": "store",
  "log-closed": "closing",
  "spool-locked": "server",
  "spool-failed": "store",
  "console-unbuilt": "server",
  "record-unreadable": "server",
  "bad-request": "request",
  "not-found": "notFound",
  "origin-refused": "origin",
  "command-refused": "request",
  "not-permitted": "forbidden",
  "not-signed-in": "signedOut",
  "sign-in-refused": "signedOut",
  "too-many-attempts": "busy",
  "attachment-unsuitable": "file",
  "attachments-full": "files",
  "attachment-damaged": "server",
  "evidence-damaged": "server",
  "history-failed": "server",
  "series-failed": "server",
  "history-damaged": "server",
  "decision-late": "busy",
  "too-large": "tooLarge",
  "too-busy": "busy",
  internal: "server",
};

const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCodes, text);

/** One sentence for an error of the server; `notUnderstood` where the page does not know the code. */
export const troubleText = (t: Texts, code: string): string =>
  isErrorCode(code) ? t.shell.trouble[troubles[code]] : t.shell.command.notUnderstood;

/** What became of a command, for the officer. Problems of single fields are the server's sentences, in English. */
export const resultText = (t: Texts, result: CommandResult): string => {
  const { command } = t.shell;
  switch (result.kind) {
    case "accepted":
      return command.accepted;
    case "refused": {
      if (result.refusal === null) return command.refusedUnknown;
      const why = t.domain.refusals[result.refusal];
      if (result.missing.length > 0) {
        const missing = t.format.list(result.missing.map((field) => t.domain.dispositionFields[field]));
        return command.refusedMissing({ why, missing });
      }
      return result.holder === null
        ? command.refused({ why })
        : command.refusedBy({ why, holder: result.holder });
    }
    case "unanswered":
      return command.unanswered;
    case "signed-out":
      return command.signedOut;
    case "failed":
      return [troubleText(t, result.code), ...result.problems].join(" ");
  }
};
