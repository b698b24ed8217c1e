import type { KafkajsLogger } from "kafkajs/src/network/connectionPool.js";

/** What the Kafka client has to say, for the program's own log. Nothing of it decides anything. */
export interface ClientLogEntry {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}
export type ClientLog = (entry: ClientLogEntry) => void;

/** A logger as kafkajs wants one. Its debug lines, several a request, are dropped. */
export const kafkajsLogger = (say: ClientLog): KafkajsLogger => {
  const at =
    (level: ClientLogEntry["level"]) =>
    (message: string): void =>
      say({ level, message });
  const logger: KafkajsLogger = {
    debug: () => undefined,
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    namespace: () => logger,
  };
  return logger;
};
