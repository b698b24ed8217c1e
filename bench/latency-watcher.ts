/** An officer's end of the console's socket, in a process of its own: keeps when each alarm's row first came. */
import { WebSocket } from "ws";
import { z } from "zod";

export type WatcherCommand =
  { readonly kind: "join"; readonly url: string; readonly cookie: string } | { readonly kind: "report" };

export type WatcherAnswer =
  | { readonly kind: "joined" }
  /** Alarms and when they came, wall clock; how many messages came, and their characters. */
  | {
      readonly kind: "seen";
      readonly alarms: readonly (readonly [string, number])[];
      readonly messages: number;
      readonly characters: number;
    };

/** As much of the messages as is looked at; the whole schema would cost more than a browser spends. */
const messageSchema = z.looseObject({
  kind: z.string(),
  alarms: z.array(z.looseObject({ alarmId: z.string() })).optional(),
});

const seen = new Map<string, number>();
let messages = 0;
let characters = 0;

const answer = (told: WatcherAnswer): void => void process.send?.(told);

const join = (url: string, cookie: string): void => {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers: { cookie } });
  socket.on("open", () => socket.send(JSON.stringify({ kind: "hello", resume: null })));
  socket.on("error", (error) => process.stderr.write(`The console was lost: ${error.message}\n`));
  socket.on("message", (raw: Buffer) => {
    messages += 1;
    characters += raw.length;
    const message = messageSchema.parse(JSON.parse(raw.toString("utf8")));
    const now = Date.now();
    for (const { alarmId } of message.alarms ?? []) if (!seen.has(alarmId)) seen.set(alarmId, now);
    if (message.kind === "snapshot") answer({ kind: "joined" });
  });
};

process.on("message", (command: WatcherCommand) => {
  if (command.kind === "join") join(command.url, command.cookie);
  else answer({ kind: "seen", alarms: [...seen], messages, characters });
});
process.on("disconnect", () => process.exit(0));
