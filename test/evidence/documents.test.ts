import { inflateSync } from "node:zlib";
import { XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { readEvidenceFonts } from "../../src/adapters/evidence-fonts.ts";
import { wallMs } from "../../src/domain/units.ts";
import { axisFromZero } from "../../src/evidence/axis.ts";
import { casePdf } from "../../src/evidence/case-pdf.ts";
import { drawingSvg } from "../../src/evidence/drawing-svg.ts";
import { evidenceName } from "../../src/evidence/evidence-files.ts";
import { profileCsv } from "../../src/evidence/profile-csv.ts";
import { profileDrawing } from "../../src/evidence/profile-drawing.ts";
import { subjectOfCase } from "../../src/evidence/subject.ts";
import { compactTime, isoTime, zonedTime } from "../../src/evidence/times.ts";
import { inVisualOrder } from "../../src/evidence/visual-order.ts";
import { adjudicated, alarmOf, everyCase, everyRecordedSubject, noon, place, profile } from "./cases.ts";

const alarm = alarmOf("gamma-neutron");
const subject = subjectOfCase(place, { alarm, adjudication: adjudicated(alarm) });
const everySubject = (): ReadonlyMap<string, typeof subject> =>
  new Map([
    ...[...everyCase()].map(([name, said]) => [name, subjectOfCase(place, said)] as const),
    ...everyRecordedSubject(),
  ]);

/** The rows of a table by the names of its columns. */
const rowsOf = (csv: string): readonly Readonly<Record<string, string>>[] => {
  const [names = "", ...rows] = csv.split("\r\n").filter((line) => line !== "" && !line.startsWith("#"));
  return rows.map((row) =>
    Object.fromEntries(names.split(",").map((name, at) => [name, row.split(",")[at] ?? "missing"])),
  );
};

describe("the table", () => {
  const rows = rowsOf(profileCsv(subject));

  it("has a row an interval with the counts as they were", () => {
    expect(rows).toHaveLength(30);
    expect(rows[12]).toMatchObject({
      interval: "12",
      time_utc: "2026-03-01T12:00:02.400Z",
      time_s: "2.4",
      gamma_master_upper_counts: "80",
      gamma_slave_lower_counts: "5",
      gamma_sum_counts: "128",
      window_background_counts: "303.75",
      window_threshold_counts: "374.75",
      core_alarm: "1",
      portal_alarm: "1",
    });
  });

  it("sums the window that ends with the interval, once it is full", () => {
    const sums = rows.map((row) => Number(row["gamma_sum_counts"]));
    expect(rows.map((row) => row["window_sum_counts"])).toEqual(
      sums.map((_, at) => (at < 4 ? "" : String(sums.slice(at - 4, at + 1).reduce((a, b) => a + b)))),
    );
  });

  it("has neutrons at each fifth interval, and energy windows from the end backwards", () => {
    expect(rows[10]?.["neutron_master_upper_counts"]).toBe("9");
    expect(rows[11]?.["neutron_master_upper_counts"]).toBe("");
    expect(rows[29]?.["energy_window_1_counts"]).toBe("68");
    expect(rows[0]?.["energy_window_1_counts"]).toBe("39");
  });

  it("explains each column, and has the same cells in each row, whatever the case", () => {
    for (const [name, each] of everySubject()) {
      const csv = profileCsv(each);
      const lines = csv.split("\r\n");
      const names = lines.find((line) => !line.startsWith("#"))?.split(",") ?? [];
      for (const column of names)
        expect(
          lines.some((line) => line.startsWith(`# ${column}: `)),
          `${name} ${column}`,
        ).toBe(true);
      for (const row of rowsOf(csv)) expect(Object.values(row), name).not.toContain("missing");
      expect(rowsOf(csv).length, name).toBeGreaterThanOrEqual(each.profile.gamma.length);
    }
  });
});

describe("the picture", () => {
  it("is well-formed, without script or outside reference, of every case", () => {
    for (const [name, each] of everySubject()) {
      const svg = drawingSvg(profileDrawing(each), "Profile");
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- as in the reader
      expect(XMLValidator.validate(svg), name).toBe(true);
      expect(svg, name).not.toMatch(/<script|href|NaN|Infinity|undefined/);
    }
  });

  it("shows every interval, the limits, and the intervals in alarm", () => {
    const { marks } = profileDrawing(subject);
    const steps = marks.find((mark) => mark.kind === "line" && mark.points.length === 60);
    expect(steps).toBeDefined();
    expect(marks.filter((mark) => mark.kind === "line" && mark.dash !== undefined)).toHaveLength(3);
    const bands = marks.filter((mark) => mark.kind === "area" && mark.height > 200);
    expect(bands).toHaveLength(profile.coreIntervals.length);
    const [band] = bands;
    const x = axisFromZero(6, { start: 70, end: 880, steps: 10 });
    expect(band?.kind === "area" ? band.x : null).toBeCloseTo(x.at(2.2));
    expect(marks.some((mark) => mark.kind === "text" && mark.text.includes("peak 19.3 σ"))).toBe(true);
  });

  it.each([
    [0, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [643, [0, 200, 400, 600, 800]],
    [5, [0, 1, 2, 3, 4, 5]],
    [0.07, [0, 0.02, 0.04, 0.06, 0.08]],
  ])("has an axis up to %d", (max, ticks) => {
    const axis = axisFromZero(max, { start: 0, end: 100, steps: 5 });
    expect(axis.ticks).toEqual(ticks);
    expect(axis.at(ticks.at(-1) ?? 0)).toBeCloseTo(100);
  });
});

describe("the printable case", async () => {
  const fonts = await readEvidenceFonts();
  const printedAt = wallMs(noon + 3_600_000);

  it("is a PDF, the same bytes each time", async () => {
    const pdf = await casePdf(subject, { fonts, printedAt });
    expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe("%PDF-");
    expect(Buffer.from(pdf.subarray(-6)).toString()).toContain("%%EOF");
    expect(Buffer.compare(pdf, await casePdf(subject, { fonts, printedAt }))).toBe(0);
  });

  it("has one or two pages for an ordinary case, and as many as a long history needs", async () => {
    const pagesOf = async (each: typeof subject): Promise<number> =>
      Buffer.from(await casePdf(each, { fonts, printedAt }))
        .toString("latin1")
        .match(/\/Type \/Page\b/g)?.length ?? 0;
    expect(await pagesOf(subject)).toBeLessThanOrEqual(2);
    const { history } = adjudicated(alarm);
    const long = { ...adjudicated(alarm), history: Array.from({ length: 18 }, () => history).flat() };
    const pages = await pagesOf({ ...subject, alarms: [{ alarm, adjudication: long }] });
    expect(pages).toBeGreaterThan(4);
    expect(pages).toBeLessThan(20);
  });

  it("has letters for every name: Latin, Cyrillic, Arabic", async () => {
    // Maps from the glyphs that are used to their letters: what the font lacks has no glyph.
    const maps = inflatedStreams(await casePdf(subject, { fonts, printedAt }))
      .join("\n")
      .toLowerCase();
    for (const letter of ["a", "ж", "П", "ش", "م", "σ"])
      expect(maps).toContain(letter.charCodeAt(0).toString(16).padStart(4, "0"));
    expect(maps).not.toContain("4e2d");
  });
});

/** The streams of a PDF that are maps of letters. */
const inflatedStreams = (pdf: Uint8Array): readonly string[] =>
  [
    ...Buffer.from(pdf)
      .toString("latin1")
      .matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g),
  ]
    .map(([, content = ""]) => Buffer.from(content, "latin1"))
    .flatMap((content) => {
      try {
        return [inflateSync(content).toString("latin1")];
      } catch {
        return [];
      }
    })
    .filter((stream) => stream.includes("begincmap"));

describe("words from right to left", () => {
  it.each([
    ["Latin only, 2 words", "Latin only, 2 words"],
    ["شحنة موز", "موز شحنة "],
    ["أمينة (supervisor)", "أمينة \u200b\u00a0(supervisor)"],
    ["a شحنة موز b", "a موز شحنة \u200b\u00a0b"],
    ["شحنة موز\nb", "موز شحنة \nb"],
  ])("%j", (text, seen) => expect(inVisualOrder(text)).toBe(seen));
});

describe("names and times", () => {
  it("are of letters that every file system takes", () => {
    expect(evidenceName(subject)).toBe("Puente-Ri-o-Norte-north-1-20260301T120002Z-gamma-neutron");
    expect(evidenceName({ ...subject, place: { ...place, siteName: "Граница" } })).toBe(
      "north-1-20260301T120002Z-gamma-neutron",
    );
    expect(evidenceName({ ...subject, alarms: [] })).toMatch(/-20260301T120000Z-occupancy$/);
  });

  it.each([
    [0, "1970-01-01T00:00:00.000Z"],
    [NaN, "1970-01-01T00:00:00.000Z"],
    [1e18, "9999-12-31T23:59:59.999Z"],
    [-1e18, "0001-01-01T00:00:00.000Z"],
  ])("stand for %d too", (at, said) => expect(isoTime(at)).toBe(said));

  it("are in the site's zone beside UTC", () => {
    expect(zonedTime(noon, "Europe/Warsaw")).toBe("2026-03-01 13:00:00 GMT+1");
    expect(zonedTime(noon + 150 * 86_400_000, "Europe/Warsaw")).toBe("2026-07-29 14:00:00 GMT+2");
    expect(compactTime(noon)).toBe("20260301T120000Z");
  });
});
