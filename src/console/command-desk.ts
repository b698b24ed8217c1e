import { isDeepStrictEqual } from "node:util";
import type { Command, Decision } from "../domain/adjudication.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { CommandId } from "../domain/ids.ts";
import type { Clock, EventLog } from "../ports.ts";
import { commandCodec } from "../wire/command.ts";
import { partitionOf } from "../wire/partition.ts";

export const decisionWithinMs = 5000;

/** 1 024 commands under way; one more is refused before anything is stored. */
export const waitingMax = 1024;

/** 1 024 decisions by command id, so that a repeated command has its answer at once. The oldest is forgotten. */
export const rememberedMax = 1024;

/** Takes officers' commands to the log and brings back what the core decided. */
export interface CommandDesk {
  /**
   * Stores the command and waits for its decision. A repeat with the same command id joins the first or gets its answer.
   * @throws LanewatchError `decision-late` stored, but not decided within 5 s; `too-busy` nothing stored;
   * `bad-request` the id belongs to another command; `log-failed`, `log-closed`.
   */
  readonly submit: (command: Command) => Promise<Decision>;
  /** A decision came through the log. */
  readonly decided: (decision: Decision) => void;
  /** Who waits is told that the console ends. */
  readonly close: () => void;
}

interface Waiting {
  readonly command: Command;
  readonly answer: Promise<Decision>;
  readonly settle: (outcome: Decision | LanewatchError) => void;
}

export const openCommandDesk = ({
  log,
  clock,
}: {
  readonly log: EventLog;
  readonly clock: Clock;
}): CommandDesk => {
  const waiting = new Map<CommandId, Waiting>();
  const remembered = new Map<CommandId, Decision>();

  const submit: CommandDesk["submit"] = async (command) => {
    const decision = remembered.get(command.commandId);
    const earlier = waiting.get(command.commandId);
    const known = decision?.command ?? earlier?.command;
    if (known !== undefined && !isSameAct(known, command)) {
      throw new LanewatchError("bad-request", "This command id has been used for another command.");
    }
    if (decision !== undefined) return decision;
    if (earlier !== undefined) return earlier.answer;
    if (waiting.size >= waitingMax) {
      throw new LanewatchError(
        "too-busy",
        "Too many commands are waiting for a decision; this one was not stored.",
      );
    }
    const mine = waitFor(command);
    waiting.set(command.commandId, mine);
    const arrived = new AbortController();
    try {
      const value = commandCodec.encode(command);
      const partition = partitionOf(command.laneId, log.partitionCount);
      await log.append([{ topic: "lanewatch.commands.v1", partition, key: command.laneId, value }]);
      void clock.sleep(decisionWithinMs, arrived.signal).then(() => mine.settle(lateFor(command)));
      return await mine.answer;
    } catch (cause) {
      const error = asLanewatchError(cause);
      mine.settle(error);
      throw error;
    } finally {
      arrived.abort();
      waiting.delete(command.commandId);
    }
  };

  return {
    submit,
    decided: (decision) => {
      const { commandId } = decision.command;
      remembered.delete(commandId);
      remembered.set(commandId, decision);
      const [first] = remembered.keys();
      if (remembered.size > rememberedMax && first !== undefined) remembered.delete(first);
      waiting.get(commandId)?.settle(decision);
    },
    close: () => {
      const ending = new LanewatchError(
        "log-closed",
        "The console is ending; the outcome of the command will show.",
      );
      for (const { settle } of waiting.values()) settle(ending);
    },
  };
};

const waitFor = (command: Command): Waiting => {
  const { promise: answer, resolve, reject } = promiseOf<Decision>();
  answer.catch(() => undefined); // Whoever asked awaits it; a failed append must not also count as unheard.
  return {
    command,
    answer,
    settle: (outcome) => (outcome instanceof LanewatchError ? reject(outcome) : resolve(outcome)),
  };
};

/** `Promise.withResolvers`, which Node 20 lacks. */
const promiseOf = <T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
} => {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((settle, fail) => {
    resolve = settle;
    reject = fail;
  });
  return { promise, resolve, reject };
};

/** The same in everything but the time at which it was sent, and where the case stood then. */
const isSameAct = (a: Command, b: Command): boolean => isDeepStrictEqual(wordsOf(a), wordsOf(b));

const wordsOf = (command: Command): object => {
  const { at: _at, ...words } = command;
  if (!("alarmId" in words)) return words;
  const { caseOffset: _caseOffset, ...rest } = words;
  return rest;
};

const lateFor = ({ commandId }: Command): LanewatchError =>
  new LanewatchError(
    "decision-late",
    `The command ${commandId} is stored but was not decided within ${decisionWithinMs / 1000} s; its outcome will show.`,
  );

const asLanewatchError = (cause: unknown): LanewatchError =>
  cause instanceof LanewatchError
    ? cause
    : new LanewatchError("log-failed", "The command could not be stored.", cause);
