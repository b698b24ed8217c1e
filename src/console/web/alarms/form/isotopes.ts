import type { LoadClass } from "../../../../domain/load-classes.ts";

/** Where an isotope is usually met. */
export type IsotopeUse = "industrial" | "medical" | "natural" | "nuclear";

/** Isotopes that portals and identifiers usually meet, by use; written as in reports, mass before symbol. */
export const usualIsotopes = {
  "137Cs": "industrial",
  "60Co": "industrial",
  "192Ir": "industrial",
  "241Am": "industrial",
  "252Cf": "industrial",
  "226Ra": "industrial",
  "133Ba": "industrial",
  "57Co": "industrial",
  "75Se": "industrial",
  "90Sr": "industrial",
  "152Eu": "industrial",
  "54Mn": "industrial",
  "22Na": "industrial",
  "99mTc": "medical",
  "131I": "medical",
  "18F": "medical",
  "201Tl": "medical",
  "67Ga": "medical",
  "111In": "medical",
  "123I": "medical",
  "125I": "medical",
  "177Lu": "medical",
  "223Ra": "medical",
  "40K": "natural",
  "232Th": "natural",
  "238U": "nuclear",
  "235U": "nuclear",
  "233U": "nuclear",
  "239Pu": "nuclear",
  "237Np": "nuclear",
} as const satisfies Record<string, IsotopeUse>;
export type UsualIsotope = keyof typeof usualIsotopes;

const isUsual = (name: string): name is UsualIsotope => Object.hasOwn(usualIsotopes, name);
const usual: readonly UsualIsotope[] = Object.keys(usualIsotopes).filter(isUsual);

/** One name is at most this long (wire/command.ts). */
export const isotopeLengthMax = 20;

/** What an officer types, `cs-137`, `Cs137`, `137cs`, `tc99m`: mass, `m` of an isomer, symbol. */
const massFirst = /^(\d{1,3})()-?([a-z]{1,2})$/i;
/** With an isomer's `m`, which is not the beginning of a symbol such as Mn. */
const isomerFirst = /^(\d{1,3})(m)-?([a-z]{2})$/i;
const symbolFirst = /^([a-z]{1,2})-?(\d{1,3})(m?)$/i;

const named = (mass: string, isomer: string, symbol: string): string =>
  `${mass}${isomer.toLowerCase()}${symbol.charAt(0).toUpperCase()}${symbol.slice(1).toLowerCase()}`;

/** The isotope's name as reports write it, `137Cs`; whatever is not of that form as it was typed. */
export const isotopeName = (typed: string): string => {
  const text = typed.trim().slice(0, isotopeLengthMax);
  const back = symbolFirst.exec(text);
  if (back !== null) return named(back[2] ?? "", back[3] ?? "", back[1] ?? "");
  const forth = massFirst.exec(text) ?? isomerFirst.exec(text);
  return forth === null ? text : named(forth[1] ?? "", forth[2] ?? "", forth[3] ?? "");
};

/** Uses whose isotopes a load of this look suggests first. */
const usesFirst: Readonly<Record<LoadClass, readonly IsotopeUse[]>> = {
  neutron: ["nuclear", "industrial"],
  "cosmic-burst": [],
  "medical-like": ["medical"],
  "point-source": ["industrial"],
  "norm-like": ["natural"],
  undetermined: [],
};

export interface Suggestion {
  readonly name: UsualIsotope;
  readonly use: IsotopeUse;
}

/** Of the usual isotopes those that what is typed may become, but for the ones that are named already; at most eight. */
export const suggestionsFor = (
  typed: string,
  { named: taken, loadClass }: { readonly named: readonly string[]; readonly loadClass: LoadClass },
): readonly Suggestion[] => {
  const text = isotopeName(typed).toLowerCase();
  const first = usesFirst[loadClass];
  const rank = (name: UsualIsotope): number => {
    const at = first.indexOf(usualIsotopes[name]);
    return at === -1 ? first.length : at;
  };
  return usual
    .filter((name) => !taken.includes(name))
    .filter((name) => {
      const lower = name.toLowerCase();
      return lower.startsWith(text) || lower.replace(/^\d+m?/, "").startsWith(text);
    })
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 8)
    .map((name) => ({ name, use: usualIsotopes[name] }));
};

/** What a draft's isotopes are: the names that are finished with a separator, and what is being typed behind them. */
export interface TypedIsotopes {
  readonly names: readonly string[];
  readonly rest: string;
}

export const typedIsotopes = (text: string): TypedIsotopes => {
  const parts = text.split(/[,;\s]+/);
  const rest = parts.pop() ?? "";
  return { names: [...new Set(parts.filter((part) => part !== ""))], rest };
};

/** The draft's text of these names and what is being typed behind them. */
export const isotopesText = ({ names, rest }: TypedIsotopes): string =>
  names.map((name) => `${name}, `).join("") + rest;
