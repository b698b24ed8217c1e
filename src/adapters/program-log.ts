import pino from "pino";
import pretty from "pino-pretty";

/** The program's own log: on standard error, for people on a terminal and as JSON lines for machines. */
export interface ProgramLog {
  readonly info: (sentence: string) => void;
  /** Unexpected, nothing lost. */
  readonly warn: (sentence: string) => void;
  /** Something was lost, or a person must act. */
  readonly error: (sentence: string, cause?: unknown) => void;
}

export const openProgramLog = (): ProgramLog => {
  const logger = process.stderr.isTTY
    ? pino(pretty({ destination: 2, sync: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss" }))
    : pino(
        { base: null, timestamp: pino.stdTimeFunctions.isoTime },
        pino.destination({ dest: 2, sync: true }),
      );
  return {
    info: (sentence) => logger.info(sentence),
    warn: (sentence) => logger.warn(sentence),
    error: (sentence, cause) =>
      cause === undefined ? logger.error(sentence) : logger.error({ err: cause }, sentence),
  };
};
