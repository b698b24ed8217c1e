import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Standard input, as a person at a terminal or another program gives it. */
export interface PassphraseInput {
  readonly isTyped: boolean;
  /** The next line; undefined where the input ends, or Ctrl-C is pressed, before there is one. */
  readonly ask: (prompt: string) => Promise<string | undefined>;
  readonly close: () => void;
}

/** From here on the terminal shows nothing of what is typed, also of what is typed before it is asked for. */
export const openPassphraseInput = (): PassphraseInput => {
  const { stdin, stderr } = process;
  const isTyped = stdin.isTTY;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: isTyped });
  lines.on("SIGINT", () => lines.close());
  const each = lines[Symbol.asyncIterator]();
  return {
    isTyped,
    ask: async (prompt) => {
      if (isTyped) stderr.write(prompt);
      const next = await each.next();
      if (isTyped) stderr.write("\n");
      return next.done === true ? undefined : next.value;
    },
    close: () => lines.close(),
  };
};
