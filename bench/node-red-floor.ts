/**
 * The floor beside lanewatch and Node-RED, in a process of its own: the same messages, split into lines, and a word where
 * an occupancy is over. It decides nothing. `node-red-floor.ts BROKER-URL`
 */
import { connect } from "mqtt";

const [url = ""] = process.argv.slice(2);
const client = connect(url);
const closings = new Map<string, number>();
client.on("message", (topic, payload) => {
  for (const line of payload.toString("utf8").split("\n")) {
    if (!line.includes('"occupancy-closed"')) continue;
    const lane = topic.slice(topic.lastIndexOf("/") + 1);
    const count = (closings.get(lane) ?? 0) + 1;
    closings.set(lane, count);
    client.publish(`bench/floor/${lane}`, JSON.stringify({ alarms: count }), { qos: 1 });
  }
});
client.on("error", (error) => {
  process.stderr.write(`The broker was lost: ${error.message}\n`);
  process.exit(1);
});
client.on("connect", () =>
  client.subscribe("bench/in/+", { qos: 1 }, () => void process.stdout.write("subscribed\n")),
);
