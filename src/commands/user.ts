import { openPassphraseInput } from "../adapters/passphrase-input.ts";
import { hashPassphrase } from "../adapters/scrypt-passphrase.ts";
import { LanewatchError } from "../domain/errors.ts";
import { userSchema } from "../identity/user-settings.ts";

export interface UserOptions {
  readonly name: string;
  readonly role: string;
  readonly print: (lines: readonly string[]) => void;
}

/** Length counts more than anything else; the upper bound is what the sign-in takes. */
const passphraseLengthMin = 12;
const passphraseLengthMax = 200;

/**
 * Reads a passphrase, twice where it is typed, and prints the user's line for `users` in the configuration.
 * @throws LanewatchError `bad-arguments` the name, the role or the passphrase will not do.
 */
export const user = async ({ name, role, print }: UserOptions): Promise<void> => {
  const identified = userSchema.unwrap().omit({ passphrase: true }).safeParse({ name, role });
  if (!identified.success) {
    const [issue] = identified.error.issues;
    throw refused(`The ${String(issue?.path[0] ?? "name")} will not do: ${issue?.message ?? "see --help"}.`);
  }
  const passphrase = await enteredPassphrase();
  const hash = await hashPassphrase(passphrase);
  const { name: signInName } = identified.data;
  print([`- { name: ${JSON.stringify(signInName)}, role: ${identified.data.role}, passphrase: "${hash}" }`]);
};

const enteredPassphrase = async (): Promise<string> => {
  const input = openPassphraseInput();
  try {
    const passphrase = await input.ask("Passphrase: ");
    if (passphrase === undefined) throw refused("No passphrase was entered.");
    if (passphrase.length < passphraseLengthMin)
      throw refused(
        `A passphrase has ${passphraseLengthMin} characters or more; a few words are easily kept in mind.`,
      );
    if (passphrase.length > passphraseLengthMax)
      throw refused(`A passphrase has ${passphraseLengthMax} characters at the most.`);
    if (input.isTyped && (await input.ask("The same again: ")) !== passphrase)
      throw refused("The two passphrases differ.");
    return passphrase;
  } finally {
    input.close();
  }
};

const refused = (message: string): LanewatchError => new LanewatchError("bad-arguments", message);
