import type { Catalog, Texts } from "./catalog.ts";
import { compileTexts } from "./catalog.ts";
import { en } from "./en.ts";
import { formatFor } from "./format.ts";
import { type Language, languages } from "./languages.ts";

/** English is there from the beginning; the others are fetched when they are chosen. */
const catalogs: Record<Language, () => Promise<Catalog>> = {
  en: () => Promise.resolve(en),
  es: async () => (await import("./es.ts")).es,
  fr: async () => (await import("./fr.ts")).fr,
  ru: async () => (await import("./ru.ts")).ru,
  ar: async () => (await import("./ar.ts")).ar,
};

const textsFor = (language: Language, catalog: Catalog): Texts => {
  const { tag, direction } = languages[language];
  const format = formatFor(tag, catalog.shell.units);
  return compileTexts(catalog, { language, tag, isRightToLeft: direction === "rtl", format });
};

export const english: Texts = textsFor("en", en);

/** Rejects where the server does not give the catalog: the page then stays in the language it is in. */
export const loadTexts = async (language: Language): Promise<Texts> =>
  textsFor(language, await catalogs[language]());

export const loadCatalog = (language: Language): Promise<Catalog> => catalogs[language]();
