import { describe, expect, it } from "vitest";
import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { maxPauseMs, playback } from "../../src/replay/playback.ts";
import { calm, GB, GX } from "../core/frame-life.ts";
import { gathered, piecesOf } from "./pieces.ts";

const codec = rapiscanLine.codec({});

/** Each utterance as its time and its text. */
const played = async (text: string, pieceBytes?: number): Promise<readonly (readonly [number, string])[]> =>
  (await gathered(playback(piecesOf(text, pieceBytes), codec))).map(({ atMs, bytes }) => [
    atMs,
    Buffer.from(bytes).toString("latin1"),
  ]);

const timed = (line: string, time: string): string => `${line},${time}\r\n`;
const dated = (line: string, time: string): string => timed(line, `2016-06-01 ${time} -07`);

describe("a recording is played", () => {
  it.each<[string, string, readonly (readonly [number, string])[]]>([
    [
      "with full times",
      dated(GB, "15:00:00.000") + dated(calm, "15:00:05.000") + dated(GX, "15:00:05.200"),
      [
        [0, `${GB}\r\n`],
        [5000, `${calm}\r\n`],
        [5200, `${GX}\r\n`],
      ],
    ],
    [
      "with times of day, over midnight",
      timed(GB, "23-59-58.000") + timed(calm, "00-00-01.500"),
      [
        [0, `${GB}\r\n`],
        [3500, `${calm}\r\n`],
      ],
    ],
    [
      "without times, by what the records stand for",
      `${GB}\r\n${calm}\r\n${calm}\r\n${GX}\r\n`,
      [
        [0, `${GB}\r\n`],
        [200, `${calm}\r\n`],
        [400, `${calm}\r\n`],
        [400, `${GX}\r\n`],
      ],
    ],
    [
      "with LF alone in the file, as the portal's CRLF",
      `${calm},2016-06-01 15:00:00.000 -07\n`,
      [[0, `${calm}\r\n`]],
    ],
    ["with a last line that lacks its end", dated(calm, "15:00:00.000").trimEnd(), [[0, `${calm}\r\n`]]],
    [
      "with a recorder's clock that was set back",
      dated(calm, "15:00:00.000") + dated(calm, "14:00:00.000") + dated(calm, "14:00:00.200"),
      [
        [0, `${calm}\r\n`],
        [0, `${calm}\r\n`],
        [200, `${calm}\r\n`],
      ],
    ],
    [
      "with its noise, which the portal said too",
      `${dated(calm, "15:00:00.000")}rubbish\r\n${dated(calm, "15:00:00.200")}`,
      [
        [0, `${calm}\r\n`],
        [0, "rubbish\r\n"],
        [200, `${calm}\r\n`],
      ],
    ],
    ["of nothing", "", []],
  ])("%s", async (_, text, expected) => expect(await played(text)).toEqual(expected));

  it("without waiting through a gap of the recorder, or a damaged date", async () => {
    const text =
      dated(calm, "15:00:00.000") +
      dated(calm, "19:00:00.000") +
      timed(calm, "2916-06-01 19:00:00.200 -07") +
      dated(calm, "19:00:00.400");
    expect((await played(text)).map(([atMs]) => atMs)).toEqual([
      0,
      maxPauseMs,
      2 * maxPauseMs,
      2 * maxPauseMs,
    ]);
  });

  it("the same in pieces of any size", async () => {
    const text = dated(GB, "15:00:00.000") + dated(calm, "15:00:05.000") + dated(GX, "15:00:05.200");
    for (let size = 1; size < 40; size += 1) expect(await played(text, size)).toEqual(await played(text));
  });

  it("with all its bytes, also where there is no line end for a megabyte", async () => {
    const noise = "x".repeat(1_000_000);
    const all = await played(`${calm}\r\n${noise}\n${calm}\r\n`);
    expect(all.map(([, text]) => text).join("")).toBe(`${calm}\r\n${noise}\n${calm}\r\n`);
    expect(Math.max(...all.map(([, text]) => text.length))).toBeLessThan(200_000);
  });
});
