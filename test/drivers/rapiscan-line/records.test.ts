import { describe, expect, it } from "vitest";
import { knownTags, opaqueTags } from "../../../drivers/rapiscan-line/records.ts";
import type { Message } from "../../../src/domain/messages.ts";
import { decodeLine } from "./decode-line.ts";

type Row = readonly [line: string, message: Message];

const base: readonly Row[] = [
  [
    "GB,000391,000384,000423,000429",
    { kind: "gamma-background", cps: [391, 384, 423, 429], level: "normal" },
  ],
  ["GH,002391,000384,000423,000429", { kind: "gamma-background", cps: [2391, 384, 423, 429], level: "high" }],
  ["GL,000391,000384,000423,000000", { kind: "gamma-background", cps: [391, 384, 423, 0], level: "low" }],
  [
    "NB,000003,000000,000002,000000",
    { kind: "neutron-background", cps: [3, 0, 2, 0], precision: "truncated", level: "normal" },
  ],
  [
    "NH,000103,000000,000002,000000",
    { kind: "neutron-background", cps: [103, 0, 2, 0], precision: "truncated", level: "high" },
  ],
  [
    "GS,000071,000061,000065,000080",
    { kind: "gamma-interval", counts: [71, 61, 65, 80], portalAlarm: false },
  ],
  ["GA,000071,000061,000065,000080", { kind: "gamma-interval", counts: [71, 61, 65, 80], portalAlarm: true }],
  [
    "GA,999999,000000,000001,100000",
    { kind: "gamma-interval", counts: [999999, 0, 1, 100000], portalAlarm: true },
  ],
  ["NS,000002,000000,000000,000000", { kind: "neutron-interval", counts: [2, 0, 0, 0], portalAlarm: false }],
  ["NA,000012,000000,000009,000000", { kind: "neutron-interval", counts: [12, 0, 9, 0], portalAlarm: true }],
  [
    "GX,000594,002391,000000,000000",
    { kind: "occupancy-closed", occupancyNumber: 594, neutronBackgroundCps: 2.391 },
  ],
  ["TT,000000,000000,000000,000000", { kind: "tamper", state: "set" }],
  ["TC,111111,111111,111111,111111", { kind: "tamper", state: "cleared" }],
  ["TC,1,1,1,1", { kind: "tamper", state: "cleared" }],
];

const setup: readonly Row[] = [
  [
    "SG1,002000,000068,05,10,05.0,P",
    {
      kind: "setup",
      block: "gamma-1",
      values: {
        highBackgroundFaultCps: 2000,
        lowBackgroundFaultCps: 68,
        windowIntervals: 5,
        holdInIntervals: 10,
        nSigma: 5,
        unknown: "P",
      },
    },
  ],
  [
    "SG2,1111,0.068,4.990,1,1010,1.10.1",
    {
      kind: "setup",
      block: "gamma-2",
      values: {
        detectorsMask: "1111",
        masterLowerDiscriminator: 0.068,
        masterUpperDiscriminator: 4.99,
        relay: "1",
        algorithmMask: "1010",
        version: "1.10.1",
      },
    },
  ],
  [
    "SG3,0.068,4.990,020,04.5,1.10.1",
    {
      kind: "setup",
      block: "gamma-3",
      values: {
        slaveLowerDiscriminator: 0.068,
        slaveUpperDiscriminator: 4.99,
        backgroundTimeInSeconds: 20,
        backgroundSigma: 4.5,
        firmware: "1.10.1",
        unknown: "",
      },
    },
  ],
  [
    "SN1,000100,05,0000047,05.00,03,120",
    {
      kind: "setup",
      block: "neutron-1",
      values: {
        highBackgroundFaultCps: 100,
        maxIntervals: 5,
        alpha: 47,
        zMax: 5,
        sequentialIntervals: 3,
        backgroundTimeInSeconds: 120,
      },
    },
  ],
  [
    "SN2,0.500,4.990,0.510,4.980,P",
    {
      kind: "setup",
      block: "neutron-2",
      values: {
        masterLowerDiscriminator: 0.5,
        masterUpperDiscriminator: 4.99,
        slaveLowerDiscriminator: 0.51,
        slaveUpperDiscriminator: 4.98,
        unknown: "P",
        unknownToo: "",
      },
    },
  ],
];

