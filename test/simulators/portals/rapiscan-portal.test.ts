import { describe, expect, it } from "vitest";
import { FIRMWARES } from "../../../simulators/portals/lane.ts";
import { portalEmissions } from "../../../simulators/portals/rapiscan-portal.ts";
import {
  calmLane,
  linesOf,
  meanOf,
  numbersOf,
  occupanciesOf,
  sdOf,
  sumOf,
  truthsOf,
  wireOf,
  type TimedLine,
} from "../lanes.ts";

const FOUR = String.raw`(,\d{6}){4}`;
const FLOAT = String.raw`-?\d+\.\d{8}`;
const GRAMMAR: Readonly<Record<string, RegExp>> = {
  SG1: /^SG1,\d{6},\d{6},\d\d,\d\d,\d\d\.\d,P$/,
  SG2: /^SG2,[01]{4},\d\.\d{3},\d\.\d{3},1,[01]{4},[\d.]+$/,
  SG3: /^SG3,\d\.\d{3},\d\.\d{3},\d{3},\d\d\.\d,[\d.]+$/,
  SN1: /^SN1,\d{6},\d\d,\d{7},\d\d\.\d\d,\d\d,\d{3}$/,
  SN2: /^SN2(,\d\.\d{3}){4},P$/,
  ...Object.fromEntries(
    ["GB", "NB", "GS", "GA", "NS", "NA", "AS", "AM", "RW", "TT", "TC"].map((tag) => [
      tag,
      new RegExp(`^${tag}${FOUR}$`),
    ]),
  ),
  NB1: new RegExp(`^NB1(,${FLOAT}){4}$`),
  AB1: new RegExp(`^AB1(,${FLOAT}){4}$`),
  ...Object.fromEntries(["NC", "NX", "NZ", "AC"].map((tag) => [tag, new RegExp(`^${tag}(,${FLOAT}){2}$`)])),
  AR: /^AR(,[01]\.\d{4}){4}$/,
  AX: /^AX(,[ \d.-]{8}){5}$/,
  AA: /^AA(,000001){3},11111A$/,
  SP: /^SP,\d\.\d{4},\d\d\.\d{3},\d{3}\.\d\d,000000$/,
  GX: /^GX,\d{6},\d{6},000000,000000$/,
};

const busy = (firmware: "base" | "extended"): ReturnType<typeof calmLane> =>
  calmLane({
    seed: `busy ${firmware}`,
    firmware,
    arrivalsPerHour: 60,
    mix: { nothing: 70, norm: 20, medical: 5, industrial: 3, neutron: 2 },
    faults: [{ kind: "tamper", atS: 300, durationS: 10 }],
    durationS: 4 * 3600,
  });
const streams = { base: linesOf(busy("base")), extended: linesOf(busy("extended")) };
const endedOf = (firmware: "base" | "extended") =>
  truthsOf(busy(firmware)).filter((truth) => truth.kind === "occupancy-ended");
const ended = { base: endedOf("base"), extended: endedOf("extended") };

