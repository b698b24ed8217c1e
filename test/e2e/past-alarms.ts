import { openSqliteLog } from "../../src/adapters/sqlite-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { decide, untouched } from "../../src/core/adjudication.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import { laneId } from "../../src/domain/ids.ts";
import { wallMs } from "../../src/domain/units.ts";
import { caseRecord } from "../../src/stream/core-records.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import { claim, command, entryOf, officer } from "../commands.ts";
import { anAlarm } from "../core/board-history.ts";

const partitionCount = 4;
const day = 86_400_000;

/** An alarm of `lane-1` that Ada disposed of long ago; the `number` says when, and what the vehicle was. */
const pastCase = (number: number, now: number): AlarmCase => {
  const raisedAt = wallMs(now - 60 * day + number * 60_000);
  const alarm = anAlarm({ lane: laneId("lane-1"), occupancy: number, state: "ended", raisedAt });
  const by = officer("Ada");
  const entry = entryOf("norm-found", { vehicleId: `OLD ${1000 + number}`, commodity: "Bananas" });
  const asked = { by, at: raisedAt + 60_000 };
  const acts = [
    claim(alarm, { ...asked, id: `past-claim-${number}` }),
    command(alarm, { kind: "dispose", entry }, { ...asked, seen: 1, id: `past-dispose-${number}` }),
  ];
  return acts.reduce<AlarmCase>(
    (current, act) => {
      const [next, decision] = decide(current, act);
      if (next === undefined || decision.outcome === "refused") throw new Error(JSON.stringify(decision));
      return next;
    },
    { alarm, adjudication: untouched },
  );
};

/** Puts so many of them into the log of a program that is not running: vehicles `OLD 1000`, `OLD 1001` … */
export const writePastAlarms = async (directory: string, count: number): Promise<void> => {
  const log = await openSqliteLog({ directory, partitionCount, clock: systemClock });
  const now = Date.now();
  const cases = Array.from({ length: count }, (_, number) => pastCase(number, now));
  await log.append(cases.map((past) => caseRecord(past, partitionOf(past.alarm.laneId, partitionCount))));
  await log.close();
};
