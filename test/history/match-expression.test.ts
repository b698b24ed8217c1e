import { describe, expect, it } from "vitest";
import {
  beginningToken,
  idFragments,
  marks,
  plainId,
  wordsIn,
  wordTokens,
} from "../../src/history/history-words.ts";
import { matchExpression, relatedExpression, wordsMax } from "../../src/history/match-expression.ts";

describe("words", () => {
  it.each([
    ["Façade-12, ÉTAT", ["facade", "12", "etat"]],
    ["Груз: калийные удобрения", ["груз", "калииные", "удобрения"]],
    ["شحنة أسمدة", ["شحنة", "اسمدة"]],
    ["\u0000 \"' * ( ) AND", ["and"]],
    ["", []],
    ["x".repeat(60), ["x".repeat(40)]],
  ])("of %j", (text, words) => expect(wordsIn(text)).toEqual(words));

  it("begin with two to twelve characters, and longer ones are found by twelve", () => {
    expect(wordTokens("potash")).toEqual(["^po", "^pot", "^pota", "^potas", "^potash"]);
    expect(wordTokens("certificates-x").at(-1)).toBe("^certificates");
    expect(beginningToken("certificatesxy")).toBe("^certificates");
    expect(wordTokens("7")).toEqual(["^7"]);
  });

  it("of an id are the same in any spelling", () => {
    for (const spelt of ["ab 123-cd", "AB123CD", "Ab.123/cd"]) expect(plainId(spelt)).toBe("ab123cd");
    expect(idFragments("ab123")).toEqual(["~ab1", "~b12", "~123"]);
    expect(idFragments("ab")).toEqual([]);
  });
});

describe("an expression", () => {
  it.each([
    [{}, null],
    [{ text: " -- \" * '" }, null],
    [{ text: "no" }, '"^no"'],
    [{ text: "norm" }, '("^norm" OR ("~nor" AND "~orm"))'],
    [{ lanes: ["a", "b"] }, '("_l-a" OR "_l-b")'],
    [{ isOpen: true, kinds: ["gamma"] }, '("_open" AND "_k-gamma")'],
    [{ officers: ['a"b'] }, '"_o-61-22-62"'],
  ])("of %j", (filters, expression) => expect(matchExpression(filters)).toBe(expression));

  it("quotes everything that is typed, and passes over words beyond a dozen", () => {
    const many = Array.from({ length: 60 }, (_, at) => `w${at}`).join(" ");
    const expression = matchExpression({ text: `${many} NEAR( ^x "y" a:b -c +d {e} *` }) ?? "";
    expect(expression.replace(/"[^"]*"/g, "t")).toMatch(/^[t()ANDOR ]*$/);
    expect(expression).toContain(`"^w${wordsMax - 1}"`);
    expect(expression).not.toContain(`"^w${wordsMax}"`);
  });

  it("of related alarms names ids, and nothing where there is none", () => {
    expect(relatedExpression(["AB-1", "ab1", ""])).toBe(`"${marks.id("ab1")}"`);
    expect(relatedExpression(["", "--"])).toBeNull();
  });
});
