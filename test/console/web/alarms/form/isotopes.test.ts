import { describe, expect, test } from "vitest";
import {
  isotopeName,
  isotopesText,
  suggestionsFor,
  typedIsotopes,
  usualIsotopes,
} from "../../../../../src/console/web/alarms/form/isotopes.ts";
import { dispositionEntrySchema } from "../../../../../src/wire/command.ts";

test.each([
  ["cs137", "137Cs"],
  ["Cs-137", "137Cs"],
  ["137CS", "137Cs"],
  ["137-cs", "137Cs"],
  ["tc99m", "99mTc"],
  ["99MTC", "99mTc"],
  ["k40", "40K"],
  [" u235 ", "235U"],
  ["NORM mix", "NORM mix"],
  ["k", "k"],
  ["a name that is far too long for one", "a name that is far t"],
])("%s is %s", (typed, name) => {
  expect(isotopeName(typed)).toBe(name);
});

test("the usual isotopes are written as reports write them, and the wire takes them", () => {
  const names = Object.keys(usualIsotopes);
  expect(names.map(isotopeName)).toEqual(names);
  for (const name of names) {
    const entry = { vehicleId: "", containerId: "", commodity: "", riidResult: "", notes: "" };
    const parsed = dispositionEntrySchema.safeParse({ ...entry, disposition: "other", isotopes: [name] });
    expect(parsed.success, name).toBe(true);
  }
});

describe("what is typed", () => {
  test.each([
    ["", [], ""],
    ["cs", [], "cs"],
    ["137Cs, ", ["137Cs"], ""],
    ["137Cs, 60C", ["137Cs"], "60C"],
    ["137Cs;60Co 40K ", ["137Cs", "60Co", "40K"], ""],
    ["137Cs, 137Cs, ", ["137Cs"], ""],
  ])("%j is the names %j and %j", (text, names, rest) => {
    expect(typedIsotopes(text)).toEqual({ names, rest });
  });

  test("is written back so that nothing of it is lost", () => {
    const typed = { names: ["137Cs", "60Co"], rest: "4" };
    expect(typedIsotopes(isotopesText(typed))).toEqual(typed);
  });
});

describe("suggestions", () => {
  const names = (typed: string, named: readonly string[] = [], loadClass = "undetermined" as const) =>
    suggestionsFor(typed, { named, loadClass }).map(({ name }) => name);
  test("by mass, by symbol, by both", () => {
    expect(names("13")).toEqual(["137Cs", "133Ba", "131I"]);
    expect(names("co")).toEqual(["60Co", "57Co"]);
    expect(names("co-60")).toEqual(["60Co"]);
  });
  test("without those that are named, and at most eight", () => {
    expect(names("co", ["60Co"])).toEqual(["57Co"]);
    expect(names("")).toHaveLength(8);
    expect(names("xyz")).toEqual([]);
  });
  test("those that the load looks like come first", () => {
    const first = (loadClass: "norm-like" | "medical-like" | "neutron") =>
      suggestionsFor("", { named: [], loadClass })[0]?.use;
    expect(first("norm-like")).toBe("natural");
    expect(first("medical-like")).toBe("medical");
    expect(first("neutron")).toBe("nuclear");
  });
});
