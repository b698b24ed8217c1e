import { mkdirSync } from "node:fs";
import { type DaemonPlan, startDaemon } from "./daemon.ts";

/** Run as a process of its own: starts `sleep` in a folder, says its process id, and waits to be killed. */
const [folder = ""] = process.argv.slice(2);
mkdirSync(folder);
const plan: DaemonPlan = {
  ...{ title: "A sleeper", command: "sleep", args: ["60"], folder },
  ...{ isReady: () => Promise.resolve(true), startWithinMs: 5_000 },
};
const daemon = await startDaemon(plan);
process.stdout.write(`${daemon.pid()}\n`);
setTimeout(() => undefined, 60_000);
