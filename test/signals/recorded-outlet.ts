import { z } from "zod";
import type { OutletGreetings, RetainedMessage, SignalOutlet } from "../../src/signals/outlet.ts";

const signalSchema = z.looseObject({
  state: z.enum(["clear", "alarm", "fault", "unknown"]),
  alarmKinds: z.array(z.string()),
  acknowledged: z.boolean(),
  occupied: z.boolean().nullable(),
  faults: z.array(z.string()),
});
export type ToldSignal = z.infer<typeof signalSchema>;
export const readSignal = (payload: string | undefined): ToldSignal =>
  signalSchema.parse(JSON.parse(payload ?? "{}"));

export interface RecordedOutlet extends SignalOutlet {
  readonly messages: readonly RetainedMessage[];
  readonly last: (topic: string) => string | undefined;
  readonly greetings: () => OutletGreetings | undefined;
  /** `running` between the call of `run` and the abort of its signal. */
  readonly isRunning: () => boolean;
}

/** An outlet that keeps all it is told and says it to nobody. */
export const recordedOutlet = (): RecordedOutlet => {
  const messages: RetainedMessage[] = [];
  let greetings: OutletGreetings | undefined;
  let running = false;
  return {
    messages,
    last: (topic) => messages.findLast((each) => each.topic === topic)?.payload,
    greetings: () => greetings,
    isRunning: () => running,
    keep: (message) => messages.push(message),
    run: async (given, signal) => {
      greetings = given;
      running = true;
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener("abort", () => resolve());
      });
      running = false;
    },
  };
};
