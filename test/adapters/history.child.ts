/**
 * A process of its own that reads a log of alarms into a history: `history.child.ts DIRECTORY COUNT`. Prints how many
 * alarms it has each time that grows, and never ends; it is killed.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { openAlarmHistory } from "../../src/adapters/history-open.ts";
import { openSqliteLog } from "../../src/adapters/sqlite-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { caseRecord, syntheticCases } from "../history/case-life.ts";

const [directory = "", count = "0"] = process.argv.slice(2);
const partitionCount = 4;
const log = await openSqliteLog({ directory, partitionCount, clock: systemClock });
if ((await log.end("lanewatch.alarms.v1", 0)) === 0) {
  const records = syntheticCases(1, Number(count)).map((alarmCase) => caseRecord(alarmCase, partitionCount));
  await log.append(records);
}
const { signal } = new AbortController();
const history = openAlarmHistory(
  {
    path: join(directory, "history.db"),
    log,
    clock: systemClock,
    timeZone: "UTC",
    retentionInMs: 1e14,
    onProblem: ({ message }) => writeSync(1, `${JSON.stringify(message)}\n`),
  },
  signal,
);
for (let told = -1; ;) {
  const { alarms } = history.progress();
  if (alarms !== told) writeSync(1, `${alarms}\n`);
  told = alarms;
  await systemClock.sleep(1, signal);
}
