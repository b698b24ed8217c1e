import { commandId } from "../../domain/ids.ts";
import type { AlarmId, CommandId } from "../../domain/ids.ts";
import type { RequestedAct } from "../../wire/command.ts";
import type { CommandRequest } from "../../wire/console.ts";
import { senderFor } from "./api.ts";
import { applyCase } from "./board-state.ts";
import { withNewest } from "./bounded-map.ts";
import { alarmPath, fetchCase, sendCommand } from "./commands.ts";
import type { CommandProgress } from "./commands.ts";
import { commandIdFor } from "./draft.ts";
import { hashOfPage } from "./router.ts";
import { commandsMax } from "./store.ts";
import type { Store } from "./store.ts";

/** What an officer does on the page. */

export const drawCommandId = (): CommandId => commandId(crypto.randomUUID());

const note = (store: Store, alarmId: AlarmId, progress: CommandProgress): void => {
  store.commands.value = withNewest(store.commands.value, [alarmId, progress], commandsMax);
};

/** An act on an alarm whose adjudication has this version on the page. */
export interface Deed {
  readonly alarmId: AlarmId;
  readonly expectedVersion: number;
  readonly act: RequestedAct;
}

/**
 * Sends a command and notes in the store how it stands. One command an alarm at a time: another is ignored while one is
 * on its way. Never rejects.
 */
export const act = async (store: Store, { alarmId, expectedVersion, act }: Deed): Promise<void> => {
  const last = store.commands.value.get(alarmId);
  if (last !== undefined && last.result === null) return;
  const drawn: CommandRequest = { commandId: drawCommandId(), expectedVersion, act };
  const request = { ...drawn, commandId: commandIdFor(drawn, last) };
  const sender = senderFor(store);
  note(store, alarmId, { request, result: null });
  const result = await sendCommand(`${alarmPath(alarmId)}/commands`, request, sender);
  note(store, alarmId, { request, result });
  if (result.kind !== "accepted" && result.kind !== "refused") return;
  // Usually the pushed message was faster; when the socket is down this alone tells the present state.
  const fetched = await fetchCase(alarmId, sender);
  if (fetched !== null) store.board.value = applyCase(store.board.value, fetched);
};

/** Back to the board, and the keyboard back to the row the alarm was opened from. */
export const closeAlarm = (alarmId: AlarmId): void => {
  location.hash = hashOfPage("alarms");
  document.querySelector<HTMLElement>(`.alarm-row[data-alarm="${CSS.escape(alarmId)}"] a`)?.focus();
};