describe.each(FIRMWARES)("the %s firmware", (firmware) => {
  const lines = streams[firmware];
  const occupancies = occupanciesOf(lines);

  it("says the same bytes for the same seed and others for another", () => {
    const wire = (seed: string): string =>
      wireOf(portalEmissions({ ...busy(firmware), seed, durationS: 600 })).toString("latin1");
    expect(wire("same")).toBe(wire("same"));
    expect(wire("same")).not.toBe(wire("other"));
  });

  it("says only lines of the grammar", () => {
    const bad = lines.filter(({ tag, text }) => GRAMMAR[tag]?.test(text) !== true);
    expect(bad.slice(0, 5)).toEqual([]);
    const extendedOnly = ["NB1", "AB1", "NC", "NX", "NZ", "AC", "AR", "AX", "AS", "AM", "AA", "RW"];
    const tags = new Set(lines.map(({ tag }) => tag));
    const expected = Object.keys(GRAMMAR).filter(
      (tag) => firmware === "extended" || !extendedOnly.includes(tag),
    );
    expect([...tags].sort()).toEqual(expected.sort());
  });

  it("goes on in time order, one line after another", () => {
    expect(lines.every(({ atMs }, index) => atMs >= (lines[index - 1]?.atMs ?? 0))).toBe(true);
  });

  it("begins with the setup block and a background within two seconds", () => {
    expect(lines.slice(0, 5).map(({ tag }) => tag)).toEqual(["SG1", "SG2", "SG3", "SN1", "SN2"]);
    expect(lines[0]?.text).toBe("SG1,002000,000068,05,10,04.0,P");
    expect(lines[1]?.fields[4]).toBe("1010");
    expect(lines[5]?.atMs).toBeLessThan(2000);
  });

  it("sends its background block every 5 s, in order, never while occupied", () => {
    const order =
      firmware === "base" ? ["NB", "GB"] : ["NC", "NX", "NB", "NB1", "GB", "RW", "AC", "AB1", "AR"];
    const starts = lines.flatMap(({ tag }, index) => (tag === order[0] ? [index] : []));
    expect(starts.length).toBeGreaterThan(100);
    for (const start of starts)
      expect(lines.slice(start, start + order.length).map(({ tag }) => tag)).toEqual(order);
    for (const occupancy of occupancies) expect(occupancy.some(({ tag }) => order.includes(tag))).toBe(false);
  });

  it("opens an occupancy with the second before the vehicle in one burst", () => {
    for (const occupancy of occupancies) {
      const tags = occupancy.map(({ tag }) => tag.replace("A", "S")).join(" ");
      const gammas = occupancy.filter(({ tag }) => tag === "GS" || tag === "GA");
      if (firmware === "base") expect(tags.startsWith("NS GS GS GS GS GS ")).toBe(true);
      else expect(tags.startsWith(`NZ NS ${"GS ".repeat(6)}${"SS ".repeat(15)}SX SM `)).toBe(true);
      const burst = gammas.slice(0, firmware === "base" ? 5 : 6).map(({ atMs }) => atMs);
      expect((burst.at(-1) ?? NaN) - (burst[0] ?? NaN)).toBeLessThan(30);
    }
  });

  it("keeps intervals 198 ± 31 ms apart within 25–354", () => {
    const gaps = occupancies.flatMap((occupancy) => {
      const times = occupancy.filter(({ tag }) => tag === "GS" || tag === "GA").map(({ atMs }) => atMs);
      const regular = times.slice(firmware === "base" ? 4 : 5);
      return regular.slice(1).map((time, index) => time - (regular[index] ?? NaN));
    });
    expect(gaps.length).toBeGreaterThan(3000);
    expect(Math.abs(meanOf(gaps) - 199)).toBeLessThan(4);
    expect(sdOf(gaps)).toBeGreaterThan(20);
    expect(sdOf(gaps)).toBeLessThan(42);
    expect(Math.min(...gaps)).toBeGreaterThan(24);
    expect(Math.max(...gaps)).toBeLessThan(354);
  });

  it("sends NS each second and GX about 220 ms after the last interval, with its number and the neutron background", () => {
    const delays = occupancies.map((occupancy, index) => {
      const gammas = occupancy.filter(({ tag }) => tag === "GS" || tag === "GA");
      const seconds = occupancy.filter(({ tag }) => tag === "NS" || tag === "NA").map(({ atMs }) => atMs);
      for (const [at, time] of seconds.entries()) {
        if (at > 0) expect(Math.abs(time - (seconds[at - 1] ?? NaN) - 1000)).toBeLessThan(180);
      }
      const end = occupancy.at(-1);
      expect(numbersOf(end)[0]).toBe(index + 1);
      expect(Math.abs((numbersOf(end)[1] ?? 0) / 1000 - 6.4)).toBeLessThan(1.2);
      return (end?.atMs ?? NaN) - (gammas.at(-1)?.atMs ?? NaN);
    });
    expect(Math.abs(meanOf(delays) - 220)).toBeLessThan(12);
    expect(Math.min(...delays)).toBeGreaterThan(80);
    expect(Math.max(...delays)).toBeLessThan(400);
  });

  it("lasts 2 to 40 s, with a median of about 60 intervals", () => {
    const lasts = occupancies.map(
      (occupancy) => occupancy.filter(({ tag }) => tag === "GS" || tag === "GA").length / 5,
    );
    const sorted = lasts.toSorted((left, right) => left - right);
    expect(sorted[0]).toBeGreaterThan(2);
    expect(sorted.at(-1)).toBeLessThan(40);
    expect(Math.abs((sorted[Math.floor(sorted.length / 2)] ?? 0) - 12)).toBeLessThan(0.8);
  });

  it("flags GA exactly as the measured rule says", () => {
    let background: readonly number[] = [];
    let recent: (readonly number[])[] = [];
    let flagged = 0;
    for (const line of lines) {
      if (line.tag === "GB") background = numbersOf(line);
      if (line.tag === "GX") recent = [];
      if (line.tag !== "GS" && line.tag !== "GA") continue;
      recent = [...recent, numbersOf(line)].slice(-5);
      const groups = [
        [0, 1, 2, 3],
        [0, 1],
        [2, 3],
      ];
      const alarm = groups.some((group) => {
        const over = (four: readonly number[]): number => sumOf(group.map((column) => four[column] ?? 0));
        const limit = over(background) + Math.ceil(4 * Math.sqrt(over(background)));
        return recent.length === 5 && sumOf(recent.map(over)) > limit;
      });
      expect([line.text, line.tag === "GA"]).toEqual([line.text, alarm]);
      flagged += alarm ? 1 : 0;
    }
    expect(flagged).toBeGreaterThan(100);
  });

  it("tells the truth about each occupancy", () => {
    const truths = ended[firmware];
    expect(truths.length).toBe(occupancies.length);
    for (const [index, occupancy] of occupancies.entries()) {
      const truth = truths[index];
      const gammas = occupancy.filter(({ tag }) => tag === "GS" || tag === "GA");
      const firstOf = (list: readonly TimedLine[], tag: string): number | undefined => {
        const at = list.findIndex((line) => line.tag === tag);
        return at === -1 ? undefined : at;
      };
      expect(truth?.flags.gamma).toBe(firstOf(gammas, "GA"));
      expect(truth?.flags.neutron).toBe(
        firstOf(
          occupancy.filter(({ tag }) => tag === "NS" || tag === "NA"),
          "NA",
        ),
      );
      expect(truth?.flags.energy !== undefined).toBe(occupancy.some(({ tag }) => tag === "AA"));
      expect(truth?.intervals).toBe(gammas.length);
      expect(truth?.occupancyNumber).toBe(index + 1);
    }
  });

  it("has few false gamma flags and flags sources", () => {
    const truths = ended[firmware];
    const empty = truths.filter(({ cargo }) => cargo === "nothing");
    expect(empty.filter(({ flags }) => flags.gamma !== undefined).length / empty.length).toBeLessThan(0.05);
    const hot = truths.filter(({ cargo }) => ["137Cs", "60Co", "granite", "99mTc"].includes(cargo));
    expect(hot.length).toBeGreaterThan(2);
    expect(hot.every(({ flags }) => flags.gamma !== undefined)).toBe(true);
    const neutrons = truths.filter(({ cargo }) => cargo === "252Cf" || cargo === "AmBe");
    expect(neutrons.length).toBeGreaterThan(0);
    expect(neutrons.every(({ flags }) => flags.neutron !== undefined)).toBe(true);
  });
});

