import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { tellSound, unlockSound, wantNotifications } from "../sound/sound-acts.ts";
import { floodCounts, isFlood, isMuted } from "../sound/attention.ts";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";

const minuteInMs = 60_000;
const muteChoicesInMinutes = [1, 5, 15] as const;

/** Muting always ends by itself, and says how long it lasts. */
export const SoundControl = (): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const { sound, nowInMs } = store;
  const muted = useComputed(() => isMuted(sound.value, nowInMs.value)).value;
  const left = useComputed(() => {
    const until = sound.value.mutedUntilInMs;
    return until === null ? 0 : Math.ceil((until - nowInMs.value) / 1000) * 1000;
  }).value;
  if (sound.value.output === "unavailable") return <span class="quiet">{t.sound.unavailable}</span>;
  if (muted) {
    return (
      <span class="sound-muted" data-testid="sound-state" data-muted="true">
        <span aria-hidden="true">🔇</span> {t.sound.muted({ age: t.format.age(left) })}{" "}
        <Button look="quiet" data-testid="unmute" onClick={() => tellSound(store, { kind: "unmute" })}>
          {t.sound.unmute}
        </Button>
      </span>
    );
  }
  return (
    <span data-testid="sound-state" data-muted="false">
      <Menu label={t.sound.mute} testId="mute">
        {muteChoicesInMinutes.map((minutes) => (
          <Button
            key={minutes}
            data-testid={`mute-${minutes}`}
            onClick={() => tellSound(store, { kind: "mute", forInMs: minutes * minuteInMs })}
          >
            {t.sound.muteFor(minutes)}
          </Button>
        ))}
      </Menu>
    </span>
  );
};

/** Sound needs an officer's touch first; and a flood is said once instead of being a chorus. */
export const SoundBanners = (): JSX.Element | null => {
  const store = useStore();
  const t = useTexts();
  const { sound } = store;
  const flood = useComputed(() => isFlood(sound.value)).value;
  const isLocked = sound.value.output === "locked";
  return (
    <>
      {isLocked && (
        <section class="notice-banner" aria-label={t.sound.label} data-testid="sound-locked">
          {t.sound.locked}{" "}
          <Button data-testid="sound-unlock" onClick={() => void unlockSound(store)}>
            {t.sound.unlock}
          </Button>
        </section>
      )}
      {flood && (
        <section class="notice-banner" aria-label={t.sound.label} data-testid="flood">
          <strong>{t.sound.flood(sound.value.arrivals.length)}</strong>{" "}
          {t.format.list(
            floodCounts(sound.value).map(([kind, count]) =>
              t.sound.floodKind(count, { kind: t.domain.alarmKinds[kind] }),
            ),
          )}
        </section>
      )}
    </>
  );
};

export const Notifications = (): JSX.Element | null => {
  const store = useStore();
  const t = useTexts();
  if (!("Notification" in globalThis)) return null;
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={store.notify.value}
        data-testid="notify"
        onChange={(event) => void wantNotifications(store, event.currentTarget.checked)}
      />
      <span>{t.sound.notify}</span>
    </label>
  );
};
