import { isDeepStrictEqual } from "node:util";
import type { Alarm } from "../../src/domain/alarms.ts";
import type { Decision } from "../../src/domain/adjudication.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { alarmCaseCodec } from "../../src/wire/alarm.ts";
import { commandCodec, decisionCodec } from "../../src/wire/command.ts";
import type { EventRecord } from "../../src/wire/event.ts";
import { type Logged, readEvents, readFrames, readTopic } from "../faults/log-reading.ts";
import { type Evidence, judgeBoards, judgeLosses } from "./board-verdict.ts";
import { judgeLane } from "./lane-verdict.ts";
import { frameName } from "./site.ts";

export interface Judged {
  readonly violations: readonly string[];
  /** Alarms that had to come, and did. */
  readonly found: number;
  readonly acceptedCommands: number;
  readonly frames: number;
  readonly lostFrames: number;
  readonly droppedFrames: number;
  readonly recoveredFrames: number;
  /** Alarms of frames that came late. */
  readonly lateAlarms: number;
}

const latestAlarms = (events: readonly Logged<EventRecord>[]): ReadonlyMap<string, Alarm> => {
  const latest = new Map<string, Alarm>();
  for (const { value } of events) {
    const { event } = value;
    if (event.kind !== "alarm-raised" && event.kind !== "alarm-updated" && event.kind !== "alarm-ended")
      continue;
    const known = latest.get(event.alarm.alarmId);
    if (known === undefined || known.version < event.alarm.version)
      latest.set(event.alarm.alarmId, event.alarm);
  }
  return latest;
};

/** What is said twice is the same twice, and an alarm's versions are 1, 2, 3 … */
const judgeEvents = (events: readonly Logged<EventRecord>[]): readonly string[] => {
  const violations: string[] = [];
  const byId = new Map<string, EventRecord>();
  const versions = new Map<string, Map<number, Alarm>>();
  for (const { value } of events) {
    const known = byId.get(value.eventId);
    if (known !== undefined && !isDeepStrictEqual(known.event, value.event))
      violations.push(
        `event ${value.eventId} is told twice and differs: ${known.event.kind}, ${value.event.kind}`,
      );
    byId.set(value.eventId, value);
    const { event } = value;
    if (event.kind !== "alarm-raised" && event.kind !== "alarm-updated" && event.kind !== "alarm-ended")
      continue;
    const { alarm } = event;
    const told = versions.get(alarm.alarmId) ?? new Map<number, Alarm>();
    versions.set(alarm.alarmId, told);
    const same = told.get(alarm.version);
    if (same !== undefined && !isDeepStrictEqual(same, alarm))
      violations.push(`version ${alarm.version} of ${alarm.alarmId} is told twice and differs`);
    if (same === undefined && told.size > 0 && alarm.version < Math.max(...told.keys()))
      violations.push(`version ${alarm.version} of ${alarm.alarmId} is told after a later one`);
    told.set(alarm.version, alarm);
  }
  for (const [alarmId, told] of versions) {
    const numbers = [...told.keys()].toSorted((a, b) => a - b);
    if (numbers.some((version, at) => version !== (numbers[0] ?? 0) + at))
      violations.push(`versions of ${alarmId} are ${numbers.join(", ")}`);
    if (told.get(numbers.at(-1) ?? 0)?.state !== "ended") violations.push(`${alarmId} has not ended`);
  }
  return violations;
};

interface CaseVerdict {
  readonly violations: readonly string[];
  readonly accepted: number;
}

