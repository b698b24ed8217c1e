import { rememberLanguage } from "./preferences.ts";
import type { Store } from "./store.ts";
import type { Language } from "./texts/languages.ts";
import { loadTexts } from "./texts/load.ts";

/** The page in another language; where its catalog cannot be had the page stays as it is and says so. Never rejects. */
export const chooseLanguage = async (store: Store, language: Language): Promise<void> => {
  try {
    store.texts.value = await loadTexts(language);
    rememberLanguage(language);
  } catch {
    store.toast.value = store.texts.value.shell.languageFailed;
  }
};
