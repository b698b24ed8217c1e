import type { SignIn } from "../../wire/console.ts";
import { emptyBoard } from "./board-state.ts";
import { dropDrafts, keptDrafts } from "./draft-keeping.ts";
import { fetchSession, signIn, signOut } from "./session.ts";
import type { Fetch, SignInAnswer } from "./session.ts";
import { sessionOver } from "./session.ts";
import type { Officer } from "../../domain/officers.ts";
import type { Store } from "./store.ts";

/** Coming and going of officers. */

const browserFetch: Fetch = (path, init) => fetch(path, init);
const askAgainInMs = 2000;

/** Whoever goes on where they were keeps what they typed; somebody else finds nothing of it. */
const enter = (store: Store, officer: Officer): void => {
  const { session } = store;
  const before = session.value.kind === "signed-out" ? session.value.was : null;
  if (before?.name !== officer.name) {
    store.drafts.value = keptDrafts(officer.name);
    store.commands.value = new Map();
  }
  session.value = { kind: "signed-in", officer };
};

/** Asks who is signed in until the server says. Never rejects; the page says meanwhile that the server is not reached. */
export const learnSession = async (store: Store): Promise<void> => {
  while (store.session.value.kind === "unknown") {
    const answer = await fetchSession(browserFetch);
    switch (answer.kind) {
      case "signed-in":
        enter(store, answer.session.officer);
        return;
      case "signed-out":
        store.session.value = sessionOver(store.session.value);
        return;
      case "unanswered":
        await new Promise((resolve) => setTimeout(resolve, askAgainInMs));
    }
  }
};

/** Never rejects. */
export const come = async (store: Store, entered: SignIn): Promise<SignInAnswer> => {
  const answer = await signIn(browserFetch, entered);
  if (answer.kind === "signed-in") enter(store, answer.session.officer);
  return answer;
};

/** Signs out: nothing of the officer's work, and nothing of what was shown, stays on the page. Never rejects. */
export const leave = async (store: Store): Promise<void> => {
  if (!(await signOut(browserFetch))) {
    store.toast.value = store.texts.value.shell.session.unreachable;
    return;
  }
  dropDrafts();
  store.drafts.value = new Map();
  store.commands.value = new Map();
  store.board.value = emptyBoard;
  store.session.value = { kind: "signed-out", was: null };
};
