import { describe, expect, it } from "vitest";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { decisionWithinMs, openCommandDesk, waitingMax } from "../../src/console/command-desk.ts";
import type { CommandDesk } from "../../src/console/command-desk.ts";
import type { Command, Decision } from "../../src/domain/adjudication.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { EventLog } from "../../src/ports.ts";
import { commandCodec } from "../../src/wire/command.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import { acknowledge, command as commandOn, dispose, entryOf, petrova } from "../commands.ts";
import { anAlarm, north } from "../core/board-history.ts";
import type { ManualClock } from "../manual-clock.ts";
import { manualClock } from "../manual-clock.ts";

const alarm = anAlarm();
const openOffice = (): {
  desk: CommandDesk;
  log: EventLog;
  clock: ManualClock;
  stored: () => Promise<readonly Command[]>;
} => {
  const clock = manualClock();
  const log = openMemoryLog({ partitionCount: 3, clock });
  const stored = async (): Promise<readonly Command[]> => {
    const records = await log.read("lanewatch.commands.v1", partitionOf(north, 3), {
      offset: 0,
      limit: 10_000,
    });
    return records.map(({ value }) => commandCodec.decode(value));
  };
  return { desk: openCommandDesk({ log, clock }), log, clock, stored };
};

const accepted = (command: Command): Decision => ({ outcome: "accepted", command, version: 1 });

const only = async (stored: () => Promise<readonly Command[]>): Promise<Command> => {
  const [command, ...others] = await stored();
  if (command === undefined || others.length > 0) throw new Error("expected one command");
  return command;
};

describe("command desk", () => {
  it("stores the command in its lane's partition, and answers with the decision", async () => {
    const { desk, clock, stored } = openOffice();
    const answer = desk.submit(acknowledge(alarm));
    await clock.settle();
    const command = await only(stored);
    expect(command).toEqual(acknowledge(alarm));
    desk.decided(accepted(command));
    expect(await answer).toEqual(accepted(command));
    await clock.settle();
    expect(clock.sleepers()).toBe(0);
  });

  it("says after five seconds that the command is stored and undecided", async () => {
    const { desk, clock, stored } = openOffice();
    const answer = desk.submit(acknowledge(alarm)).catch((error: unknown) => error);
    await clock.advance(decisionWithinMs - 1);
    expect(clock.sleepers()).toBe(1);
    await clock.advance(1);
    expect(await answer).toMatchObject({ code: "decision-late" });
    expect(await stored()).toHaveLength(1);
  });

  it("joins a repeat to the first, and answers a later one at once, storing the command once", async () => {
    const { desk, clock, stored } = openOffice();
    const both = [desk.submit(acknowledge(alarm)), desk.submit(acknowledge(alarm))];
    await clock.settle();
    const command = await only(stored);
    desk.decided(accepted(command));
    expect(await Promise.all(both)).toEqual([accepted(command), accepted(command)]);
    expect(await desk.submit(acknowledge(alarm))).toEqual(accepted(command));
    expect(await stored()).toHaveLength(1);
  });

  it("refuses an id that another command has used", async () => {
    const { desk, clock, stored } = openOffice();
    const first = desk.submit(acknowledge(alarm));
    await expect(desk.submit(acknowledge(alarm, { by: petrova }))).rejects.toMatchObject({
      code: "bad-request",
    });
    await clock.settle();
    desk.decided(accepted(await only(stored)));
    await first;
    await expect(desk.submit(acknowledge(alarm, { by: petrova }))).rejects.toMatchObject({
      code: "bad-request",
    });
  });

  it("takes a disposition with other words for another command", async () => {
    const { desk } = openOffice();
    const first = desk.submit(dispose(alarm)).catch(() => "ended");
    const { commandId: id } = dispose(alarm);
    for (const other of [
      commandOn(alarm, { kind: "dispose", entry: entryOf("norm-found", { notes: "more" }) }, { id, seen: 1 }),
      commandOn(alarm, { kind: "dispose", entry: entryOf("other") }, { id, seen: 1 }),
      acknowledge(alarm, { id, seen: 1 }),
    ]) {
      await expect(desk.submit(other)).rejects.toMatchObject({ code: "bad-request" });
    }
    desk.close();
    expect(await first).toBe("ended");
  });

  it("takes the same words at another time, or with a newer place of the case, for the same command", async () => {
    const { desk } = openOffice();
    const first = desk.submit({ ...acknowledge(alarm, { at: 1 }), caseOffset: 3 }).catch(() => "ended");
    const again = desk.submit({ ...acknowledge(alarm, { at: 9 }), caseOffset: 4 }).catch(() => "ended");
    desk.close();
    expect(await Promise.all([first, again])).toEqual(["ended", "ended"]);
  });

  it("waits for no more commands than its bound and stores none beyond it", async () => {
    const { desk, clock, stored } = openOffice();
    const answers = Array.from({ length: waitingMax }, (_, n) =>
      desk.submit(acknowledge(alarm, { id: `command-${n}` })),
    );
    await expect(desk.submit(acknowledge(alarm, { id: "one-too-many" }))).rejects.toMatchObject({
      code: "too-busy",
    });
    await clock.settle();
    expect(await stored()).toHaveLength(waitingMax);
    desk.close();
    const outcomes = await Promise.allSettled(answers);
    expect(
      outcomes.every((outcome) => outcome.status === "rejected" && codeOf(outcome.reason) === "log-closed"),
    ).toBe(true);
  });

  it("passes on that the log did not take the command, to repeats as well", async () => {
    const { desk, log } = openOffice();
    await log.close();
    const both = await Promise.allSettled([desk.submit(acknowledge(alarm)), desk.submit(acknowledge(alarm))]);
    expect(
      both.map((outcome) => (outcome.status === "rejected" ? codeOf(outcome.reason) : "stored")),
    ).toEqual(["log-closed", "log-closed"]);
  });
});

const codeOf = (error: unknown): string => (error instanceof LanewatchError ? error.code : "none");
