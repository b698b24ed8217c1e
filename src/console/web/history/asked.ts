import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { z } from "zod";
import type { WallMs } from "../../../domain/units.ts";
import { getJson } from "../api.ts";
import { useStore } from "../store.ts";

/** What became of a question to the server. `before`: the last answer, shown while another is awaited. */
export type Asked<T> =
  | { readonly kind: "asking"; readonly before: Answered<T> | null }
  | { readonly kind: "got"; readonly answer: Answered<T> }
  | { readonly kind: "failed"; readonly code: string; readonly before: Answered<T> | null }
  | { readonly kind: "unanswered"; readonly before: Answered<T> | null };

export interface Answered<T> {
  readonly value: T;
  /** By the server's clock. */
  readonly at: WallMs;
  /** The question that it answers. */
  readonly question: string;
}

export const answeredOf = <T>(asked: Asked<T>): Answered<T> | null =>
  asked.kind === "got" ? asked.answer : asked.before;

interface Question<T> {
  /** Asked again whenever it changes. */
  readonly question: string;
  /** Where to ask; `now` is the server's, for questions about what was last. */
  readonly pathAt: (now: WallMs) => string;
  readonly schema: z.ZodType<T>;
}

/**
 * Asks when the page opens, when the question changes, when the officer has signed in again, and by `again`. It waits for
 * the server's first word, which says what time it is. An answer that comes after another question is thrown away.
 */
export const useAsked = <T>({ question, pathAt, schema }: Question<T>): readonly [Asked<T>, () => void] => {
  const store = useStore();
  const [asked, setAsked] = useState<Asked<T>>({ kind: "asking", before: null });
  const [round, setRound] = useState(0);
  const last = useRef(asked);
  last.current = asked;
  const officer = store.officer.value?.name ?? "";
  const isTimeKnown = useComputed(() => store.serverNow.value > 0).value;
  useEffect(() => {
    if (!isTimeKnown) return;
    const stop = new AbortController();
    const before = answeredOf(last.current);
    setAsked({ kind: "asking", before });
    const at = store.serverNow.peek();
    void getJson(store, pathAt(at), { schema, signal: stop.signal }).then((answer) => {
      if (stop.signal.aborted) return;
      if (answer.kind === "got") setAsked({ kind: "got", answer: { value: answer.value, at, question } });
      else if (answer.kind === "failed") setAsked({ kind: "failed", code: answer.code, before });
      else setAsked({ kind: "unanswered", before });
    });
    return () => stop.abort();
  }, [question, round, officer, isTimeKnown]);
  return [asked, () => setRound((rounds) => rounds + 1)];
};