describe("the extended records", () => {
  const lines = streams.extended;
  const blocks = lines.flatMap(({ tag }, index) => (tag === "NC" ? [lines.slice(index, index + 9)] : []));

  it("agree with each other in every block", () => {
    for (const block of blocks) {
      const of = (tag: string): readonly number[] => numbersOf(block.find((line) => line.tag === tag));
      const [w1 = 0, w2 = 0, w3 = 0, w4 = 0] = of("AB1");
      const [hard = 0, soft = 0] = of("AC");
      expect(Math.abs(hard - (w3 + w4) / w1)).toBeLessThan(3e-7);
      expect(Math.abs(soft - (w1 + w2) / (w3 + w4))).toBeLessThan(3e-7);
      for (const [index, share] of of("AR").entries()) {
        expect(Math.abs(share - ([w1, w2, w3, w4][index] ?? 0) / (w1 + w2 + w3 + w4))).toBeLessThan(5.1e-5);
      }
      expect(of("NB")).toEqual(of("NB1").map(Math.floor));
      const mu0 = sumOf(of("NB1"));
      const [c0 = 0, c1 = 0] = of("NC");
      expect(Math.abs(c1 - Math.log((mu0 - c0) / mu0))).toBeLessThan(1e-6);
      expect(of("NX")).toEqual([9.5043764, -0.99599343]);
    }
  });

  it("keep the background at its recorded size", () => {
    const gamma = blocks.map((block) => sumOf(numbersOf(block.find(({ tag }) => tag === "GB"))));
    const windows = blocks.map((block) => sumOf(numbersOf(block.find(({ tag }) => tag === "AB1"))));
    expect(meanOf(gamma)).toBeGreaterThan(1460);
    expect(meanOf(gamma)).toBeLessThan(1652);
    expect(Math.abs(meanOf(windows) / meanOf(gamma) - 1.027)).toBeLessThan(0.003);
  });

  it("scatter on a quiet lane as averages of 20 s do", () => {
    const quiet = linesOf(calmLane({ durationS: 3600 })).filter(({ tag }) => tag === "GB");
    const apart = quiet.filter((_, index) => index % 4 === 0).map((line) => sumOf(numbersOf(line)));
    const expected = Math.sqrt(meanOf(apart) / 20);
    expect(Math.abs(sdOf(apart) / expected - 1)).toBeLessThan(4 / Math.sqrt(2 * apart.length));
  });

  it("carry NZ as the SPRT of the block before", () => {
    let terms: readonly number[] = [];
    let z = 0;
    let seconds = 0;
    for (const [index, line] of lines.entries()) {
      if (line.tag === "NC") terms = numbersOf(line);
      if (line.tag === "GX") [z, seconds] = [0, 0];
      if (line.tag !== "NZ") continue;
      if (z <= -0.99599343 || z >= 9.5043764 || seconds === 3) [z, seconds] = [0, 0];
      z += (terms[0] ?? NaN) + (terms[1] ?? NaN) * sumOf(numbersOf(lines[index + 1]));
      seconds += 1;
      expect(Math.abs(z - (numbersOf(line)[0] ?? NaN))).toBeLessThan(1e-4);
    }
  });

  it("flag AA exactly by channel 1's rule", () => {
    let background: readonly number[] = [];
    let recent: (readonly number[])[] = [];
    const ratio = (four: readonly number[]): number =>
      ((four[0] ?? 0) + (four[1] ?? 0)) / ((four[2] ?? 0) + (four[3] ?? 0));
    for (const [index, line] of lines.entries()) {
      if (line.tag === "AB1") background = numbersOf(line);
      if (line.tag === "GX") recent = [];
      if (line.tag === "AS") recent = [...recent, numbersOf(line)].slice(-15);
      if (line.tag !== "AM") continue;
      const sums = [0, 1, 2, 3].map((window) => sumOf(recent.map((four) => four[window] ?? 0)));
      const excess = ratio(sums) - ratio(background);
      if (Math.abs(excess - 0.19) > 1e-6) expect(lines[index + 1]?.tag === "AA").toBe(excess > 0.19);
    }
  });
});

describe("speed records", () => {
  it("carry consistent units and some glitches", () => {
    const speeds = streams.extended.filter(({ tag }) => tag === "SP").map(numbersOf);
    const glitches = speeds.filter(([, mph = 0]) => mph > 20);
    expect(glitches.length).toBeGreaterThan(speeds.length / 5);
    for (const [secondsPerFoot = 0, mph = 0, kph = 0] of speeds) {
      if (mph < 99.999) expect(Math.abs(mph - 0.681818 / secondsPerFoot)).toBeLessThan(0.001);
      expect(Math.abs(kph - mph * 1.609344)).toBeLessThan(0.01);
    }
  });
});