/** Accepted commands are in their case's history, each once and in order, and nothing else is. */
const judgeCases = async (
  { log, sent, shape }: Evidence,
  alarms: ReadonlyMap<string, Alarm>,
): Promise<CaseVerdict> => {
  const violations: string[] = [];
  const decisions = await readTopic(log, "lanewatch.decisions.v1", decisionCodec.decode);
  const told = await readTopic(log, "lanewatch.alarms.v1", alarmCaseCodec.decode);
  const decided = new Set(decisions.map(({ value }) => value.command.commandId));
  for (const { value } of await readTopic(log, "lanewatch.commands.v1", commandCodec.decode))
    if (!decided.has(value.commandId)) violations.push(`command ${value.commandId} is not decided`);
  const cases = new Map(told.map(({ value }) => [value.alarm.alarmId, value]));
  const accepted = new Map<string, Decision>();
  for (const { value } of decisions) {
    if (value.outcome !== "accepted") continue;
    const { commandId } = value.command;
    const first = accepted.get(commandId);
    if (first === undefined) accepted.set(commandId, value);
    else if (value.version < first.version)
      violations.push(`command ${commandId} is accepted as another version`);
  }
  for (const [alarmId, alarm] of alarms) {
    const held = cases.get(alarm.alarmId);
    if (held === undefined) violations.push(`${alarmId} has no case`);
    else if (held.alarm.version !== alarm.version)
      violations.push(`the case of ${alarmId} has version ${held.alarm.version} of ${alarm.version}`);
  }
  for (const [alarmId, { adjudication }] of cases) {
    if (!alarms.has(alarmId)) violations.push(`the case of ${alarmId} has no alarm`);
    const history = adjudication.history.map(({ commandId }) => commandId);
    if (new Set(history).size !== history.length)
      violations.push(`a command is twice in the history of ${alarmId}`);
    let version = 0;
    for (const [at, id] of history.entries()) {
      const decision = accepted.get(id);
      if (decision === undefined) {
        violations.push(`command ${id} is in a history and was not accepted`);
        continue;
      }
      // Each makes a version. Only a shared log may store a case without its decision: answered again, that has the version by then.
      const least = shape.isShared ? at + 1 : version + 1;
      if (decision.version < least || decision.version > adjudication.version)
        violations.push(
          `command ${id} follows version ${least - 1} of ${adjudication.version}, and is accepted as ${decision.version}`,
        );
      version = decision.version;
    }
  }
  const kept = new Set(
    [...cases.values()].flatMap(({ adjudication }) => adjudication.history.map((each) => each.commandId)),
  );
  const answered = sent.flatMap(({ answers }) =>
    answers.flatMap((answer) =>
      answer instanceof LanewatchError || answer.outcome === "refused" ? [] : [answer.command.commandId],
    ),
  );
  for (const id of new Set([...accepted.keys(), ...answered]))
    if (![...kept].some((each) => each === id)) violations.push(`command ${id} was accepted and is not kept`);
  return { violations, accepted: kept.size };
};

/** What was acknowledged is in the log or was told to be given up, and nothing is there that was never captured. */
const judgeFrames = (
  { promised }: Evidence,
  frames: readonly Logged<Frame>[],
): {
  readonly violations: readonly string[];
  readonly dropped: ReadonlySet<string>;
  readonly lost: number;
} => {
  const violations: string[] = [];
  const logged = new Set(frames.map(({ value }) => frameName(value)));
  const dropped = new Set<string>();
  for (const { value } of frames) {
    const { body } = value;
    if (body.kind !== "frames-dropped") continue;
    for (let sequence = body.firstSequence; sequence <= body.lastSequence; sequence += 1)
      dropped.add(`${value.laneId}~${body.bootId}~${sequence}`);
  }
  for (const name of promised.acknowledged.keys())
    if (!logged.has(name) && !dropped.has(name))
      violations.push(`frame ${name} was acknowledged and is lost`);
  for (const name of logged)
    if (!promised.attempted.has(name)) violations.push(`frame ${name} was never captured`);
  const lost = [...promised.attempted].filter((name) => !logged.has(name) && !dropped.has(name)).length;
  return { violations, dropped, lost };
};

export const judgeRun = async (evidence: Evidence): Promise<Judged> => {
  const { log, portals, world, browsers } = evidence;
  const boards = await world
    .track(readEvents(log))
    .then((events) => judgeBoards(evidence, latestAlarms(events)));
  const frames = await readFrames(log);
  const events = await readEvents(log);
  const alarms = latestAlarms(events);
  const lanes = portals.map((portal) =>
    judgeLane(
      portal,
      frames.flatMap(({ value }) => (value.laneId === portal.laneId ? [value] : [])),
      [...alarms.values()].filter((alarm) => alarm.laneId === portal.laneId),
    ),
  );
  const cases = await judgeCases(evidence, alarms);
  const captured = judgeFrames(evidence, frames);
  const [browser] = browsers;
  const losses = browser === undefined ? [] : judgeLosses(browser, frames, captured.dropped);
  const recovered = [...(browser?.lanes.values() ?? [])].reduce((sum, lane) => sum + lane.framesRecovered, 0);
  return {
    violations: [
      ...lanes.flatMap(({ violations }) => violations),
      ...judgeEvents(events),
      ...cases.violations,
      ...captured.violations,
      ...losses,
      ...boards,
    ],
    found: lanes.reduce((sum, { found }) => sum + found, 0),
    acceptedCommands: cases.accepted,
    frames: new Set(frames.map(({ value }) => frameName(value))).size,
    lostFrames: captured.lost,
    droppedFrames: captured.dropped.size,
    recoveredFrames: recovered,
    lateAlarms: [...alarms.values()].filter(({ historical }) => historical === true).length,
  };
};
