/**
 * The languages of the console. `tag`: for numbers and dates. Arabic keeps western digits, as they stand on plates,
 * containers, portals and in every exported document.
 */
export const languages = {
  en: { name: "English", tag: "en-GB", direction: "ltr" },
  es: { name: "Español", tag: "es-ES", direction: "ltr" },
  fr: { name: "Français", tag: "fr-FR", direction: "ltr" },
  ru: { name: "Русский", tag: "ru-RU", direction: "ltr" },
  ar: { name: "العربية", tag: "ar-u-nu-latn", direction: "rtl" },
} as const;
export type Language = keyof typeof languages;

export const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text);
export const languageNames = Object.keys(languages).filter(isLanguage);

/** The first of the browser's languages that the console has; English where it has none. */
export const preferredLanguage = (wanted: readonly string[]): Language =>
  wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
