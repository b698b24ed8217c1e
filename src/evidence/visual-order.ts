/**
 * Text with the words of right-to-left runs in the order in which they are seen, for a layout that sets words from left
 * to right and shapes letters within each: readable, and no more than that. Where such a run is broken into lines, its
 * end stands above its beginning.
 */
export const inVisualOrder = (text: string): string =>
  text
    .split("\n")
    .map((line) =>
      line.replace(
        rightToLeftRun,
        (run, next: string) => `${reversed(run.trimEnd())} ${next === "" ? "" : apart}`,
      ),
    )
    .join("\n");

const reversed = (run: string): string => run.split(" ").reverse().join(" ");

/** The blank behind a right-to-left word is set on its left. One of its own, after a place to break, parts it from what follows. */
const apart = "\u200b\u00a0";

const letter = String.raw`[\p{Script=Arabic}\p{Script=Hebrew}\p{Mn}.,،؛؟]`;
/** Words that have right-to-left letters, what stands between them, and the blank after them. */
const rightToLeftRun = new RegExp(
  `${letter}*[\\p{Script=Arabic}\\p{Script=Hebrew}]${letter}*(?: ${letter}+)*( ?)`,
  "gu",
);
