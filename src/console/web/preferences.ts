import { isLanguage, type Language } from "./texts/languages.ts";

/**
 * What an officer likes, kept in this browser. Never a secret, an identity or anything about a vehicle. Where the
 * browser keeps nothing (private windows, a policy) a preference lasts as long as the page.
 */
const keys = {
  language: "lanewatch.language",
  theme: "lanewatch.theme",
  notify: "lanewatch.notify",
} as const;

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

const write = (key: string, value: string): void => {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
};

export const rememberedLanguage = (): Language | null => {
  const kept = read(keys.language);
  return kept !== null && isLanguage(kept) ? kept : null;
};
export const rememberLanguage = (language: Language): void => write(keys.language, language);

export const rememberedTheme = (): Theme => themes.find((theme) => theme === read(keys.theme)) ?? "system";
export const rememberTheme = (theme: Theme): void => write(keys.theme, theme);

export const rememberedNotify = (): boolean => read(keys.notify) === "yes";
export const rememberNotify = (wanted: boolean): void => write(keys.notify, wanted ? "yes" : "no");
