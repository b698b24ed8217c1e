import { effect } from "@preact/signals";
import { rememberTheme } from "./preferences.ts";
import type { Store } from "./store.ts";
import { languages } from "./texts/languages.ts";

/** Language, direction, theme and title of the document, as the store has them. */
export const followAppearance = (store: Store): void => {
  const { documentElement: html } = document;
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const paint = (): void => {
    const theme = store.theme.peek();
    html.dataset["theme"] = theme === "system" ? (prefersDark.matches ? "dark" : "light") : theme;
  };
  prefersDark.addEventListener("change", paint);
  effect(() => {
    rememberTheme(store.theme.value);
    paint();
  });
  effect(() => {
    const { language } = store.texts.value;
    html.lang = language;
    html.dir = languages[language].direction;
  });
  effect(() => {
    const { kind } = store.freshness.value;
    const { shell } = store.texts.value;
    const isLost = kind === "lost" || kind === "unreachable";
    html.dataset["lost"] = String(isLost);
    const site = store.board.value.site?.name ?? "";
    const count = store.queue.value.unacknowledged.length;
    document.title = isLost
      ? shell.titleLost
      : site === ""
        ? shell.product
        : count > 0
          ? shell.titleWaiting({ count, site })
          : shell.title({ site });
  });
};
