/**
 * From the core's word in the log to many officers' sockets, by one console:
 * `npx tsx bench/console-fan-out.ts [--consoles 200] [--lanes 100] [--updates 300] [--alarms 5] [--seconds 30] [--json]`;
 * updates and alarms a second, of all lanes together. The log is in memory; the sockets are real, all of one process.
 */
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { signIn } from "../test/officers.ts";
import { startChild } from "./child.ts";
import type { ServerAnswer, ServerCommand } from "./console-fan-out-server.ts";
import type { WatchersAnswer, WatchersCommand } from "./console-fan-out-watchers.ts";
import { countOf, type Figure, latencyFigures, say } from "./figures.ts";
import { cpuSeconds, residentBytes } from "./machine.ts";

const { values: options } = parseArgs({
  options: {
    consoles: { type: "string", default: "200" },
    lanes: { type: "string", default: "100" },
    updates: { type: "string", default: "300" },
    alarms: { type: "string", default: "5" },
    seconds: { type: "string", default: "30" },
    json: { type: "boolean", default: false },
  },
});
const consoles = countOf("consoles", options.consoles);
const seconds = countOf("seconds", options.seconds);
const traffic = {
  lanes: countOf("lanes", options.lanes),
  updatesPerS: countOf("updates", options.updates),
  alarmsPerS: countOf("alarms", options.alarms),
};
/** The first seconds of a program are not its every day. */
const warmUpMs = 4_000;
const answerWithinMs = 120_000;

const server = startChild<ServerCommand, ServerAnswer>("./console-fan-out-server.ts");
const watchers = startChild<WatchersCommand, WatchersAnswer>("./console-fan-out-watchers.ts");

const until = async (condition: () => Promise<boolean>): Promise<void> => {
  for (let turn = 0; turn < 30; turn += 1) {
    if (await condition()) return;
    await sleep(500);
  }
};

const report = async (): Promise<Extract<WatchersAnswer, { kind: "seen" }>> => {
  const seen = await watchers.ask({ kind: "report" }, answerWithinMs);
  if (seen.kind !== "seen") throw new Error("The consoles did not report.");
  return seen;
};

const measure = async (): Promise<readonly Figure[]> => {
  const opened = await server.ask({ kind: "open", traffic }, answerWithinMs);
  if (opened.kind !== "opened") throw new Error("The console did not open.");
  try {
    const cookie = await signIn(opened.url);
    await watchers.ask({ kind: "join", url: opened.url, cookie, consoles }, answerWithinMs);
    await server.ask({ kind: "begin" }, answerWithinMs);
    await sleep(warmUpMs);
    await watchers.ask({ kind: "measure" }, answerWithinMs);
    const [cpu, at] = [cpuSeconds(server.pid), performance.now()];
    await sleep(seconds * 1_000);
    const [cpuS, lastedS] = [cpuSeconds(server.pid) - cpu, (performance.now() - at) / 1_000];
    const resident = residentBytes(server.pid);
    await server.ask({ kind: "stop" }, answerWithinMs);
    await until(async () => (await report()).alarms.every((alarm) => alarm.consoles === consoles));
    return figuresOf(await report(), { cpuS, lastedS, resident });
  } finally {
    await rm(opened.webDirectory, { recursive: true });
  }
};

const wrong: string[] = [];
const name = `${consoles} consoles, ${traffic.lanes} lanes, ${traffic.updatesPerS} updates/s`;

const figuresOf = (
  { times, alarms, bytes, messages, lost }: Extract<WatchersAnswer, { kind: "seen" }>,
  used: { readonly cpuS: number; readonly lastedS: number; readonly resident: number },
): readonly Figure[] => {
  const missing = alarms.reduce((sum, alarm) => sum + consoles - alarm.consoles, 0);
  if (missing > 0) wrong.push(`${missing} rows never came.`);
  if (alarms.length === 0) wrong.push("No alarm came.");
  if (lost > 0) wrong.push(`${lost} sockets were closed.`);
  const last = alarms.map(({ lastMs }) => lastMs);
  return [
    ...latencyFigures(`${name}: alarm to each console`, times),
    ...latencyFigures(`${name}: alarm to the last console`, last),
    { measurement: `${name}: alarms`, unit: "alarms", value: alarms.length },
    { measurement: `${name}: messages sent`, unit: "messages/s", value: messages / used.lastedS },
    { measurement: `${name}: sent a second`, unit: "MB", value: bytes / used.lastedS / 1e6 },
    { measurement: `${name}: CPU of the server`, unit: "cores", value: used.cpuS / used.lastedS },
    { measurement: `${name}: resident`, unit: "MB", value: used.resident / 1e6 },
  ];
};

try {
  say({ figures: await measure(), wrong }, options.json);
} finally {
  server.end();
  watchers.end();
}
