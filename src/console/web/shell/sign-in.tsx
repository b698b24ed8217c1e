import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { DoorView, SignIn as Entered } from "../../../wire/console.ts";
import { come } from "../session-acts.ts";
import { fetchDoor } from "../session.ts";
import type { SignInAnswer } from "../session.ts";
import { useStore, useTexts } from "../store.ts";
import type { Texts } from "../texts/catalog.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { LanguageChoice } from "./settings.tsx";

type Trouble = Exclude<SignInAnswer["kind"], "signed-in"> | "missing";

const troubleText = (t: Texts, trouble: Trouble): string => {
  const { session } = t.shell;
  switch (trouble) {
    case "wrong":
      return session.wrong;
    case "too-many":
      return session.tooMany;
    case "unanswered":
      return session.unreachable;
    case "failed":
      return session.failed;
    case "missing":
      return session.missing;
  }
};

/** The door's view, asked for once; null until it is there, and where the server does not answer. */
const useDoor = (): DoorView | null => {
  const [door, setDoor] = useState<DoorView | null>(null);
  useEffect(() => {
    let isWanted = true;
    void fetchDoor((path, init) => fetch(path, init)).then((view) => isWanted && setDoor(view));
    return () => {
      isWanted = false;
    };
  }, []);
  return door;
};

const DemoAccounts = ({
  door,
  enter,
}: {
  readonly door: DoorView | null;
  readonly enter: (entered: Entered) => void;
}): JSX.Element | null => {
  const t = useTexts();
  if (door === null || door.demo.length === 0) return null;
  return (
    <fieldset class="demo-accounts">
      <legend>{t.shell.session.demo}</legend>
      {door.demo.map(({ name, passphrase, role }) => (
        <Button key={name} data-testid="demo-account" onClick={() => enter({ name, passphrase })}>
          {t.shell.session.demoAs({ name, role: t.domain.roles[role] })}
        </Button>
      ))}
    </fieldset>
  );
};

/** `name`: whom to expect; the passphrase is then asked for first. */
const SignInForm = ({
  name: expected,
  door,
}: {
  readonly name: string;
  readonly door: DoorView | null;
}): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const { session } = t.shell;
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState(expected);
  const [passphrase, setPassphrase] = useState("");
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [isAsking, setAsking] = useState(false);
  useEffect(
    () => form.current?.querySelector<HTMLElement>(expected === "" ? "input" : "[type=password]")?.focus(),
    [],
  );
  const enter = async (entered: Entered): Promise<void> => {
    setAsking(true);
    setTrouble(null);
    const answer = await come(store, entered);
    if (answer.kind === "signed-in") return;
    setAsking(false);
    setPassphrase("");
    setTrouble(answer.kind);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (name.trim() === "" || passphrase === "") setTrouble("missing");
    else void enter({ name: name.trim(), passphrase });
  };
  return (
    <form class="sign-in-form" ref={form} onSubmit={submit} aria-busy={isAsking}>
      <TextField
        label={session.name}
        testId="sign-in-name"
        name="name"
        autocomplete="username"
        lengthMax={40}
        value={name}
        edit={setName}
      />
      <TextField
        label={session.passphrase}
        testId="sign-in-passphrase"
        name="passphrase"
        isSecret
        autocomplete="current-password"
        lengthMax={200}
        value={passphrase}
        edit={setPassphrase}
      />
      <p class="problem" role="status" data-testid="sign-in-problem">
        {trouble === null ? "" : troubleText(t, trouble)}
      </p>
      <Button look="action" type="submit" data-testid="sign-in" disabled={isAsking}>
        {isAsking ? session.signingIn : session.signIn}
      </Button>
      <DemoAccounts door={door} enter={(entered) => void enter(entered)} />
    </form>
  );
};

/** The sign-in, before anything is shown. */
export const SignInPage = (): JSX.Element => {
  const t = useTexts();
  const door = useDoor();
  return (
    <main class="sign-in-page" id="content">
      <div class="pane sign-in-pane">
        <span class="product">{t.shell.product}</span>
        <h1>{t.shell.session.heading}</h1>
        <p class="quiet sign-in-site">
          <bdi>{door?.site ?? ""}</bdi>
        </p>
        <SignInForm name="" door={door} />
        <LanguageChoice />
      </div>
    </main>
  );
};

/** The session is over while the page is open: the sign-in stands over the page, which keeps all that was typed. */
export const SignInDialog = ({ name }: { readonly name: string }): JSX.Element => {
  const t = useTexts();
  const door = useDoor();
  return (
    <Dialog title={t.shell.session.again} close={null} testId="sign-in-dialog">
      <p class="quiet">{t.shell.session.againDetail}</p>
      <SignInForm name={name} door={door} />
    </Dialog>
  );
};
