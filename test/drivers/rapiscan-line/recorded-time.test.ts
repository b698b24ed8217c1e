import { describe, expect, it } from "vitest";
import { rapiscanLine } from "../../../drivers/rapiscan-line/driver.ts";
import type { Decoded, RecordedTime } from "../../../src/domain/messages.ts";
import { decodeWhole } from "../decoding.ts";
import { decodeLine } from "./decode-line.ts";

const line = "GS,000071,000061,000065,000080";

const instants: readonly (readonly [text: string, iso: string])[] = [
  ["2016-05-31 09:30:00.899 -07", "2016-05-31T16:30:00.899Z"],
  ["2016-05-31 09:30:00.899 +00", "2016-05-31T09:30:00.899Z"],
  ["2016-05-31 09:30:00.899 -00", "2016-05-31T09:30:00.899Z"],
  ["2016-05-31 09:30:00.899 +14", "2016-05-30T19:30:00.899Z"],
  ["2016-05-31 09:30:00.899 +0530", "2016-05-31T04:00:00.899Z"],
  ["2016-05-31 09:30:00.899 -0330", "2016-05-31T13:00:00.899Z"],
  ["2016-05-31 23:59:59.999 -07", "2016-06-01T06:59:59.999Z"],
  ["2016-12-31 23:59:59.999 -01", "2017-01-01T00:59:59.999Z"],
  ["2016-12-31 23:59:60.000 +00", "2017-01-01T00:00:00.000Z"],
  ["2024-02-29 00:00:00.000 +00", "2024-02-29T00:00:00.000Z"],
  ["2024-03-01 00:00:00.000 +01", "2024-02-29T23:00:00.000Z"],
  ["2023-03-01 00:00:00.000 +01", "2023-02-28T23:00:00.000Z"],
  ["2000-02-29 12:00:00.000 +00", "2000-02-29T12:00:00.000Z"],
  ["2100-03-01 00:00:00.000 +00", "2100-03-01T00:00:00.000Z"],
  ["1970-01-01 00:00:00.000 +00", "1970-01-01T00:00:00.000Z"],
  ["1970-01-01 00:00:00.000 +01", "1969-12-31T23:00:00.000Z"],
  ["2038-01-19 03:14:08.000 +00", "2038-01-19T03:14:08.000Z"],
];

const timesOfDay: readonly (readonly [text: string, msSinceMidnight: number])[] = [
  ["00-00-00.000", 0],
  ["00-00-00.001", 1],
  ["09-30-01.250", 34_201_250],
  ["23-59-59.999", 86_399_999],
];

/** Not a time, so a field too many. */
const noTimes = [
  "24-00-00.000",
  "09-60-00.000",
  "09-30-61.000",
  "9-30-01.250",
  "09-30-01.25",
  "09:30:01.250",
  "09-30-01,250",
  "09-30-01.2x0",
  "2016-05-31 09:30:00.899",
  "2016-05-31 09:30:00.899 -7",
  "2016-05-31 09:30:00.899  07",
  "2016-05-31 09:30:00.899 -15",
  "2016-05-31 09:30:00.899 +0560",
  "2016-05-31T09:30:00.899 -07",
  "2016-05-31 09-30-00.899 -07",
  "2016-05-31 09:30:00.899Z-07",
  "2016-00-31 09:30:00.899 -07",
  "2016-13-31 09:30:00.899 -07",
  "2016-05-00 09:30:00.899 -07",
  "2016-05-32 09:30:00.899 -07",
  "2016-06-31 09:30:00.899 -07",
  "2023-02-29 09:30:00.899 -07",
  "2024-02-30 09:30:00.899 -07",
  "2100-02-29 09:30:00.899 -07",
  "1969-12-31 09:30:00.899 -07",
  "2016/05/31 09:30:00.899 -07",
];

describe("recorded times of rapiscan-line", () => {
  it.each(instants)("%s is %s", (text, iso) => {
    expect(decodeLine(`${line},${text}`)?.recordedAt).toEqual({ kind: "instant", at: Date.parse(iso) });
  });

  it.each(timesOfDay)("%s is %d ms after midnight", (text, msSinceMidnight) => {
    expect(decodeLine(`${line},${text}`)?.recordedAt).toEqual({ kind: "time-of-day", msSinceMidnight });
  });

  it.each(noTimes)("%s is no time", (text) => {
    expect(decodeLine(`${line},${text}`)?.message).toMatchObject({ kind: "undecodable" });
  });

  it("agrees with the calendar on every day of 300 years", () => {
    const days = Array.from({ length: 300 * 366 }, (_, day) => Date.UTC(1970, 0, 1 + day));
    const text = days
      .map((at) => `${line},${new Date(at).toISOString().slice(0, 10)} 00:00:00.000 +00\n`)
      .join("");
    const said = decodeWhole(rapiscanLine.codec({}), Uint8Array.from(Buffer.from(text)));
    const wrong = said.filter(
      ({ recordedAt }, at) => recordedAt?.kind !== "instant" || recordedAt.at !== days[at],
    );
    expect(said).toHaveLength(days.length);
    expect(wrong).toEqual([]);
  });
});

const endOf = (text: string): Decoded | undefined => {
  const said = decodeWhole(rapiscanLine.codec({}), Uint8Array.from(Buffer.from(text)));
  if (said.length > 1) throw new Error("more than one message");
  return said[0];
};

const message = { kind: "gamma-interval", counts: [71, 61, 65, 80], portalAlarm: false };
const timed = (recordedAt: RecordedTime): unknown => ({ byteOffset: 0, message, recordedAt });
const unterminated = expect.objectContaining({ reason: "unterminated" }) as unknown;

describe("the last line of a recording, without line end", () => {
  it("is whole where its columns are of a fixed width", () => {
    expect(endOf(line)).toStrictEqual({ byteOffset: 0, message });
    expect(endOf(`${line}\r`)).toStrictEqual({ byteOffset: 0, message });
  });

  it("is whole with the time of day", () => {
    const recordedAt = { kind: "time-of-day", msSinceMidnight: 34_201_250 } as const;
    expect(endOf(`${line},09-30-01.250`)).toStrictEqual(timed(recordedAt));
    expect(endOf("AC,1.2,3.4,09-30-01.250")?.message).toMatchObject({ values: [1.2, 3.4] });
  });

  it("has no time where the minutes of its zone could be missing", () => {
    expect(endOf(`${line},2016-05-31 09:30:00.899 +05`)).toStrictEqual({ byteOffset: 0, message });
    expect(endOf(`${line},2016-05-31 09:30:00.899 +0530`)).toHaveProperty("recordedAt");
    expect(endOf("AC,1.2,3.4,2016-05-31 09:30:00.899 -07")?.message).toMatchObject({ values: [1.2, 3.4] });
  });

  it.each([
    "AC,1.26356136,1.83363091",
    "AA,000001,000001,000001,11111A",
    "SN2,0.500,4.990,0.500,4.990",
    "ZZ,1,2",
    "GS,000071,000061,000065,00008",
    `${line},`,
    `${line},09-30-01.25`,
    `${line},2016-05-31 09:30:00.899`,
    `${line},2016-05-31 09:30:00.899 +053`,
  ])("%s could have been cut", (text) => {
    expect(endOf(text)?.message).toEqual(unterminated);
  });
});
