import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Profile } from "../../src/domain/alarms.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import type { PerPanel } from "../../src/domain/panels.ts";
import { wallMs } from "../../src/domain/units.ts";
import { countsOfN42, type N42Counts } from "../../src/evidence/n42-counts.ts";
import { n42BytesMax, readN42 } from "../../src/evidence/n42-reader.ts";
import { n42Document } from "../../src/evidence/n42-writer.ts";
import { nonBlank, plainBlank } from "../../src/evidence/non-blank.ts";
import { type EvidenceSubject, subjectOfCase } from "../../src/evidence/subject.ts";
import {
  alarmOf,
  everyCase,
  everyRecordedSubject,
  noon,
  place,
  profile,
  untouchedAdjudication,
} from "./cases.ts";
import { isValidationAbsent, n42ExamplePath, schemaErrors } from "./n42-schema.ts";
import { structureErrors } from "./n42-structure.ts";

const cases = new Map([...everyCase()].map(([name, said]) => [name, subjectOfCase(place, said)]));
const subjects: ReadonlyMap<string, EvidenceSubject> = new Map([...cases, ...everyRecordedSubject()]);
const isUnavailable = isValidationAbsent();

const countsIn = ({
  gamma,
  neutron,
  energy,
  gammaBackgroundCps,
  neutronBackgroundCps,
  energyBackgroundCps,
}: Profile): N42Counts => ({
  gamma,
  neutron,
  energy,
  gammaBackgroundCps,
  neutronBackgroundCps,
  energyBackgroundCps,
});

const subjectWith = (change: Partial<Profile>): EvidenceSubject =>
  subjectOfCase(place, {
    alarm: alarmOf("gamma", { profile: { ...profile, ...change } }),
    adjudication: untouchedAdjudication,
  });

