import type { AlarmId } from "../../../../domain/ids.ts";
import type { RequestedAct } from "../../../../wire/command.ts";
import { act } from "../../acts.ts";
import type { Deed } from "../../acts.ts";
import { editDraft, emptyDraft } from "../../draft.ts";
import type { Store } from "../../store.ts";
import { wordsOfAct } from "./act-words.ts";

/** What was typed for an act that has been accepted is done with; everything else of the draft stays. */
export const forgetTyped = (store: Store, alarmId: AlarmId, done: RequestedAct): void => {
  const draft = store.drafts.value.get(alarmId);
  if (draft === undefined) return;
  const names = wordsOfAct(done.kind);
  const words = Object.fromEntries(Object.entries(draft.words).filter(([name]) => !names.includes(name)));
  const isEntry = done.kind === "dispose" || done.kind === "revise";
  store.drafts.value = editDraft(store.drafts.value, alarmId, isEntry ? { ...emptyDraft, words } : { words });
};

/** Sends an act and tells whether it was accepted; what was typed for it goes only then. Never rejects. */
export const sendAct = async (store: Store, deed: Deed): Promise<boolean> => {
  const before = store.commands.value.get(deed.alarmId);
  // One command an alarm at a time; `act` would leave this one out as well.
  if (before !== undefined && before.result === null) return false;
  await act(store, deed);
  if (store.commands.value.get(deed.alarmId)?.result?.kind !== "accepted") return false;
  forgetTyped(store, deed.alarmId, deed.act);
  return true;
};
