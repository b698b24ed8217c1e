import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Daemon, outputOf, startDaemon } from "../test/services/daemon.ts";
import { freePort } from "../test/services/loopback.ts";
import { nSigma, windowIntervals } from "./node-red-traffic.ts";

/** The newest that runs on Node 20. */
export const nodeRedVersion = "4.1.15";
const installWithinMs = 240_000;
const startWithinMs = 60_000;

/**
 * A folder with Node-RED from the registry.
 * @throws where the registry cannot be reached, or has no such version.
 */
export const installNodeRed = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "lanewatch-node-red-"));
  try {
    await writeFile(join(folder, "package.json"), "{}");
    const args = ["install", `node-red@${nodeRedVersion}`, "--ignore-scripts", "--no-audit", "--no-fund"];
    await promisify(execFile)("npm", args, { cwd: folder, timeout: installWithinMs });
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
};

/** The function node. What it keeps of a lane is what a careful user would keep. */
const functionText = `
const lanes = context.get("lanes") || {};
const id = msg.topic.split("/").pop();
const lane = lanes[id] || (lanes[id] = { background: 0, threshold: null, window: [], alarmed: false, alarms: 0 });
context.set("lanes", lanes);
const said = msg.payload;
const sum = (values) => values.reduce((total, value) => total + value, 0);
const end = () => { lane.threshold = null; lane.window = []; lane.alarmed = false; };
if (said.kind === "gamma-background") { end(); lane.background = sum(said.cps); }
if (said.kind === "occupancy-closed") end();
if (said.kind !== "gamma-interval") return null;
if (lane.threshold === null) {
    const background = lane.background * ${windowIntervals} / 5;
    lane.threshold = background + Math.ceil(${nSigma} * Math.sqrt(background) - 1e-9);
}
lane.window.push(sum(said.counts));
if (lane.window.length > ${windowIntervals}) lane.window.shift();
if (lane.alarmed || lane.window.length < ${windowIntervals}) return null;
const counts = sum(lane.window);
if (counts <= lane.threshold) return null;
lane.alarmed = true;
lane.alarms += 1;
return { topic: "bench/alarm/" + id, payload: { alarms: lane.alarms, counts, threshold: lane.threshold } };
`;

const flow = (brokerPort: number): readonly object[] => [
  { id: "tab", type: "tab", label: "N-sigma" },
  {
    ...{ id: "broker", type: "mqtt-broker", broker: "127.0.0.1", port: String(brokerPort), keepalive: "60" },
    ...{ protocolVersion: "4", cleansession: true, autoConnect: true, usetls: false },
  },
  {
    ...{ id: "in", z: "tab", type: "mqtt in", broker: "broker", topic: "bench/in/+", qos: "1" },
    ...{ datatype: "json", inputs: 0, wires: [["decide"]] },
  },
  { id: "decide", z: "tab", type: "function", func: functionText, outputs: 1, libs: [], wires: [["out"]] },
  {
    id: "out",
    z: "tab",
    type: "mqtt out",
    broker: "broker",
    topic: "",
    qos: "1",
    retain: "false",
    wires: [],
  },
];

/** Node-RED with the flow, connected. Its editor and HTTP nodes are off. */
export const startNodeRed = async (installed: string, brokerPort: number): Promise<Daemon> => {
  const folder = await mkdtemp(join(tmpdir(), "lanewatch-node-red-run-"));
  const settings = {
    ...{ uiHost: "127.0.0.1", uiPort: await freePort(), httpAdminRoot: false, httpNodeRoot: false },
    ...{ flowFile: "flows.json", credentialSecret: false, telemetry: { enabled: false } },
  };
  await writeFile(join(folder, "settings.js"), `module.exports = ${JSON.stringify(settings)};\n`);
  await writeFile(join(folder, "flows.json"), JSON.stringify(flow(brokerPort)));
  const isConnected = (): boolean =>
    existsSync(outputOf(folder)) && /Connected to broker/.test(readFileSync(outputOf(folder), "utf8"));
  return startDaemon({
    title: "Node-RED",
    command: process.execPath,
    args: [
      join(installed, "node_modules", "node-red", "red.js"),
      ...["--userDir", folder, "--settings", join(folder, "settings.js"), "flows.json"],
    ],
    folder,
    isReady: () => Promise.resolve(isConnected()),
    startWithinMs,
  });
};
