/**
 * The standard's `NonBlankString` takes words with spaces around one run without spaces: `a.b c.d` is none. In such
 * texts the spaces become no-break spaces, which the run may have; empty ones become `not stated`.
 */
export const nonBlank = (text: string): string => {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  if (line === "") return "not stated";
  return /[^\p{L}\p{N} ]/u.test(line) ? line.replaceAll(" ", "\u00a0") : line;
};

/** What `nonBlank` was made from, but for its blanks. */
export const plainBlank = (text: string): string => text.replaceAll("\u00a0", " ");
