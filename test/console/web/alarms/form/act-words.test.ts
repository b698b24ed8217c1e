import { describe, expect, test } from "vitest";
import {
  actWords,
  isWorded,
  missingWords,
  wordedAct,
  wordsOfAct,
} from "../../../../../src/console/web/alarms/form/act-words.ts";
import { forgetTyped } from "../../../../../src/console/web/alarms/form/send-act.ts";
import { editDraft, emptyDraft } from "../../../../../src/console/web/draft.ts";
import { createStore } from "../../../../../src/console/web/store.ts";
import { commandKinds } from "../../../../../src/domain/adjudication.ts";
import { alarmId } from "../../../../../src/domain/ids.ts";
import { requestedActSchema } from "../../../../../src/wire/command.ts";

const draftWith = (words: Readonly<Record<string, string>>) => ({ ...emptyDraft, words });
const worded = Object.keys(commandKinds).flatMap((kind) =>
  kind in commandKinds && isWorded(kind as keyof typeof commandKinds) && kind !== "revise"
    ? [kind as Exclude<keyof typeof actWords, "revise">]
    : [],
);

describe.each(worded)("%s", (kind) => {
  test("with all its words is what the server takes", () => {
    const words = Object.fromEntries(wordsOfAct(kind).map((name) => [name, ` about ${name} `]));
    const act = wordedAct(kind, draftWith(words));
    expect(requestedActSchema.parse(act)).toEqual(act);
    expect(missingWords(kind, draftWith(words))).toEqual([]);
    for (const name of wordsOfAct(kind)) expect(JSON.stringify(act)).toContain(`about ${name}"`);
  });
  test("without words: what is required is missing exactly where the server would refuse it", () => {
    const refused = !requestedActSchema.safeParse(wordedAct(kind, emptyDraft)).success;
    expect(missingWords(kind, emptyDraft).length > 0).toBe(refused);
  });
  test("the longest words that can be typed are not too long", () => {
    const longest = actWords[kind].map(({ name, lengthMax }) => [name, "x".repeat(lengthMax)] as const);
    const act = wordedAct(kind, draftWith(Object.fromEntries(longest)));
    expect(requestedActSchema.safeParse(act).success).toBe(true);
  });
});

describe("after an accepted act", () => {
  const one = alarmId("one");
  const typed = () => {
    const store = createStore();
    store.drafts.value = editDraft(store.drafts.value, one, {
      disposition: "norm-found",
      notes: "half a sentence",
      words: { comment: "said", question: "not yet asked" },
    });
    return store;
  };
  test("its words go, everything else stays", () => {
    const store = typed();
    forgetTyped(store, one, { kind: "comment", text: "said" });
    expect(store.drafts.value.get(one)).toMatchObject({
      disposition: "norm-found",
      notes: "half a sentence",
      words: { question: "not yet asked" },
    });
    expect(store.drafts.value.get(one)?.words["comment"]).toBeUndefined();
  });
  test("a disposition takes its fields and leaves the words of others", () => {
    const store = typed();
    const { disposition: _, words: __, ...rest } = emptyDraft;
    const entry = { ...rest, disposition: "norm-found", isotopes: [] } as const;
    forgetTyped(store, one, { kind: "dispose", entry });
    expect(store.drafts.value.get(one)).toEqual({
      ...emptyDraft,
      words: { comment: "said", question: "not yet asked" },
    });
  });
  test("an act without words takes nothing", () => {
    const store = typed();
    const before = store.drafts.value.get(one);
    forgetTyped(store, one, { kind: "claim" });
    expect(store.drafts.value.get(one)).toEqual(before);
  });
});
