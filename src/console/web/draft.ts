import type { DispositionId } from "../../domain/dispositions.ts";
import type { AlarmId, CommandId } from "../../domain/ids.ts";
import type { CommandRequest } from "../../wire/console.ts";
import { withNewest } from "./bounded-map.ts";
import type { CommandProgress } from "./commands.ts";

/** What an officer has typed about one alarm and not yet sent. */
export interface Draft {
  readonly disposition: DispositionId | null;
  readonly vehicleId: string;
  readonly notes: string;
}

export const emptyDraft: Draft = { disposition: null, vehicleId: "", notes: "" };

/** Alarms whose drafts are kept while others are looked at; the one edited longest ago is forgotten beyond. */
export const draftsMax = 100;

export type Drafts = ReadonlyMap<AlarmId, Draft>;

export const editDraft = (drafts: Drafts, alarmId: AlarmId, edit: Partial<Draft>): Drafts => {
  const edited = { ...emptyDraft, ...drafts.get(alarmId), ...edit };
  return withNewest(drafts, [alarmId, edited], draftsMax);
};

const sameAct = (a: CommandRequest, b: CommandRequest): boolean =>
  a.kind === b.kind &&
  a.expectedVersion === b.expectedVersion &&
  a.officer === b.officer &&
  (a.kind !== "dispose" ||
    b.kind !== "dispose" ||
    (a.disposition === b.disposition && a.vehicleId === b.vehicleId && a.notes === b.notes));

/**
 * The id for a command about to be sent: that of the last one where it is the same act and nobody knows what became of
 * it, so that it cannot happen twice; a fresh one otherwise.
 */
export const commandIdFor = (request: CommandRequest, last: CommandProgress | undefined): CommandId =>
  last?.result?.kind === "unanswered" && sameAct(last.request, request)
    ? last.request.commandId
    : request.commandId;