describe("documents of every kind of alarm", () => {
  it("are of recordings too, with and without energy windows and alarms", () => {
    const recorded = [...everyRecordedSubject().values()];
    expect(recorded.length).toBeGreaterThan(15);
    expect(recorded.some((subject) => subject.profile.energy.length > 0)).toBe(true);
    expect(recorded.some((subject) => subject.alarms.length === 2)).toBe(true);
    expect(recorded.some((subject) => subject.alarms.length === 0)).toBe(true);
  });

  it.skipIf(isUnavailable)(`are valid against the standard's schema: ${subjects.size} documents`, () => {
    expect(schemaErrors([...subjects.values()].map(n42Document))).toEqual([]);
  });

  it.skipIf(isUnavailable)("would be found out by the schema if they were not", () => {
    const [valid] = [...subjects.values()].map(n42Document);
    const wrong = [
      valid?.replace("<MeasurementClassCode>Background<", "<MeasurementClassCode>Vacant<") ?? "",
      valid?.replace(/<OccupancyIndicator>.*?<\/OccupancyIndicator>/, "<Occupied/>") ?? "",
      valid?.replace(/<CountData>.*?</, "<CountData>-1<") ?? "",
    ];
    for (const document of wrong) expect(schemaErrors([document])).not.toEqual([]);
  });

  it("have the standard's structure", () => {
    const wrong = [...subjects].flatMap(([name, subject]) =>
      structureErrors(n42Document(subject)).map((error) => `${name}: ${error}`),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    ["an order", /<MeasurementClassCode>.*?<\/MeasurementClassCode>/g, "", "RadMeasurement has"],
    ["an id", /id="G-2"/, 'id="G-1"', "G-1 twice"],
    [
      "a reference",
      /radDetectorInformationReference="Aa1"/,
      'radDetectorInformationReference="Zz9"',
      "Zz9 is",
    ],
    ["a name", /<RadInstrumentModelName>.*?</, "<RadInstrumentModelName>a.b c.d<", "'a.b c.d'"],
  ])("whose check finds %s that is wrong", (_, from, to, said) => {
    const document = n42Document(subjectWith({})).replace(from, to);
    expect(structureErrors(document).join("\n")).toContain(said);
  });

  it("read back give the same counts", () => {
    for (const [name, subject] of subjects)
      expect(countsOfN42(readN42(n42Document(subject))), name).toEqual(countsIn(subject.profile));
  });

  it("are the same bytes each time, under another id for another version", () => {
    const subject = subjectWith({});
    expect(n42Document(subject)).toBe(n42Document(structuredClone(subject)));
    const [first] = subject.alarms;
    const later = first === undefined ? [] : [{ ...first, alarm: { ...first.alarm, version: 8 } }];
    const idOf = (document: string): string => /n42DocUUID="(.*?)"/.exec(document)?.[1] ?? "";
    expect(idOf(n42Document({ ...subject, alarms: later }))).not.toBe(idOf(n42Document(subject)));
  });
});

const count = fc.nat({ max: 1_000_000 });
const perPanel: fc.Arbitrary<PerPanel> = fc.tuple(count, count, count, count);
const rate = fc.double({ min: 0, max: 1e6, noNaN: true });
const rates = fc.option(fc.tuple(rate, rate, rate, rate), { nil: null });
const anyProfile: fc.Arbitrary<Partial<Profile>> = fc.record({
  startedAt: fc.integer({ min: 0, max: 4e12 }).map(wallMs),
  gamma: fc.array(perPanel, { maxLength: 40 }),
  neutron: fc.array(perPanel, { maxLength: 10 }),
  energy: fc.array(perPanel, { maxLength: 40 }),
  gammaBackgroundCps: rates,
  neutronBackgroundCps: rates,
  energyBackgroundCps: rates,
  droppedIntervals: count,
});
const someText = fc.string({ unit: "binary", maxLength: 60 });

describe("whatever was counted and written", () => {
  it("comes back the same, in documents of the standard's structure", () => {
    const documents: string[] = [];
    fc.assert(
      fc.property(anyProfile, someText, someText, (change, name, reason) => {
        const subject = subjectWith(change);
        const [said] = subject.alarms;
        const alarms =
          said === undefined
            ? []
            : [{ ...said, alarm: { ...said.alarm, advice: { ...said.alarm.advice, reasons: [reason] } } }];
        const instrument = { ...place.instrument, modelName: name, manufacturerName: reason };
        const written = n42Document({
          ...subject,
          alarms,
          place: { ...place, laneName: name, siteName: reason, instrument },
        });
        documents.push(written);
        expect(structureErrors(written)).toEqual([]);
        expect(countsOfN42(readN42(written))).toEqual(countsIn({ ...profile, ...change }));
      }),
      { seed: 42, numRuns: 100 },
    );
    if (!isUnavailable) expect(schemaErrors(documents)).toEqual([]);
  });

  it("is words that the standard takes", () => {
    fc.assert(
      fc.property(someText, (text) => {
        const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
        expect(plainBlank(nonBlank(text))).toBe(line === "" ? "not stated" : plainBlank(line));
      }),
      { seed: 43 },
    );
  });
});

describe("the reader", () => {
  const document = n42Document(subjectWith({}));

  it("finds what the writer said", () => {
    const read = readN42(document);
    expect(read).toMatchObject({ classCode: "Portal Monitor", modelName: "Vehicle portal" });
    expect(read.alarms).toEqual([
      {
        raisedAt: noon + 2200,
        category: "Gamma",
        description: "Gamma alarm, raised by the core at interval 11",
        detectorIds: ["Aa1", "Aa2", "Ba1", "Ba2"],
      },
    ]);
    expect(read.measurements[1]).toMatchObject({
      startedAt: noon,
      realTimeInSeconds: 0.2,
      speedMps: 2.25,
      isOccupied: true,
      measurementClass: "Foreground",
    });
    expect(read.remarks[0]).toContain('Puente & Río <"Norte">');
  });

  it.each([
    ["framing bytes", `\u0002${document}\u0003trailing <junk`],
    ["a byte order mark", `\ufeff${document}`],
    ["other words for true", document.replaceAll("<OccupancyIndicator>true<", "<OccupancyIndicator>1<")],
    ["a prefix", document.replace(/<(\/?)([A-Z])/g, "<$1n42:$2").replace("xmlns=", "xmlns:n42=")],
  ])("takes %s", (_, text) => expect(readN42(text)).toEqual(readN42(document)));

  it.skipIf(n42ExamplePath() === null)("takes the standard's own portal example", () => {
    const read = readN42(readFileSync(n42ExamplePath() ?? "", "utf8"));
    expect(read.detectors.map(({ detectorId }) => detectorId)).toEqual([
      ...["Aa1", "Aa2", "Ba1", "Ba2", "Aa1N", "Ba1N"],
    ]);
    expect(read.measurements).toHaveLength(7);
    expect(read.measurements[3]).toMatchObject({ isOccupied: true, speedMps: 15 });
    expect(read.measurements[0]?.grossCounts[0]?.counts).toEqual([5, 22, 200]);
    expect(read.alarms.map(({ category }) => category)).toEqual(["Gamma", "Neutron"]);
  });

  it("takes windows that overlap, and durations of every form", () => {
    const text = document
      .replace(/<WindowStartEnergyValues>.*?</, "<WindowStartEnergyValues>0 0 100 3<")
      .replace("PT0.2S", "P1DT2H3M4.5S");
    const read = readN42(text);
    expect(read.energyWindows[0]?.startsKev).toEqual([0, 0, 100, 3]);
    expect(read.measurements[1]?.realTimeInSeconds).toBe(93_784.5);
  });

  it.each([
    ["nothing", ""],
    ["another root", "<a/>"],
    ["an open element", document.replace("</RadMeasurement>", "")],
    [
      "a document type",
      document.replace("<RadInstrumentData", "<!DOCTYPE a [<!ENTITY b 'c'>]><RadInstrumentData"),
    ],
    ["too much", `${document}${" ".repeat(n42BytesMax)}`],
    ["a count that is none", document.replace(/<CountData>.*?</, "<CountData>5 x<")],
    ["a negative count", document.replace(/<CountData>.*?</, "<CountData>-5<")],
    ["a time that is none", document.replace(/<StartDateTime>.*?</, "<StartDateTime>noon<")],
    ["a duration that is none", document.replace(/<RealTimeDuration>.*?</, "<RealTimeDuration>PT<")],
    ["an indicator that is none", document.replace(/<OccupancyIndicator>.*?</, "<OccupancyIndicator>2<")],
  ])("refuses %s with a code", (_, text) => {
    expect(() => readN42(text)).toThrow(LanewatchError);
    expect(() => readN42(text)).toThrow(expect.objectContaining({ code: "record-unreadable" }));
  });

  it("throws nothing but its code at damaged documents", () => {
    fc.assert(
      fc.property(fc.nat(document.length), fc.string({ maxLength: 8 }), (at, put) => {
        try {
          readN42(`${document.slice(0, at)}${put}${document.slice(at + put.length)}`);
        } catch (cause) {
          expect(cause).toMatchObject({ code: "record-unreadable" });
        }
      }),
      { seed: 44, numRuns: 300 },
    );
  });
});
