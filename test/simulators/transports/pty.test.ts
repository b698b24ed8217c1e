import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SerialPort } from "serialport";
import { afterAll, describe, expect, it } from "vitest";
import { portalEmissions } from "../../../simulators/portals/rapiscan-portal.ts";
import { startSimulation } from "../../../simulators/run.ts";
import { parseScenario } from "../../../simulators/scenario.ts";
import { openPtyTransport } from "../../../simulators/transports/pty.ts";
import { calmLane, wireOf } from "../lanes.ts";

const folder = mkdtempSync(join(tmpdir(), "lanewatch-pty-"));
afterAll(() => rmSync(folder, { recursive: true }));

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
};
const openSerial = (path: string): Promise<SerialPort> =>
  new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: 9600 }, (error) =>
      error === null ? resolve(port) : reject(error),
    );
  });
const closeSerial = (port: SerialPort): Promise<void> =>
  new Promise((resolve) => port.close(() => resolve()));
const collect = (port: SerialPort): Buffer[] => {
  const chunks: Buffer[] = [];
  port.on("data", (chunk: Buffer) => chunks.push(chunk));
  return chunks;
};
const noProblem = (message: string): void => expect.unreachable(message);

describe("a portal on a pseudo-terminal", () => {
  it("delivers exactly the generator's bytes to a real serial port", async () => {
    const link = join(folder, "exact.pty");
    const transport = openPtyTransport({ link, baud: 921_600, speed: 10, onProblem: noProblem });
    const port = await openSerial(link);
    const chunks = collect(port);
    const wire = Buffer.concat([
      wireOf(portalEmissions(calmLane({ vehicles: [{ atS: 10, load: "granite" }], durationS: 300 }))),
      // Control characters a terminal would eat or answer.
      Buffer.from([0, 3, 4, 10, 13, 17, 19, 26, 28, 127, 255, 10]),
    ]);
    for (let at = 0; at < wire.length; at += 700) transport.send(wire.subarray(at, at + 700));
    await until(() => Buffer.concat(chunks).length >= wire.length);
    expect(Buffer.concat(chunks).equals(wire)).toBe(true);
    await closeSerial(port);
    await transport.close();
    expect(existsSync(link)).toBe(false);
  });

  it("keeps the pace of its baud rate", async () => {
    const link = join(folder, "pace.pty");
    const transport = openPtyTransport({ link, baud: 9600, speed: 1, onProblem: noProblem });
    const port = await openSerial(link);
    const chunks = collect(port);
    const startedAtMs = performance.now();
    transport.send(Buffer.alloc(480, "x"));
    await until(() => Buffer.concat(chunks).length === 480);
    const tookMs = performance.now() - startedAtMs;
    expect(tookMs).toBeGreaterThan(490);
    expect(tookMs).toBeLessThan(800);
    await closeSerial(port);
    await transport.close();
  });

  it("drops what it says while nobody has it open, before and between readers", async () => {
    const link = join(folder, "drop.pty");
    const transport = openPtyTransport({ link, baud: 921_600, speed: 1, onProblem: noProblem });
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
    transport.send(Buffer.from("before\r\n"));
    await pause();
    for (const word of ["first\r\n", "second\r\n"]) {
      const port = await openSerial(link);
      const chunks = collect(port);
      transport.send(Buffer.from(word));
      await until(() => Buffer.concat(chunks).length >= word.length);
      expect(Buffer.concat(chunks).toString()).toBe(word);
      await closeSerial(port);
      transport.send(Buffer.from("between\r\n"));
      await pause();
    }
    await transport.close();
  });

  // Read by descriptor: the serialport package reads a hung-up terminal over and over when it was not just waiting for it.
  it("comes and goes with its link", async () => {
    const link = join(folder, "link.pty");
    const transport = openPtyTransport({ link, baud: 9600, speed: 1, onProblem: noProblem });
    const reader = openSync(link, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const read = (): number => readSync(reader, Buffer.alloc(16));
    expect(read).toThrow(/EAGAIN/);
    transport.setLink(false);
    expect(read()).toBe(0);
    closeSync(reader);
    expect(existsSync(link)).toBe(false);
    transport.setLink(true);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    await transport.close();
    await transport.close();
    expect(existsSync(link)).toBe(false);
  });

  it("does not replace a file that is not a link", () => {
    const link = join(folder, "file.txt");
    writeFileSync(link, "mine");
    expect(() => openPtyTransport({ link, baud: 9600, speed: 1, onProblem: noProblem })).toThrow(/EEXIST/);
  });

  it("runs a scenario", async () => {
    const link = join(folder, "scenario.pty");
    const scenario = parseScenario({ speed: 20, lanes: [{ id: "a", transport: { kind: "pty", link } }] });
    const simulation = await startSimulation(scenario);
    expect(simulation.endpoints).toEqual([
      { laneId: "a", endpoint: { kind: "pty", path: link, baud: 9600 } },
    ]);
    const port = await openSerial(link);
    const chunks = collect(port);
    await until(() => Buffer.concat(chunks).includes("\nAR,"));
    await closeSerial(port);
    await simulation.stop();
    expect(existsSync(link)).toBe(false);
  });
});
