/** What to connect to. */
export type Endpoint =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "pty"; readonly path: string; readonly baud: number }
  | { readonly kind: "mqtt"; readonly url: string; readonly topic: string };

/**
 * The far end of a portal's line. A real portal only talks: bytes nobody is connected for are lost, and what is sent to it is ignored.
 */
export interface PortalTransport {
  readonly endpoint: Endpoint;
  readonly send: (bytes: Uint8Array) => void;
  /** `false` drops every connection and takes none until `true`. */
  readonly setLink: (up: boolean) => void;
  /** Ends everything: no handle is left, bytes already sent are flushed where somebody takes them. */
  readonly close: () => Promise<void>;
}

/** Told of what went wrong on a line, as a sentence. */
export type OnProblem = (message: string) => void;

/** Told when somebody begins or ceases to listen to a line. `connection` counts from 1. */
export type OnConnection = (change: "opened" | "closed", connection: number) => void;
