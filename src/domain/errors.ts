/**
 * Every error a user can meet has a code from this table; its text is one clear sentence for a person. Nothing is ever
 * decided on the text.
 */
export const errorCodes = {
  "config-unreadable": { exitCode: 2, status: 500 },
  "config-invalid": { exitCode: 1, status: 500 },
  "bad-arguments": { exitCode: 2, status: 400 },
  "file-unreadable": { exitCode: 2, status: 500 },
  "file-unwritable": { exitCode: 2, status: 500 },
  "scenario-invalid": { exitCode: 1, status: 500 },
  "port-busy": { exitCode: 3, status: 500 },
  "address-unusable": { exitCode: 3, status: 500 },
  "serial-port-missing": { exitCode: 3, status: 500 },
  "log-locked": { exitCode: 3, status: 500 },
  "log-failed": { exitCode: 4, status: 503 },
  "log-closed": { exitCode: 4, status: 503 },
  "history-failed": { exitCode: 4, status: 503 },
  "history-damaged": { exitCode: 4, status: 503 },
  "series-failed": { exitCode: 4, status: 503 },
  "spool-locked": { exitCode: 3, status: 500 },
  "spool-failed": { exitCode: 4, status: 503 },
  "console-unbuilt": { exitCode: 4, status: 500 },
  "record-unreadable": { exitCode: 4, status: 500 },
  "bad-request": { exitCode: 4, status: 400 },
  "not-found": { exitCode: 4, status: 404 },
  "origin-refused": { exitCode: 4, status: 403 },
  "not-signed-in": { exitCode: 4, status: 401 },
  "sign-in-refused": { exitCode: 4, status: 401 },
  "not-permitted": { exitCode: 4, status: 403 },
  "too-many-attempts": { exitCode: 4, status: 429 },
  "command-refused": { exitCode: 4, status: 409 },
  "decision-late": { exitCode: 4, status: 504 },
  "too-large": { exitCode: 4, status: 413 },
  "attachment-unsuitable": { exitCode: 4, status: 415 },
  "attachments-full": { exitCode: 4, status: 409 },
  "attachment-damaged": { exitCode: 4, status: 500 },
  "evidence-damaged": { exitCode: 1, status: 500 },
  "too-busy": { exitCode: 4, status: 503 },
  internal: { exitCode: 70, status: 500 },
} as const;
export type ErrorCode = keyof typeof errorCodes;

export class LanewatchError extends Error {
  override readonly name = "LanewatchError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** One thing wrong with a document, and where: `lanes[2].source.port`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
  /** Line in the file, from 1, where it is known. */
  readonly line?: number;
}

export class ProblemsError extends LanewatchError {
  readonly problems: readonly Problem[];

  constructor(subject: string, problems: readonly Problem[]) {
    super(
      "config-invalid",
      `${subject} has ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}`,
    );
    this.problems = problems;
  }
}
