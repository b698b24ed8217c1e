/**
 * lanewatch beside Node-RED with the same N-sigma in a function node, and beside the floor, over the same broker:
 * `npx tsx bench/node-red.ts [--short] [--lanes 100] [--node-red FOLDER] [--json]`. Node-RED comes from the registry into a
 * temporary folder, or from the folder that is named. The program must be built.
 */
import { rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type Mosquitto, startMosquitto } from "../test/services/mosquitto.ts";
import { presenceOf } from "../test/services/presence.ts";
import { countOf, type Figure, say } from "./figures.ts";
import { type Contender, floor, lanewatch, nodeRed, type Verdicts } from "./node-red-contenders.ts";
import { figuresOf, runContender } from "./node-red-run.ts";
import { installNodeRed } from "./node-red-program.ts";
import { messagesOf, type Said } from "./node-red-traffic.ts";

const { values: options } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    lanes: { type: "string", default: "100" },
    "node-red": { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const laneCount = countOf("lanes", options.lanes);
/** Seconds of the lanes' time: at real rates, and then all at once. The first vehicles come after 12 s. */
const times = options.short ? { pacedS: 22, floodS: 40 } : { pacedS: 40, floodS: 120 };

const skipped: string[] = [];
const wrong: string[] = [];
const figures: Figure[] = [];

const expectedOf = (messages: readonly Said[]): Verdicts =>
  new Set(
    messages
      .filter(({ alarm }) => alarm > 0)
      .map(({ laneId, alarm, counts, threshold }) => `${laneId} ${alarm} ${counts} ${threshold}`),
  );

const compareVerdicts = (name: string, expected: Verdicts, found: Verdicts): void => {
  const missing = [...expected].filter((verdict) => !found.has(verdict));
  const more = [...found].filter((verdict) => !expected.has(verdict));
  const some = [...missing.slice(0, 2), ...more.slice(0, 2)].join("; ");
  if (missing.length + more.length > 0)
    wrong.push(`${name}: ${missing.length} alarms missing, ${more.length} too many or others: ${some}.`);
};

const measure = async (
  broker: Mosquitto,
  messages: readonly Said[],
  open: () => Promise<Contender>,
): Promise<void> => {
  const contender = await open();
  let decided: Verdicts | null = null;
  try {
    const run = await runContender({ contender, broker, messages, pacedS: times.pacedS });
    figures.push(...figuresOf(contender.name, run));
    if (run.missing > 0) wrong.push(`${contender.name}: ${run.missing} words never came.`);
    if (run.told.size > 0) decided = run.told;
  } finally {
    decided = (await contender.finish()) ?? decided;
  }
  if (decided !== null) compareVerdicts(contender.name, expectedOf(messages), decided);
};

const installed = async (): Promise<string | null> => {
  if (options["node-red"] !== undefined) return options["node-red"];
  try {
    return await installNodeRed();
  } catch {
    skipped.push("Node-RED is left out: it could not be installed from the registry.");
    return null;
  }
};

const presence = presenceOf("mosquitto");
if (presence.kind === "absent")
  say({ figures, skipped: [`All is left out: ${presence.reason}.`] }, options.json);
else {
  const messages = messagesOf(laneCount, times.pacedS + times.floodS);
  const folder = await installed();
  // Nothing is dropped for a program that is slow, and none is slowed down by the broker's own limits.
  const broker = await startMosquitto({ settings: ["max_queued_messages 0", "max_inflight_messages 1000"] });
  try {
    await measure(broker, messages, () => floor(broker.url));
    if (folder !== null) await measure(broker, messages, () => nodeRed(folder, broker.port));
    await measure(broker, messages, () => lanewatch(broker.url, laneCount));
    figures.push({
      measurement: "alarms expected of each",
      unit: "alarms",
      value: expectedOf(messages).size,
    });
  } finally {
    await broker.stop();
    if (folder !== null && options["node-red"] === undefined)
      await rm(folder, { recursive: true, force: true });
  }
  say({ figures, skipped, wrong }, options.json);
}
