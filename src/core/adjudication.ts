import type { Adjudication, AlarmCase, Command, Decision, Refusal } from "../domain/adjudication.ts";
import type { Alarm } from "../domain/alarms.ts";
import type { LaneId } from "../domain/ids.ts";

/**
 * The officers' side of an alarm's life. Alarms grow by themselves (their own `version`); adjudication has a version of
 * its own, so that a growing peak never makes an officer's command stale.
 */
export const untouched: Adjudication = { version: 0, state: "unacknowledged", history: [] };

/** What of a case a command is decided on. */
export interface Decidable {
  readonly alarm: { readonly laneId: LaneId };
  readonly adjudication: Adjudication;
}

/**
 * Decides one command on one alarm. A repeat of an accepted command is accepted again and changes nothing; a refused
 * one stays refused, since no version an officer has seen comes back. A command that names another lane than the
 * alarm's is about no alarm there is.
 */
export const decide = <Case extends Decidable>(
  current: Case | undefined,
  command: Command,
): readonly [Case | undefined, Decision] => {
  if (current?.alarm.laneId !== command.laneId) {
    return [current, { outcome: "refused", command, version: 0, refusal: "unknown-alarm" }];
  }
  const { adjudication } = current;
  const { version, history } = adjudication;
  if (history.some((accepted) => accepted.commandId === command.commandId)) {
    return [current, { outcome: "accepted", command, version }];
  }
  const refusal = refusalOf(adjudication, command);
  if (refusal !== undefined) return [current, { outcome: "refused", command, version, refusal }];
  const next: Adjudication = {
    version: version + 1,
    state: command.kind === "acknowledge" ? "acknowledged" : "dispositioned",
    history: [...history, command],
  };
  return [
    { ...current, adjudication: next },
    { outcome: "accepted", command, version: next.version },
  ];
};

/** The case with a newer version of its alarm, or the same case where the alarm is not newer. */
export const withAlarm = (current: AlarmCase | undefined, alarm: Alarm): AlarmCase => {
  if (current === undefined) return { alarm, adjudication: untouched };
  return alarm.version > current.alarm.version ? { ...current, alarm } : current;
};

/** What the state forbids is said before what the version forbids: it is the better explanation. */
const refusalOf = (adjudication: Adjudication, command: Command): Refusal | undefined => {
  switch (adjudication.state) {
    case "dispositioned":
      return "already-dispositioned";
    case "acknowledged":
      if (command.kind === "acknowledge") return "already-acknowledged";
      break;
    case "unacknowledged":
      if (command.kind === "dispose") return "not-acknowledged";
      break;
  }
  return command.expectedVersion === adjudication.version ? undefined : "stale-version";
};
