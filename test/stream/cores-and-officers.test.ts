import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, untouched } from "../../src/core/adjudication.ts";
import { caseOf, openAlarmBoard } from "../../src/core/alarm-board.ts";
import type { AlarmCase, AlarmCommand } from "../../src/domain/adjudication.ts";
import type { AlarmKind } from "../../src/domain/alarms.ts";
import { laneId } from "../../src/domain/ids.ts";
import { anAlarm } from "../core/board-history.ts";
import { anyWish, expectSound, openOffice, outcomeOf } from "../core/officers-at-work.ts";
import { type Breakage, judged, openCorePlace, type Running } from "./core-place.ts";

const lane = laneId("north-1");
const seed = Number(process.env["LANEWATCH_SIM_FROM"] ?? "20241122");
/** LANEWATCH_SIM_RUNS=1000 for more; a failure says its seed and path. */
const runs = { numRuns: Number(process.env["LANEWATCH_SIM_RUNS"] ?? "60"), seed };
const kinds = ["gamma", "neutron"] as const satisfies readonly AlarmKind[];

/** Over already, so that a disposition closes the case and whoever comes later finds it in the log alone. */
const freshCases = (): readonly AlarmCase[] =>
  kinds.map((kind, occupancy) => ({
    alarm: anAlarm({ lane, occupancy, kind, state: "ended" }),
    adjudication: untouched,
  }));

const anyStep = fc.record({
  wish: anyWish,
  alarm: fc.nat({ max: kinds.length - 1 }),
  core: fc.nat({ max: 1 }),
  then: fc.constantFrom(
    "wait",
    "wait",
    "go on",
    "go on",
    "stop",
    "a day passes",
    "before-storing",
    "after-storing",
  ),
});
type Step = typeof anyStep extends fc.Arbitrary<infer One> ? One : never;

interface Played {
  /** In the order of the log, repeats included. */
  readonly asked: readonly AlarmCommand[];
  readonly told: readonly AlarmCase[];
  readonly last: readonly AlarmCase[];
  readonly answers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Officers ask, and one core or two decide, are stopped and fail anywhere, and come back. */
const play = async (steps: readonly Step[], coreCount: number): Promise<Played> => {
  const place = openCorePlace([judged(lane)]);
  const fresh = freshCases();
  await place.tellCases(fresh);
  const isShared = coreCount > 1;
  const cores: Running[] = Array.from({ length: coreCount }, () => place.start(undefined, isShared));
  const offices = fresh.map(({ alarm }, n) => openOffice(alarm, `word-${n}`));
  const asked: AlarmCommand[] = [];
  for (const { wish, alarm: which, core: whose, then } of steps) {
    const at = whose % coreCount;
    const core = cores[at];
    const about = fresh[which];
    if (core === undefined || about === undefined) throw new Error("no such core or alarm");
    if (then === "before-storing" || then === "after-storing")
      core.breakAfter(wish.lag, then satisfies Breakage);
    const shown = (await place.cases()).get(about.alarm.alarmId)?.adjudication ?? untouched;
    const command = offices[which]?.ask(wish, shown);
    if (command === undefined) throw new Error("no office");
    asked.push(command);
    await place.ask([command]);
    if (then === "go on") continue;
    // Broken or caught up: either way all that can happen has happened.
    const settled = await Promise.all(
      cores.map((each) => Promise.race([each.ended, each.caughtUp().catch(() => each.ended)])),
    );
    if (then === "stop") await core.stop();
    if (then === "a day passes") await place.clock.advance(25 * 3_600_000);
    for (const [index, error] of settled.entries())
      if (error !== undefined || (then === "stop" && index === at))
        cores[index] = place.start(undefined, isShared);
  }
  for (const [index, each] of cores.entries()) {
    each.breakAfter(Number.MAX_SAFE_INTEGER, "before-storing");
    const error = await Promise.race([each.ended, each.caughtUp().catch(() => each.ended)]);
    if (error !== undefined) cores[index] = place.start(undefined, isShared);
  }
  for (const each of [...cores, ...cores]) await each.caughtUp();
  for (const each of cores) await each.stop();
  expect(place.problems).toEqual([]);
  const answers = new Map<string, Set<string>>();
  for (const { command, outcome } of await place.decisions()) {
    const known = answers.get(command.commandId) ?? new Set();
    answers.set(command.commandId, known.add(outcome));
  }
  const cases = await place.cases();
  const last = fresh.map(({ alarm }) => cases.get(alarm.alarmId)).filter((each) => each !== undefined);
  return { asked, told: place.caseHistory(), last, answers };
};

/** What one core would have made of it that nothing ever happens to. */
const undisturbed = (asked: readonly AlarmCommand[]): readonly AlarmCase[] =>
  freshCases().map((fresh) => {
    let current = fresh;
    for (const command of asked)
      if (command.alarmId === fresh.alarm.alarmId) [current = fresh] = decide(current, command);
    return current;
  });

const check = ({ asked, told, last, answers }: Played): void => {
  for (const { alarm, adjudication } of told) expectSound(adjudication, alarm.kind);
  expect(last.map(outcomeOf)).toEqual(undisturbed(asked).map(outcomeOf));
  const inHistory = last.flatMap(({ adjudication }) =>
    adjudication.history.map(({ commandId }) => commandId),
  );
  const accepted = new Set(
    asked
      .filter(
        ({ commandId, act }) => act.kind !== "renew" && answers.get(commandId)?.has("accepted") === true,
      )
      .map(({ commandId }) => commandId),
  );
  expect(new Set(inHistory)).toEqual(accepted);
  expect(inHistory).toHaveLength(accepted.size);
  for (const { commandId } of asked) expect(answers.has(commandId), commandId).toBe(true);
  // Whoever reads the log in its order sees the same, and nothing on the way that is taken back.
  const { board, step } = openAlarmBoard([lane]);
  for (const each of told) {
    const before = caseOf(board, each.alarm.alarmId);
    step({ kind: "case", case: each });
    const after = caseOf(board, each.alarm.alarmId);
    const isKept = before?.adjudication.history.every(
      ({ commandId }, at) => after?.adjudication.history[at]?.commandId === commandId,
    );
    expect(isKept ?? true).toBe(true);
  }
  for (const each of last) {
    const shown = caseOf(board, each.alarm.alarmId);
    expect(shown !== undefined && isDeepStrictEqual(outcomeOf(shown), outcomeOf(each))).toBe(true);
  }
};

describe.each([1, 2])(
  `with the seed ${seed}, whatever is asked of %d cores that are stopped and fail anywhere`,
  (coreCount) => {
    it("each accepted command counts once, and the log gives what one undisturbed core would have given", async () => {
      let steps = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 30, size: "max" }), async (given) => {
          steps += given.length;
          check(await play(given, coreCount));
        }),
        runs,
      );
      expect(steps).toBeGreaterThan(runs.numRuns * 12);
    }, 60_000);
  },
);
