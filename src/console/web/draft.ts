import type { DispositionEntry, DispositionField, DispositionId } from "../../domain/dispositions.ts";
import type { AlarmId, CommandId } from "../../domain/ids.ts";
import type { CommandRequest } from "../../wire/console.ts";
import { withNewest } from "./bounded-map.ts";
import type { CommandProgress } from "./commands.ts";

/** What an officer has typed about one alarm and not yet sent. Isotopes as they are typed, `137Cs, 60Co`. */
export interface Draft extends Readonly<Record<DispositionField, string>> {
  readonly disposition: DispositionId | null;
  /** Of the other acts: a question, instructions, a reason, a comment, by the name of the field. */
  readonly words: Readonly<Record<string, string>>;
}

export const emptyDraft: Draft = {
  disposition: null,
  isotopes: "",
  vehicleId: "",
  containerId: "",
  commodity: "",
  riidResult: "",
  notes: "",
  words: {},
};

/** Alarms whose drafts are kept while others are looked at; the one edited longest ago is forgotten beyond. */
export const draftsMax = 100;

export type Drafts = ReadonlyMap<AlarmId, Draft>;

export const editDraft = (drafts: Drafts, alarmId: AlarmId, edit: Partial<Draft>): Drafts => {
  const edited = { ...emptyDraft, ...drafts.get(alarmId), ...edit };
  return withNewest(drafts, [alarmId, edited], draftsMax);
};

/** The draft as it would be sent, or null without a disposition. */
export const entryOf = (draft: Draft): DispositionEntry | null => {
  const { disposition, isotopes, vehicleId, containerId, commodity, riidResult, notes } = draft;
  if (disposition === null) return null;
  const named = isotopes.split(/[,;\s]+/).filter((name) => name !== "");
  return {
    disposition,
    isotopes: [...new Set(named)].slice(0, 10),
    vehicleId: vehicleId.trim(),
    containerId: containerId.trim(),
    commodity: commodity.trim(),
    riidResult: riidResult.trim(),
    notes: notes.trim(),
  };
};

const sameAct = (a: CommandRequest, b: CommandRequest): boolean =>
  a.expectedVersion === b.expectedVersion && JSON.stringify(a.act) === JSON.stringify(b.act);

/**
 * The id for a command about to be sent: that of the last one where it is the same act and nobody knows what became of
 * it, so that it cannot happen twice; a fresh one otherwise.
 */
export const commandIdFor = (request: CommandRequest, last: CommandProgress | undefined): CommandId =>
  last?.result?.kind === "unanswered" && sameAct(last.request, request)
    ? last.request.commandId
    : request.commandId;
