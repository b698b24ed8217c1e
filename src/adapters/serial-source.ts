import { stat } from "node:fs/promises";
import { ReadlineParser } from "@serialport/parser-readline";
import { SerialPort } from "serialport";
import { LanewatchError } from "../domain/errors.ts";
import type { SerialSettings } from "../edge/source-settings.ts";
import { endpointOf } from "../edge/source-settings.ts";
import type { ByteSource } from "../ports.ts";
import { lineLengthGuard, maxLineInBytes, withoutMark } from "./line-length-guard.ts";
import { plainReason, stoppedReason } from "./plain-reason.ts";
import type { EventSink, Pushing } from "./pushed-events.ts";
import { pushedEvents } from "./pushed-events.ts";

const vanishedReason = "the serial port vanished";
/** How often a port that is open is looked for. */
const presenceCheckInMs = 500;

/** Which device a path leads to at the moment, null where it leads to none: another plug, another answer. */
const deviceAt = async (path: string): Promise<string | null> => {
  // Windows has no file to ask about: there, opening the port tells.
  if (process.platform === "win32") return path;
  const found = await stat(path).catch(() => null);
  return found?.isCharacterDevice() === true ? `${found.dev}:${found.ino}:${found.rdev}` : null;
};

/**
 * For the start of a program: a device that is missing then is a mistake in the configuration.
 * @throws LanewatchError `serial-port-missing`.
 */
export const probeSerial = async (path: string): Promise<void> => {
  if ((await deviceAt(path)) === null)
    throw new LanewatchError("serial-port-missing", `There is no serial port ${path}.`);
};

/**
 * Calls `onGone` when the path no longer leads to `device`. A port that is pulled out during a read can leave serialport
 * reading nothing over and over without an event (@serialport/bindings-cpp 13 repeats reads of zero bytes), so whether
 * the device is there is asked of the file system too. On Windows a pulled port fails its reads.
 */
const watchPresence = (path: string, device: string, onGone: () => void): NodeJS.Timeout => {
  const check = async (): Promise<void> => {
    if ((await deviceAt(path)) !== device) onGone();
  };
  return setInterval(() => void check(), presenceCheckInMs);
};

/**
 * port → guard → line parser → sink. Lines come out with their line feeds, so that put together they are the bytes that
 * arrived; what has no line feed yet comes out when the port closes.
 */
const openPort = (settings: SerialSettings, sink: EventSink, signal: AbortSignal): Pushing => {
  const { path, baudRate, dataBits, parity, stopBits } = settings;
  const port = new SerialPort({ path, baudRate, dataBits, parity, stopBits, autoOpen: false });
  const guard = lineLengthGuard(maxLineInBytes);
  // Latin-1 keeps every byte; the parser's own default, UTF-8, does not. Object mode keeps lines apart.
  const parser = new ReadlineParser({ includeDelimiter: true, encoding: "latin1", readableObjectMode: true });
  let reason = "the serial port was closed";
  let watch: NodeJS.Timeout | undefined;
  let released = (): void => undefined;
  const gone = new Promise<void>((resolve) => {
    released = resolve;
  });
  // The stream of a closed port does not end by itself. Ended, it still gives what it holds.
  const end = (): void => {
    clearInterval(watch);
    released();
    port.push(null);
  };
  const close = (why: string): void => {
    if (!port.isOpen) return;
    reason = why;
    port.close((error) => error !== null && end());
  };
  const stop = (): void => close(stoppedReason);
  const refuse = (why: string): void => {
    released();
    sink.closed(why);
  };

  parser.on("data", (line: string) => {
    if (line !== "" && !sink.bytes(withoutMark(Buffer.from(line, "latin1"), maxLineInBytes))) parser.pause();
  });
  parser.on("end", () => sink.closed(reason));
  port.on("error", (error) => {
    if (port.isOpen) close(plainReason(error));
    else end();
  });
  port.on("close", (disconnected: Error | null) => {
    if (disconnected !== null) reason = vanishedReason;
    end();
  });
  const open = async (): Promise<void> => {
    const device = await deviceAt(path);
    if (signal.aborted || device === null) {
      refuse(signal.aborted ? stoppedReason : `there is no serial port ${path}`);
      return;
    }
    port.open((error) => {
      if (error !== null) {
        refuse(plainReason(error));
        return;
      }
      sink.opened(endpointOf(settings));
      port.pipe(guard).pipe(parser);
      watch = watchPresence(path, device, () => close(vanishedReason));
      if (signal.aborted) stop();
    });
  };
  signal.addEventListener("abort", stop);
  void open();

  return {
    resume: () => parser.resume(),
    release: async () => {
      signal.removeEventListener("abort", stop);
      stop();
      await gone;
    },
  };
};

/** Reads a serial port. The same port may be connected to again once the iteration has ended. */
export const serialSource = (settings: SerialSettings): ByteSource => ({
  endpoint: endpointOf(settings),
  connect: (signal) => pushedEvents((sink) => openPort(settings, sink, signal)),
});
