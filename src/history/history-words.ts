/**
 * What an alarm can be found by. All of it goes into one inverted index as plain tokens: words that people wrote, and
 * marks and fragments that begin with a character no word has, so that what an officer types never meets them.
 */

/** Longer words are cut, in texts and in what is looked for alike. */
const wordLengthMax = 40;

/** Most texts are, and are taken apart five times as fast. */
const isPlain = (text: string): boolean => /^[\t\n\r -~]*$/.test(text);

/** Never half of a character. */
const firstOf = (text: string, length: number): string =>
  isPlain(text) ? text.slice(0, length) : Array.from(text).slice(0, length).join("");
const lengthOf = (text: string): number => (isPlain(text) ? text.length : Array.from(text).length);

/** Lower-case, without diacritics, letters and digits of any script: `Façade-12` is `facade` and `12`. */
export const wordsIn = (text: string): readonly string[] => {
  const plain = text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "");
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) =>
    word.length > wordLengthMax ? Array.from(word).slice(0, wordLengthMax).join("") : word,
  );
};

/** A vehicle's or container's id as it is compared: `AB 123-cd` and `ab123CD` are the same. */
export const plainId = (text: string): string => wordsIn(text).join("");

/** Three characters of an id: shorter fragments are only looked for as words. */
export const fragmentLength = 3;

/**
 * Beginnings of words are tokens of their own, so that no search has to gather all words that begin so: at a million
 * alarms that takes a second. Of longer words the first twelve characters count.
 */
export const beginningMax = 12;

const beginning = (word: string, length: number): string => `^${firstOf(word, length)}`;

/** What a word of a text is found by: its beginnings of two to twelve characters, or its only one. */
export const wordTokens = (word: string): readonly string[] => {
  const length = Math.min(lengthOf(word), beginningMax);
  const tokens = length === 1 ? [beginning(word, 1)] : [];
  for (let until = 2; until <= length; until += 1) tokens.push(beginning(word, until));
  return tokens;
};

/** The token of all words that begin so. */
export const beginningToken = (word: string): string => beginning(word, beginningMax);

const fragmentsOf = (id: string): readonly string[] => {
  const characters = isPlain(id) ? id : Array.from(id);
  const fragments: string[] = [];
  for (let at = 0; at + fragmentLength <= characters.length; at += 1) {
    const fragment = characters.slice(at, at + fragmentLength);
    fragments.push(`~${typeof fragment === "string" ? fragment : fragment.join("")}`);
  }
  return fragments;
};

/** Tokens that all stand in any id of which `id` is a part. Empty where it is shorter than a fragment. */
export const idFragments = (id: string): readonly string[] => [...new Set(fragmentsOf(id))];

/** Any text as letters and digits. */
const hexOf = (text: string): string =>
  Array.from(text, (character) => (character.codePointAt(0) ?? 0).toString(16)).join("-");

/** Exact tokens, by which filters are answered. */
export const marks = {
  open: "_open",
  lane: (laneId: string): string => `_l-${laneId}`,
  kind: (kind: string): string => `_k-${kind}`,
  state: (state: string): string => `_s-${state}`,
  officer: (name: string): string => `_o-${hexOf(name)}`,
  disposition: (disposition: string): string => `_d-${disposition}`,
  loadClass: (name: string): string => `_c-${name}`,
  /** `id` as `plainId` gives it. */
  id: (id: string): string => `_i-${id}`,
} as const;
