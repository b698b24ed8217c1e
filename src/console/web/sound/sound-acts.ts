import type { AlarmRow } from "../../../wire/console.ts";
import { rememberNotify } from "../preferences.ts";
import type { Store } from "../store.ts";
import { stepSound } from "./attention.ts";
import type { SoundInput } from "./attention.ts";
import { type Loudspeaker, openLoudspeaker } from "./loudspeaker.ts";

/** The reducer of attention.ts on the page's clock and loudspeaker. */

let loudspeaker: Loudspeaker | null = null;
/** Made when it is first needed; a page has one. */
const speaker = (): Loudspeaker => (loudspeaker ??= openLoudspeaker());

export const tellSound = (store: Store, input: SoundInput): void => {
  const [state, tone] = stepSound(store.sound.peek(), input, performance.now());
  if (state !== store.sound.peek()) store.sound.value = state;
  if (tone !== null) speaker().play(tone);
};

/** What the browser lets the page do may change at any touch. */
export const followOutput = (store: Store): void => {
  const output = speaker().output();
  if (output !== store.sound.peek().output) tellSound(store, { kind: "output", output });
};

export const unlockSound = async (store: Store): Promise<void> => {
  if (store.sound.peek().output !== "locked") return;
  await speaker().unlock();
  followOutput(store);
};

/** Asks the browser, where it was not asked before. Never rejects. */
export const wantNotifications = async (store: Store, wanted: boolean): Promise<void> => {
  const isAllowed = wanted && (await Notification.requestPermission()) === "granted";
  if (wanted && !isAllowed) store.toast.value = store.texts.value.sound.notifyDenied;
  store.notify.value = isAllowed;
  rememberNotify(isAllowed);
};

/** At most one note at a time on the officer's desktop, and only while the page is not looked at. */
export const notifyOf = (store: Store, row: AlarmRow): void => {
  if (!store.notify.peek() || document.visibilityState === "visible") return;
  const { domain, sound } = store.texts.peek();
  const lane = store.board.peek().lanes.get(row.laneId)?.name ?? row.laneId;
  try {
    new Notification(sound.notification({ kind: domain.alarmKinds[row.kind], lane }), {
      tag: "lanewatch-alarm",
    });
  } catch {
    // Some browsers (on telephones) have the constructor and refuse it; the alarm is on the page all the same.
    store.notify.value = false;
  }
};
