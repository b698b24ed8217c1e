import { afterEach, describe, expect, it } from "vitest";
import { maxLineInBytes } from "../../src/adapters/line-length-guard.ts";
import { probeSerial, serialSource } from "../../src/adapters/serial-source.ts";
import { sourceSettingsSchema } from "../../src/edge/source-settings.ts";
import type { ByteSource } from "../../src/ports.ts";
import type { PseudoTerminal } from "./pseudo-terminal.ts";
import { deviceLink, pseudoTerminal } from "./pseudo-terminal.ts";
import type { SourceRecorder } from "./source-recorder.ts";
import {
  hasBytes,
  isOpen,
  randomBytes,
  randomPieces,
  recordSource,
  seededChance,
} from "./source-recorder.ts";

const portals = new Set<PseudoTerminal>();

afterEach(async () => {
  await Promise.all([...portals].map((portal) => portal.vanish()));
  portals.clear();
});

const newPortal = (): PseudoTerminal => {
  const portal = pseudoTerminal();
  portals.add(portal);
  return portal;
};

const vanish = async (portal: PseudoTerminal): Promise<void> => {
  portals.delete(portal);
  await portal.vanish();
};

const sourceAt = (path: string): ByteSource => {
  const settings = sourceSettingsSchema.parse({ kind: "serial", path });
  if (settings.kind !== "serial") throw new Error("not serial");
  return serialSource(settings);
};

const opened = async (portal: PseudoTerminal, path = portal.path): Promise<SourceRecorder> => {
  const recorder = recordSource(sourceAt(path));
  await recorder.until(isOpen);
  portal.portIsOpen();
  return recorder;
};

/** Says bytes no faster than they are taken: what a pseudo-terminal has no room for stops its writer, and so us. */
const sayAll = async (
  portal: PseudoTerminal,
  pieces: Iterable<Uint8Array>,
  recorder: SourceRecorder,
): Promise<void> => {
  let said = 0;
  for (const piece of pieces) {
    await portal.say(piece);
    said += piece.length;
    await recorder.until(hasBytes(said - maxLineInBytes));
  }
};

const pieces = function* (bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += length) yield bytes.subarray(from, from + length);
};

const text = (recorder: SourceRecorder): string => Buffer.from(recorder.bytes()).toString("latin1");

describe("serialSource", () => {
  it("gives lines as they were said, line ends and all", async () => {
    const portal = newPortal();
    const recorder = await opened(portal);
    const said = "NB,000002,000002,000000,000000\r\nGB,000391,000384,000423,000429\r\n\n\r\n";
    await portal.say(said);
    await recorder.until(hasBytes(said.length));
    recorder.stop();
    expect(await recorder.ended).toBe("the edge agent was stopped");
    expect(text(recorder)).toBe(said);
    expect(recorder.events[0]).toEqual({ kind: "opened", endpoint: `serial ${portal.path} 9600 8N1` });
  });

  it("says so when there is no such device", async () => {
    const recorder = recordSource(sourceAt("/dev/no-such-port"));
    expect(await recorder.ended).toBe("there is no serial port /dev/no-such-port");
    expect(recorder.events).toHaveLength(1);
  });

  it("says so when the path is no serial device", async () => {
    const recorder = recordSource(sourceAt("/dev/null"));
    expect(await recorder.ended).not.toBe("");
    expect(recorder.events).toHaveLength(1);
  });

  it("gives half a line when the port vanishes, and the next device at the same path from its first byte", async () => {
    const link = await deviceLink();
    const first = newPortal();
    await link.pointTo(first.path);
    const before = await opened(first, link.path);
    await first.say("GS,000071,000061,000065,000080\r\nGS,0000");
    await before.until(hasBytes(32));
    await vanish(first);
    expect(await before.ended).toBe("the serial port vanished");
    expect(text(before)).toBe("GS,000071,000061,000065,000080\r\nGS,0000");

    await link.pointTo(null);
    expect(await recordSource(sourceAt(link.path)).ended).toBe(`there is no serial port ${link.path}`);

    const second = newPortal();
    await link.pointTo(second.path);
    const after = await opened(second, link.path);
    await second.say("GX,000594,002391,000000,000000\r\n");
    await after.until(hasBytes(32));
    after.stop();
    await after.ended;
    expect(text(after)).toBe("GX,000594,002391,000000,000000\r\n");
    await link.remove();
  });

  it("gives half a line when it is told to stop", async () => {
    const portal = newPortal();
    const recorder = await opened(portal);
    await portal.say("GS,000071\r\nGS,0000");
    await recorder.until(hasBytes(11));
    recorder.stop();
    await recorder.ended;
    expect(text(recorder)).toBe("GS,000071\r\nGS,0000");
  });

  it("opens the same port again after it was left in the middle", async () => {
    const portal = newPortal();
    for await (const event of sourceAt(portal.path).connect(new AbortController().signal)) {
      expect(event.kind).toBe("opened");
      break;
    }
    const recorder = await opened(portal);
    await portal.say("GS,000071\r\n");
    await recorder.until(hasBytes(11));
    recorder.stop();
    await recorder.ended;
  });

  it.each([4, 5, 6])("gives random bytes in random pieces exactly (seed %i)", async (seed) => {
    const chance = seededChance(seed);
    const sent = Buffer.concat([randomBytes(40_000, chance), Buffer.from("\n")]);
    const portal = newPortal();
    const recorder = await opened(portal);
    await sayAll(portal, randomPieces(sent, 700, chance), recorder);
    await recorder.until(hasBytes(sent.length));
    recorder.stop();
    await recorder.ended;
    expect(Buffer.compare(recorder.bytes(), sent)).toBe(0);
  });

  it("gives a line of 1 MB unchanged, in pieces of 1,024 bytes", async () => {
    const line = Buffer.concat([Buffer.alloc(1_048_577, "x"), Buffer.from("\r\nGS,000071\r\n")]);
    const portal = newPortal();
    const recorder = await opened(portal);
    await sayAll(portal, pieces(line, 2_000), recorder);
    await recorder.until(hasBytes(line.length));
    recorder.stop();
    await recorder.ended;
    expect(Buffer.compare(recorder.bytes(), line)).toBe(0);
    const lengths = recorder.events.flatMap((event) => (event.kind === "bytes" ? [event.bytes.length] : []));
    expect(lengths.slice(0, -2).every((length) => length === 1_024)).toBe(true);
    expect(lengths.slice(-2)).toEqual([3, 11]);
  });
});

describe("probeSerial", () => {
  it("passes a device that is there", async () => {
    await expect(probeSerial(newPortal().path)).resolves.toBeUndefined();
  });

  it.each(["/dev/no-such-port", "/etc/hostname", "/"])("refuses %s with one sentence", async (path) => {
    await expect(probeSerial(path)).rejects.toMatchObject({
      code: "serial-port-missing",
      message: `There is no serial port ${path}.`,
    });
  });
});
