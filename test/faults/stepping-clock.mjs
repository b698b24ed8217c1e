// Loaded before the program (`node --import`): its wall clock is off by the milliseconds that a file says, which may
// change while it runs. The monotonic clock stays as it is, as on a machine whose time is set.
import { readFileSync } from "node:fs";

const path = process.env.LANEWATCH_TEST_CLOCK;
const trueNow = Date.now;
let offsetInMs = 0;
const read = () => {
  offsetInMs = Number(readFileSync(path, "utf8"));
};
read();
setInterval(read, 50).unref();
Date.now = () => trueNow() + offsetInMs;
