import { spanIn, spanParams } from "./span.ts";
import type { SpanChoice } from "./span.ts";
import { momentsOf } from "./span.ts";

/** What alarms are sought by, as it stands in the page's address; empty texts are "all". */
export interface HistoryChoice {
  readonly text: string;
  readonly lane: string;
  readonly kind: string;
  readonly state: string;
  readonly disposition: string;
  readonly loadClass: string;
  readonly officer: string;
  readonly span: SpanChoice;
}

export const choiceFields = ["lane", "kind", "state", "disposition", "loadClass", "officer"] as const;
export type ChoiceField = (typeof choiceFields)[number];

export const everything: HistoryChoice = {
  text: "",
  lane: "",
  kind: "",
  state: "",
  disposition: "",
  loadClass: "",
  officer: "",
  span: { kind: "ever" },
};

const field = (params: URLSearchParams, name: string, lengthMax: number): string =>
  (params.get(name) ?? "").slice(0, lengthMax);

export const choiceIn = (query: string): HistoryChoice => {
  const params = new URLSearchParams(query);
  return {
    text: field(params, "text", 200),
    lane: field(params, "lane", 64),
    kind: field(params, "kind", 40),
    state: field(params, "state", 40),
    disposition: field(params, "disposition", 60),
    loadClass: field(params, "loadClass", 40),
    officer: field(params, "officer", 40),
    span: spanIn(params, everything.span),
  };
};

export const choiceParams = (choice: HistoryChoice): readonly (readonly [string, string])[] => [
  ["text", choice.text],
  ...choiceFields.map((name) => [name, choice[name]] as const),
  ...(choice.span.kind === "ever" ? [] : Object.entries(spanParams(choice.span))),
];

export const isEverything = (choice: HistoryChoice): boolean =>
  choiceParams(choice).every(([, value]) => value === "");

export const pageRows = 50;

/** `GET /api/history` for a page; `cursor` null for the first. What was last ends after now: clocks differ a little. */
export const historyPath = (
  choice: HistoryChoice,
  { cursor, now }: { readonly cursor: string | null; readonly now: number },
): string => {
  const moments = momentsOf(choice.span, now);
  const params = new URLSearchParams();
  const text = choice.text.trim();
  if (text !== "") params.set("text", text);
  for (const name of choiceFields) {
    const value = choice[name].trim();
    if (value !== "") params.set(name, value);
  }
  if (moments !== null) params.set("from", String(Math.max(0, Math.floor(moments.from))));
  if (moments !== null && choice.span.kind === "own") params.set("to", String(Math.floor(moments.to)));
  if (cursor !== null) params.set("cursor", cursor);
  params.set("limit", String(pageRows));
  return `/api/history?${params.toString()}`;
};
