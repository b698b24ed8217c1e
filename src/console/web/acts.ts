import { commandId } from "../../domain/ids.ts";
import type { AlarmId } from "../../domain/ids.ts";
import type { CommandRequest } from "../../wire/console.ts";
import { applyCase } from "./board-state.ts";
import { withNewest } from "./bounded-map.ts";
import { fetchCase, sendCommand } from "./commands.ts";
import type { CommandProgress, CommandSender } from "./commands.ts";
import { commandIdFor } from "./draft.ts";
import { commandsMax } from "./store.ts";
import type { Store } from "./store.ts";

/** What an officer does on the page. */

export const drawCommandId = (): CommandRequest["commandId"] => commandId(crypto.randomUUID());

const browser: CommandSender = {
  fetch: (path, init) => fetch(path, init),
  sleep: (delayInMs) => new Promise((resolve) => setTimeout(resolve, delayInMs)),
};

const note = (store: Store, alarmId: AlarmId, progress: CommandProgress): void => {
  store.commands.value = withNewest(store.commands.value, [alarmId, progress], commandsMax);
};

/**
 * Sends a command and notes in the store how it stands. One command an alarm at a time: another is ignored while one is
 * on its way. Never rejects.
 */
export const act = async (store: Store, alarmId: AlarmId, drawn: CommandRequest): Promise<void> => {
  const last = store.commands.value.get(alarmId);
  if (last !== undefined && last.result === null) return;
  const request = { ...drawn, commandId: commandIdFor(drawn, last) };
  note(store, alarmId, { request, result: null });
  const result = await sendCommand(alarmId, request, browser);
  note(store, alarmId, { request, result });
  if (result.kind !== "accepted" && result.kind !== "refused") return;
  // Usually the pushed message was faster; when the socket is down this alone tells the present state.
  const fetched = await fetchCase(alarmId, browser);
  if (fetched !== null) store.board.value = applyCase(store.board.value, fetched);
};

/** The alarm that is open stands in the address, so that a reload and a link keep it. */
export const hashOf = (alarmId: AlarmId): string => `#alarm=${encodeURIComponent(alarmId)}`;

/** Back to the board, and the keyboard back to the row the alarm was opened from. */
export const closeAlarm = (alarmId: AlarmId): void => {
  location.hash = "";
  document.querySelector<HTMLElement>(`.alarm-row[data-alarm="${CSS.escape(alarmId)}"] a`)?.focus();
};
