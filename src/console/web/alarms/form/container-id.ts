/** ISO 6346: four letters (owner, and U, J or Z), six digits, and a check digit. Advice: ids are taken as they are. */
export type ContainerIdAdvice =
  | { readonly kind: "none" }
  | { readonly kind: "valid" }
  /** What the check digit would have to be. */
  | { readonly kind: "check-digit"; readonly expected: number }
  /** It is not written as container ids of the standard are. */
  | { readonly kind: "unusual" };

const form = /^([A-Z]{3}[UJZ])(\d{6})(\d)$/;

/** Letters count from 10, leaving out the multiples of 11. */
const valueOf = (character: string): number => {
  if (/\d/.test(character)) return Number(character);
  const at = character.charCodeAt(0) - "A".charCodeAt(0);
  const value = 10 + at;
  return value + (at > 20 ? 3 : at > 10 ? 2 : at > 0 ? 1 : 0);
};

/** The check digit of the first ten characters. */
export const checkDigitOf = (ten: string): number => {
  const sum = Array.from(ten).reduce((total, character, at) => total + valueOf(character) * 2 ** at, 0);
  return (sum % 11) % 10;
};

export const containerIdAdvice = (typed: string): ContainerIdAdvice => {
  const id = typed.toUpperCase().replace(/[\s./-]+/g, "");
  if (id === "") return { kind: "none" };
  const parts = form.exec(id);
  if (parts === null) return { kind: "unusual" };
  const expected = checkDigitOf(id.slice(0, 10));
  return Number(parts[3]) === expected ? { kind: "valid" } : { kind: "check-digit", expected };
};
