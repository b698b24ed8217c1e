import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rapiscanLine } from "../../../drivers/rapiscan-line/driver.ts";
import type { Decoded, Message } from "../../../src/domain/messages.ts";
import { decodeWhole } from "../decoding.ts";

/** Recordings of a real portal. They are not part of the project. */
const folder = join(import.meta.dirname, "..", "..", "..", "..", "shared", "data", "rapiscan");
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".csv")) : [];

/** The tag that a message came from; only the message counts, not its bytes. */
const tagOf = (message: Message): string => {
  switch (message.kind) {
    case "gamma-background":
      return { normal: "GB", high: "GH", low: "GL" }[message.level];
    case "neutron-background":
      return message.precision === "exact" ? "NB1" : { normal: "NB", high: "NH" }[message.level];
    case "energy-window-background":
      return "AB1";
    case "gamma-interval":
      return message.portalAlarm ? "GA" : "GS";
    case "neutron-interval":
      return message.portalAlarm ? "NA" : "NS";
    case "energy-window-interval":
      return "AS";
    case "energy-alarm":
      return "AA";
    case "speed":
      return "SP";
    case "occupancy-closed":
      return "GX";
    case "tamper":
      return { set: "TT", cleared: "TC" }[message.state];
    case "setup":
      return { "gamma-1": "SG1", "gamma-2": "SG2", "gamma-3": "SG3", "neutron-1": "SN1", "neutron-2": "SN2" }[
        message.block
      ];
    case "portal-statistic":
      return {
        "neutron-sprt-increment": "NC",
        "neutron-sprt-bounds": "NX",
        "neutron-sprt-value": "NZ",
        "energy-window-shares": "AR",
        "energy-window-ratios": "AC",
        "energy-window-smoothed": "AM",
        "energy-statistics": "AX",
      }[message.statistic];
    case "opaque":
      return message.tag;
    case "undecodable":
      return `undecodable: ${message.reason}`;
  }
};

const countOf = (tags: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const tag of [...tags].sort()) counts[tag] = (counts[tag] ?? 0) + 1;
  return counts;
};

const instantOf = ({ recordedAt }: Decoded): number =>
  recordedAt?.kind === "instant" ? recordedAt.at : Number.NaN;

if (names.length === 0) {
  describe("recordings of a real portal", () => {
    it.skip(`skipped: there are no recordings in ${folder}`, () => undefined);
  });
} else {
  describe.each(names)("the recording %s", (name) => {
    const bytes = Uint8Array.from(readFileSync(join(folder, name)));
    const lines = Buffer.from(bytes)
      .toString("latin1")
      .split(/\r?\n/)
      .filter((line) => line !== "");
    const said = decodeWhole(rapiscanLine.codec({}), bytes);

    it("decodes every line, and as many of each tag as the file has", () => {
      expect(said).toHaveLength(lines.length);
      expect(countOf(said.map(({ message }) => tagOf(message)))).toEqual(
        countOf(lines.map((line) => line.split(",", 1)[0] ?? "")),
      );
    });

    it("gives the counts of every gamma interval", () => {
      const counts = said.flatMap(({ message }) =>
        message.kind === "gamma-interval" ? [message.counts] : [],
      );
      const written = lines
        .filter((line) => /^G[SA],/.test(line))
        .map((line) => line.split(",").slice(1, 5).map(Number));
      expect(counts).toEqual(written);
    });

    it("gives every line the time that was recorded", () => {
      const written = lines.map((line) => {
        const [, date = "", time = "", zone = ""] = /,(\d{4}-\d\d-\d\d) (\S+) (\S+)$/.exec(line) ?? [];
        return Date.parse(`${date}T${time}${zone}:00`);
      });
      expect(said.map(instantOf)).toEqual(written);
    });

    it("knows the meaning of every tag but RW", () => {
      const opaque = said.flatMap(({ message }) => (message.kind === "opaque" ? [message] : []));
      expect(new Set(opaque.map(({ tag }) => tag))).toEqual(new Set(["RW"]));
      expect(opaque.every(({ known }) => known)).toBe(true);
    });
  });
}
