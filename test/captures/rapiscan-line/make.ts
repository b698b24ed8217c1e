/**
 * Writes the simulated captures of this folder anew: `npx tsx test/captures/rapiscan-line/make.ts`. Each is what one
 * simulated portal says from a printed seed, in wire form or as a recorder would have kept it. `every-record.txt` is
 * written by hand and not touched. Afterwards `npx vitest run test/drivers -u` writes the goldens anew: review them.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { portalEmissions } from "../../../simulators/portals/rapiscan-portal.ts";
import { parseScenario } from "../../../simulators/scenario.ts";

/** What follows a line that was received at this time: its end, or what a recorder puts before it. */
type Recorder = (receivedAtMs: number) => string;

interface SimulatedCapture {
  readonly name: string;
  readonly seed: number;
  readonly durationS: number;
  /** The lane as a scenario says it, without its identity and transport. */
  readonly lane: Readonly<Record<string, unknown>>;
  /** Undefined: the bytes of the wire. */
  readonly recorder?: Recorder;
}

const digits = (value: number, width: number): string => String(value).padStart(width, "0");

/** `,HH-MM-SS.mmm` on a day that began at second 0 of the simulation less `startedInMs`. */
const timeOfDay =
  (startedInMs: number): Recorder =>
  (receivedAtMs) => {
    const ms = Math.round(startedInMs + receivedAtMs) % 86_400_000;
    const [hours, minutes] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60];
    const [seconds, rest] = [Math.floor(ms / 1000) % 60, ms % 1000];
    return `,${digits(hours, 2)}-${digits(minutes, 2)}-${digits(seconds, 2)}.${digits(rest, 3)}`;
  };

/** `,YYYY-MM-DD HH:MM:SS.mmm -07`. */
const dateTime =
  (startedAtMs: number): Recorder =>
  (receivedAtMs) => {
    const local = new Date(Math.round(startedAtMs + receivedAtMs) - 7 * 3_600_000).toISOString();
    return `,${local.slice(0, 10)} ${local.slice(11, 23)} -07`;
  };

const captures: readonly SimulatedCapture[] = [
  {
    name: "base-wire",
    seed: 101,
    durationS: 32,
    lane: { firmware: "base", vehicles: [{ atS: 9, load: "granite" }] },
  },
  {
    name: "extended-wire",
    seed: 102,
    durationS: 32,
    lane: { firmware: "extended", vehicles: [{ atS: 9, load: "potash", strength: 2 }] },
  },
  {
    name: "base-time-of-day",
    seed: 103,
    durationS: 32,
    lane: { firmware: "base", vehicles: [{ atS: 9, load: "252Cf" }] },
    recorder: timeOfDay(Date.UTC(1970, 0, 1, 23, 59, 46)),
  },
  {
    name: "extended-date-time",
    seed: 104,
    durationS: 32,
    lane: { firmware: "extended", vehicles: [{ atS: 9, load: "131I" }] },
    recorder: dateTime(Date.UTC(2024, 1, 29, 6, 59, 46)),
  },
  {
    name: "faults-wire",
    seed: 105,
    durationS: 64,
    lane: {
      firmware: "base",
      vehicles: [{ atS: 8, load: "nothing" }],
      faults: [
        { kind: "tamper", atS: 3, durationS: 2 },
        { kind: "noise-bytes", atS: 10.05, count: 64 },
        { kind: "half-line", atS: 12, count: 3 },
        { kind: "dead-panel", atS: 22, durationS: 16, panel: 1 },
        { kind: "wrong-baud", atS: 40, durationS: 6 },
        { kind: "megabyte-line", atS: 49, count: 600 },
        { kind: "power-cycle", atS: 52, durationS: 4 },
      ],
    },
  },
];

const bytesOf = ({ seed, durationS, lane, recorder }: SimulatedCapture): Buffer => {
  const transport = { kind: "tcp", port: 0 };
  const identity = { id: "capture", transport, arrivalsPerHour: 0 };
  const scenario = parseScenario({ seed, durationS, lanes: [{ ...identity, ...lane }] });
  const parts: Buffer[] = [];
  for (const each of scenario.lanes) {
    for (const emission of portalEmissions(each.lane)) {
      if (emission.kind !== "bytes") continue;
      const wire = Buffer.from(emission.bytes);
      if (recorder === undefined) parts.push(wire);
      else
        parts.push(
          Buffer.from(`${wire.toString("latin1").trimEnd()}${recorder(emission.atMs)}\r\n`, "latin1"),
        );
    }
  }
  return Buffer.concat(parts);
};

for (const capture of captures) {
  const bytes = bytesOf(capture);
  writeFileSync(join(import.meta.dirname, `${capture.name}.txt`), bytes);
  process.stdout.write(`${capture.name}: seed ${capture.seed}, ${bytes.length} bytes\n`);
}
