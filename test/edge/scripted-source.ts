import type { EventSink } from "../../src/adapters/pushed-events.ts";
import { pushedEvents } from "../../src/adapters/pushed-events.ts";
import type { ByteSource } from "../../src/ports.ts";

export interface ScriptedSource extends ByteSource {
  /** How often it was connected to. */
  attempts(): number;
  /** The open attempt, to be told what happens to it. */
  now(): EventSink;
}

/** A source the test speaks for. `onConnect` answers each attempt; without it an attempt hangs until told. */
export const scriptedSource = (
  onConnect: (sink: EventSink, attempt: number) => void = () => undefined,
): ScriptedSource => {
  let attempts = 0;
  let current: EventSink | undefined;
  return {
    endpoint: "scripted",
    connect: (signal) =>
      pushedEvents((sink) => {
        current = sink;
        attempts += 1;
        const stop = (): void => sink.closed("the edge agent was stopped");
        signal.addEventListener("abort", stop);
        onConnect(sink, attempts);
        if (signal.aborted) stop();
        return { resume: () => undefined, release: () => signal.removeEventListener("abort", stop) };
      }),
    attempts: () => attempts,
    now: () => {
      if (current === undefined) throw new Error("nobody has connected");
      return current;
    },
  };
};