const extended: readonly Row[] = [
  [
    "NB1,3.80000000,0.00000000,2.61666660,0.00000000",
    { kind: "neutron-background", cps: [3.8, 0, 2.6166666, 0], precision: "exact", level: "normal" },
  ],
  [
    "NC,-5.56666610,0.63818818",
    { kind: "portal-statistic", statistic: "neutron-sprt-increment", values: [-5.5666661, 0.63818818] },
  ],
  [
    "NX,9.50437640,-0.99599343",
    { kind: "portal-statistic", statistic: "neutron-sprt-bounds", values: [9.5043764, -0.99599343] },
  ],
  [
    "NZ,-2.34462261,-2.34462261",
    { kind: "portal-statistic", statistic: "neutron-sprt-value", values: [-2.34462261, -2.34462261] },
  ],
  [
    "AB1,408.55001800,582.75006000,289.75003000,288.39999300",
    { kind: "energy-window-background", cps: [408.550018, 582.75006, 289.75003, 288.399993] },
  ],
  [
    "AR,0.2604,0.3714,0.1847,0.1838",
    { kind: "portal-statistic", statistic: "energy-window-shares", values: [0.2604, 0.3714, 0.1847, 0.1838] },
  ],
  [
    "AC,1.26356136,1.83363091",
    { kind: "portal-statistic", statistic: "energy-window-ratios", values: [1.26356136, 1.83363091] },
  ],
  ["AS,000105,000106,000060,000048", { kind: "energy-window-interval", counts: [105, 106, 60, 48] }],
  [
    "AM,000172,000219,000101,000100",
    { kind: "portal-statistic", statistic: "energy-window-smoothed", values: [172, 219, 101, 100] },
  ],
  [
    "AX, -0.1242,  0.1434,  0.6573,-10.1374,999.9999",
    {
      kind: "portal-statistic",
      statistic: "energy-statistics",
      values: [-0.1242, 0.1434, 0.6573, -10.1374, 999.9999],
    },
  ],
  ["AA,000001,000001,000001,11111A", { kind: "energy-alarm", energyChannel: 1, mask: "11111A" }],
  ["AA,000003,000003,000003,10010A", { kind: "energy-alarm", energyChannel: 3, mask: "10010A" }],
  [
    "RW,000000,000000,000000,000000",
    { kind: "opaque", tag: "RW", fields: ["000000", "000000", "000000", "000000"], known: true },
  ],
];

const speeds: readonly (readonly [line: string, kph: number, valid: boolean])[] = [
  ["SP,0.1419,04.805,007.73,000000", 7.73, true],
  ["SP,0.0347,19.649,031.62,000000", 31.62, true],
  ["SP,0.0185,36.855,059.31,000000", 59.31, true],
  ["SP,0.0164,41.574,066.91,000000", 66.91, false],
  ["SP,0.0070,97.403,156.75,000000", 156.75, false],
  ["SP,0.0025,99.999,160.93,000000", 160.93, false],
  ["SP,0.0000,99.999,160.93,000000", 160.93, false],
  ["SP,0.0000,00.000,000.00,000000", 0, false],
  ["SP,-0.1419,-4.805,-07.73,000000", -7.73, false],
  ["SP,0.1419,09.805,015.78,000000", 15.78, false],
];

const unknown: readonly Row[] = [
  ["ZZ,1,2,3", { kind: "opaque", tag: "ZZ", fields: ["1", "2", "3"], known: false }],
  [
    "Q7X9,hello world,, 12.5",
    { kind: "opaque", tag: "Q7X9", fields: ["hello world", "", " 12.5"], known: false },
  ],
  ["ZZ,", { kind: "opaque", tag: "ZZ", fields: [""], known: false }],
  [`ZZ,${"x".repeat(200)}`, { kind: "opaque", tag: "ZZ", fields: ["x".repeat(200)], known: false }],
  [
    `ZZ${",7".repeat(62)}`,
    { kind: "opaque", tag: "ZZ", fields: new Array<string>(62).fill("7"), known: false },
  ],
];

const rows = [...base, ...setup, ...extended, ...unknown];

describe("records of rapiscan-line", () => {
  it.each(rows)("%s", (line, message) => {
    expect(decodeLine(line)).toStrictEqual({ byteOffset: 0, message });
  });

  it.each(rows)("%s with the time of day", (line, message) => {
    const recordedAt = { kind: "time-of-day", msSinceMidnight: ((9 * 60 + 30) * 60 + 1) * 1000 + 250 };
    expect(decodeLine(`${line},09-30-01.250`)).toStrictEqual({ byteOffset: 0, message, recordedAt });
  });

  it.each(rows)("%s with date and time", (line, message) => {
    const recordedAt = { kind: "instant", at: Date.UTC(2016, 4, 31, 16, 30, 1, 250) };
    const said = decodeLine(`${line},2016-05-31 09:30:01.250 -07`);
    expect(said).toStrictEqual({ byteOffset: 0, message, recordedAt });
  });

  it.each(speeds)("%s is %d km/h, valid: %s", (line, kph, valid) => {
    const [secondsPerFoot, mph] = line.split(",").slice(1, 3).map(Number);
    expect(decodeLine(line)?.message).toStrictEqual({ kind: "speed", secondsPerFoot, mph, kph, valid });
  });

  it("takes the highest speed of a vehicle from the settings", () => {
    const line = "SP,0.0347,19.649,031.62,000000";
    expect(decodeLine(line, { maxSpeedKph: 31.62 })?.message).toMatchObject({ valid: true });
    expect(decodeLine(line, { maxSpeedKph: 31.61 })?.message).toMatchObject({ valid: false });
  });

  it("has a row here for every known tag", () => {
    const tagOf = (line: string): string => line.split(",", 1)[0] ?? "";
    const tried = new Set([...rows.map(([line]) => tagOf(line)), ...speeds.map(([line]) => tagOf(line))]);
    expect([...knownTags, ...opaqueTags].filter((tag) => !tried.has(tag))).toEqual([]);
  });
});
