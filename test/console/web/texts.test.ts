import { describe, expect, test } from "vitest";
import { isPlural, placeholdersOf } from "../../../src/console/web/texts/catalog.ts";
import { languageNames, languages, preferredLanguage } from "../../../src/console/web/texts/languages.ts";
import { loadCatalog, loadTexts } from "../../../src/console/web/texts/load.ts";

interface Tree {
  readonly [key: string]: string | Tree;
}
type Leaf = { readonly path: string; readonly forms: ReadonlyMap<string, string> };

/** Every text of a catalog: a plain one has the one form `other`. */
const leavesOf = (node: Tree, path = ""): readonly Leaf[] =>
  Object.entries(node).flatMap(([key, child]): readonly Leaf[] => {
    const at = path === "" ? key : `${path}.${key}`;
    if (typeof child === "string") return [{ path: at, forms: new Map([["other", child]]) }];
    if (!isPlural(child)) return leavesOf(child, at);
    const forms = Object.entries(child).flatMap(([form, text]) =>
      typeof text === "string" ? [[form, text] as const] : [],
    );
    return [{ path: at, forms: new Map(forms) }];
  });

/** Texts that are the same in some other language, and are meant to be: names, units, and words both languages have. */
const sameOnPurpose =
  /^(figures.mix.code|handover.officers.act|map.lane)$|^alarmPage\.(work\.(result|change)|energy\.times|attachments\.megabytes|latency\.milliseconds)|^chart\.metres|^shell\.(product|title|titleWaiting|units\.|header\.utc)|^(chart\.(notMeasured|level)|form\.option|lanes\.(unmeasured|z|withheldWhat)|sound\.floodKind)|^shell\.session\.demoAs$/;
const sameIn: Readonly<Record<string, readonly string[]>> = {
  es: [],
  // "passage" is French.
  fr: ["lanes.passages"],
  ru: [],
  ar: [],
};

const english = leavesOf(await loadCatalog("en"));
const others = languageNames.filter((language) => language !== "en");

describe.each(others)("the catalog %s", (language) => {
  const loading = loadCatalog(language).then((catalog) => leavesOf(catalog));

  test("has every text of the English one, and no other", async () => {
    const paths = (await loading).map(({ path }) => path).sort();
    expect(paths).toEqual(english.map(({ path }) => path).sort());
  });

  test("has the same placeholders in every form", async () => {
    const wanted = new Map(
      english.map(({ path, forms }) => [path, placeholdersOf(forms.get("other") ?? "")]),
    );
    const wrong = (await loading).flatMap(({ path, forms }) =>
      [...forms].flatMap(([form, text]) => {
        const names = new Set(wanted.get(path));
        const has = new Set(placeholdersOf(text));
        // `one`, `two` and `zero` of some languages say the number in a word.
        const isFew = form === "zero" || form === "one" || form === "two";
        const missing = [...names].filter((name) => !has.has(name) && !(isFew && name === "count"));
        const unknown = [...has].filter((name) => !names.has(name));
        return [...missing, ...unknown].map((name) => `${path}.${form}: {${name}}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("has the plural forms that its language needs", async () => {
    const rules = new Intl.PluralRules(languages[language].tag);
    const needed = new Set(Array.from({ length: 200 }, (_, count) => rules.select(count)));
    const plurals = new Set(english.filter(({ forms }) => forms.size > 1).map(({ path }) => path));
    const missing = (await loading)
      .filter(({ path }) => plurals.has(path))
      .flatMap(({ path, forms }) =>
        [...needed].filter((form) => !forms.has(form)).map((form) => `${path}.${form}`),
      );
    expect(plurals.size).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });

  test("leaves nothing in English, and nothing empty", async () => {
    const model = new Map(english.map(({ path, forms }) => [path, forms.get("other")]));
    const left = (await loading).filter(
      ({ path, forms }) =>
        !sameOnPurpose.test(path) &&
        sameIn[language]?.includes(path) !== true &&
        [...forms.values()].some((text) => text === "" || text === model.get(path)),
    );
    expect(left.map(({ path }) => path)).toEqual([]);
  });
});

test("texts fill in their values, numbers by the language, plurals by its rules", async () => {
  const en = await loadTexts("en");
  const ru = await loadTexts("ru");
  const ar = await loadTexts("ar");
  expect(en.lanes.framesLost(1)).toBe("1 frame missing now");
  expect(en.lanes.framesLost(12_410)).toBe("12,410 frames missing now");
  expect(en.lanes.framesDropped(2, { reason: "fire" })).toBe("2 frames gone for good: fire");
  expect([1, 2, 5, 21].map((count) => ru.lanes.passages(count))).toEqual([
    "1 проезд",
    "2 проезда",
    "5 проездов",
    "21 проезд",
  ]);
  expect(ar.lanes.count(2)).toBe("مساران");
  expect(ar.lanes.count(12), "western digits, as on plates").toContain("12");
  expect(ar.alarms.by({ officer: "R. Okafor" }), "isolated in a right-to-left sentence").toBe(
    "بواسطة \u2068R. Okafor\u2069",
  );
});

test.each([
  [["ar-EG", "en"], "ar"],
  [["de-DE", "fr-CA"], "fr"],
  [["de"], "en"],
  [[], "en"],
])("a browser that wants %j gets %s", (wanted, language) => {
  expect(preferredLanguage(wanted)).toBe(language);
});
