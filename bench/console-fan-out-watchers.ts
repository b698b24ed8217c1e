/** Many officers' ends of a console's socket, in one process: how long each alarm took to each of them. */
import { WebSocket } from "ws";
import { z } from "zod";

export type WatchersCommand =
  | { readonly kind: "join"; readonly url: string; readonly cookie: string; readonly consoles: number }
  /** What came before does not count. */
  | { readonly kind: "measure" }
  | { readonly kind: "report" };

export type WatchersAnswer =
  | { readonly kind: "joined" }
  | { readonly kind: "measuring" }
  | {
      readonly kind: "seen";
      /** Milliseconds from the word of the core to a console, of every alarm and console. */
      readonly times: readonly number[];
      /** Of every alarm, how many consoles have it; and how long it took to the last of them. */
      readonly alarms: readonly { readonly consoles: number; readonly lastMs: number }[];
      readonly messages: number;
      readonly bytes: number;
      readonly lost: number;
    };

const rowsSchema = z.looseObject({
  alarms: z.array(z.looseObject({ alarmId: z.string(), raisedAt: z.number() })),
});

const times: number[] = [];
const alarms = new Map<string, { consoles: number; lastMs: number }>();
let measuringSince = Number.POSITIVE_INFINITY;
const told = { messages: 0, bytes: 0, lost: 0 };

const rowsKey = '"alarms":[';

/** Only the alarms are read: one process stands for the browsers of many machines. */
const take = (raw: Buffer, seen: Set<string>): void => {
  const now = Date.now();
  told.messages += 1;
  told.bytes += raw.length;
  const at = raw.lastIndexOf(rowsKey);
  if (at === -1 || raw[at + rowsKey.length] === 0x5d) return;
  for (const { alarmId, raisedAt } of rowsSchema.parse(JSON.parse(`{${raw.toString("utf8", at)}`)).alarms) {
    if (raisedAt < measuringSince || seen.has(alarmId)) continue;
    seen.add(alarmId);
    const tookMs = now - raisedAt;
    times.push(tookMs);
    const alarm = alarms.get(alarmId) ?? { consoles: 0, lastMs: 0 };
    alarms.set(alarmId, { consoles: alarm.consoles + 1, lastMs: Math.max(alarm.lastMs, tookMs) });
  }
};

const join = (url: string, cookie: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers: { cookie } });
    const seen = new Set<string>();
    socket.on("open", () => socket.send(JSON.stringify({ kind: "hello", resume: null })));
    socket.on("error", reject);
    socket.on("close", () => (told.lost += 1));
    socket.once("message", () => resolve());
    socket.on("message", (raw: Buffer) => take(raw, seen));
  });

const answer = (said: WatchersAnswer): void => void process.send?.(said);

const obey = async (command: WatchersCommand): Promise<void> => {
  switch (command.kind) {
    case "join":
      for (let at = 0; at < command.consoles; at += 1) await join(command.url, command.cookie);
      answer({ kind: "joined" });
      return;
    case "measure":
      measuringSince = Date.now();
      Object.assign(told, { messages: 0, bytes: 0 });
      answer({ kind: "measuring" });
      return;
    case "report":
      answer({ kind: "seen", times, alarms: [...alarms.values()], ...told });
  }
};

process.on("message", (command: WatchersCommand) => void obey(command));
process.on("disconnect", () => process.exit(0));
