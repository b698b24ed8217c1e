import type { HistoryFilters } from "../wire/history.ts";
import { beginningToken, idFragments, marks, plainId, wordsIn } from "./history-words.ts";

/**
 * Filters as an expression of SQLite's FTS5 (https://www.sqlite.org/fts5.html#full_text_query_syntax). Every token is
 * quoted and holds letters, digits and our own marks alone, so that nothing an officer types is ever syntax.
 */
const quoted = (token: string): string => `"${token}"`;

const allOf = (parts: readonly string[]): string =>
  parts.length === 1 ? parts.join("") : `(${parts.join(" AND ")})`;
const anyOf = (parts: readonly string[]): string =>
  parts.length === 1 ? parts.join("") : `(${parts.join(" OR ")})`;

/** More words narrow a search no further; the rest is passed over. */
export const wordsMax = 12;

/** A word stands at the beginning of a word of the texts, or anywhere in an id; a single character for itself. */
const wordMatch = (word: string): string => {
  const asWord = quoted(beginningToken(word));
  const fragments = idFragments(word);
  return fragments.length === 0 ? asWord : anyOf([asWord, allOf(fragments.map(quoted))]);
};

/** All words; or all that was typed together as a part of an id: `ab 12-34` finds `AB1234`. */
const textMatch = (text: string): string | null => {
  const words = [...new Set(wordsIn(text))].slice(0, wordsMax);
  if (words.length === 0) return null;
  const byWords = allOf(words.map(wordMatch));
  const together = words.length === 1 ? [] : idFragments(plainId(text));
  return together.length === 0 ? byWords : anyOf([byWords, allOf(together.map(quoted))]);
};

const choice = (values: readonly string[] | undefined, mark: (value: string) => string): readonly string[] =>
  values === undefined || values.length === 0 ? [] : [anyOf(values.map((value) => quoted(mark(value))))];

/** Null where everything matches. Texts without a letter or digit match everything. */
export const matchExpression = (filters: HistoryFilters): string | null => {
  const text = textMatch(filters.text ?? "");
  const parts = [
    ...(filters.isOpen === true ? [quoted(marks.open)] : []),
    ...choice(filters.officers, marks.officer),
    ...choice(filters.lanes, marks.lane),
    ...choice(filters.dispositions, marks.disposition),
    ...choice(filters.loadClasses, marks.loadClass),
    ...choice(filters.kinds, marks.kind),
    ...choice(filters.states, marks.state),
    ...(text === null ? [] : [text]),
  ];
  return parts.length === 0 ? null : allOf(parts);
};

/** Alarms of any of these vehicles or containers; null where none is named. */
export const relatedExpression = (ids: readonly string[]): string | null => {
  const plain = [...new Set(ids.map(plainId))].filter((id) => id.length > 0);
  return plain.length === 0 ? null : anyOf(plain.map((id) => quoted(marks.id(id))));
};
