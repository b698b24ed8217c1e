import type { JSX } from "preact";
import { themes } from "../preferences.ts";
import { leave } from "../session-acts.ts";
import { chooseLanguage } from "../language-acts.ts";
import { useStore, useTexts } from "../store.ts";
import { languageNames, languages } from "../texts/languages.ts";
import { Button } from "../ui/button.tsx";
import { SelectField } from "../ui/field.tsx";
import { Menu } from "../ui/menu.tsx";
import { Entered } from "../ui/quoted.tsx";
import { Notifications } from "./sound-control.tsx";

/** Each language by its own name, so that whoever has landed in a strange one finds the way back. */
export const LanguageChoice = (): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  return (
    <SelectField
      label={t.shell.header.language}
      testId="language"
      options={languageNames.map((value) => ({ value, text: languages[value].name }))}
      value={t.language}
      choose={(language) => void chooseLanguage(store, language)}
    />
  );
};

const ThemeChoice = (): JSX.Element => {
  const { theme } = useStore();
  const { shell } = useTexts();
  return (
    <SelectField
      label={shell.theme.label}
      testId="theme"
      options={themes.map((value) => ({ value, text: shell.theme[value] }))}
      value={theme.value}
      choose={(chosen) => (theme.value = chosen)}
    />
  );
};

/** Who is signed in, and what is theirs to choose. */
export const Settings = (): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const officer = store.officer.value;
  const unsent = store.drafts.value.size;
  const label =
    officer === null ? (
      t.shell.header.settings
    ) : (
      <span data-testid="signed-in-as">
        <Entered text={officer.name} /> <span class="quiet">{t.domain.roles[officer.role]}</span>
      </span>
    );
  return (
    <Menu label={label} testId="settings">
      <LanguageChoice />
      <ThemeChoice />
      <Notifications />
      {officer !== null && (
        <>
          <hr />
          {unsent > 0 && <p class="quiet">{t.shell.session.discards(unsent)}</p>}
          <Button data-testid="sign-out" onClick={() => void leave(store)}>
            {t.shell.session.signOut}
          </Button>
        </>
      )}
    </Menu>
  );
};
