import type { ShelfAct } from "../../../domain/adjudication.ts";
import type { LaneId } from "../../../domain/ids.ts";
import { drawCommandId } from "../acts.ts";
import { senderFor } from "../api.ts";
import { resultText } from "../command-text.ts";
import type { CommandResult } from "../commands.ts";
import { lanePath, sendCommand } from "../commands.ts";
import type { Store } from "../store.ts";

/** How long a fault can be shelved, as buttons; the longest is the longest there is. */
export const shelfSpans = { hour: 1, shift: 8, day: 24, threeDays: 72, week: 168, month: 720 } as const;
export type ShelfSpan = keyof typeof shelfSpans;
export const shelfSpanNames = Object.keys(shelfSpans).filter((name): name is ShelfSpan =>
  Object.hasOwn(shelfSpans, name),
);

const hourInMs = 3_600_000;
/** The clocks of page and core are not quite the same: so the longest span is not refused for a second too much. */
const clockSlackInMs = 60_000;

export const shelfEnd = (serverNow: number, span: ShelfSpan): number =>
  serverNow + shelfSpans[span] * hourInMs - (span === "month" ? clockSlackInMs : 0);

/** Says what became of it where it was not done; the lane itself shows what was. Never rejects. */
export const sendShelfAct = async (store: Store, laneId: LaneId, act: ShelfAct): Promise<CommandResult> => {
  const path = `${lanePath(laneId)}/commands`;
  const result = await sendCommand(path, { commandId: drawCommandId(), act }, senderFor(store));
  if (result.kind !== "accepted") store.toast.value = resultText(store.texts.peek(), result);
  return result;
};
