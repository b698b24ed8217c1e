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

const isPresent = async (path: string): Promise<boolean> => {
  if (process.platform === "win32") return (await SerialPort.list()).some((port) => port.path === path);
  const found = await stat(path).catch(() => null);
  return found?.isCharacterDevice() ?? false;
};

/**
 * For the start of a program: a device that is missing then is a mistake in the configuration.
 * @throws LanewatchError `serial-port-missing`.
 */
export const probeSerial = async (path: string): Promise<void> => {
  if (!(await isPresent(path)))
    throw new LanewatchError("serial-port-missing", `There is no serial port ${path}.`);
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
  let released = (): void => undefined;
  const gone = new Promise<void>((resolve) => {
    released = resolve;
  });
  // The stream of a closed port does not end by itself. Ended, it still gives what it holds.
  const end = (): void => {
    released();
    port.push(null);
  };
  const closePort = (): void => {
    if (port.isOpen) port.close((error) => error !== null && end());
  };
  const stop = (): void => {
    reason = stoppedReason;
    closePort();
  };

  parser.on("data", (line: string) => {
    if (line !== "" && !sink.bytes(withoutMark(Buffer.from(line, "latin1"), maxLineInBytes))) parser.pause();
  });
  parser.on("end", () => sink.closed(reason));
  port.on("error", (error) => {
    reason = plainReason(error);
    if (port.isOpen) closePort();
    else end();
  });
  port.on("close", (disconnected: Error | null) => {
    if (disconnected !== null) reason = "the serial port vanished";
    end();
  });
  const open = async (): Promise<void> => {
    const present = await isPresent(path);
    if (signal.aborted || !present) {
      released();
      sink.closed(present ? stoppedReason : `there is no serial port ${path}`);
      return;
    }
    port.open((error) => {
      if (error !== null) {
        released();
        sink.closed(plainReason(error));
        return;
      }
      sink.opened(endpointOf(settings));
      port.pipe(guard).pipe(parser);
      if (signal.aborted) stop();
    });
  };
  signal.addEventListener("abort", stop);
  void open();

  return {
    resume: () => parser.resume(),
    release: async () => {
      signal.removeEventListener("abort", stop);
      closePort();
      await gone;
    },
  };
};

/** Reads a serial port. The same port may be connected to again once the iteration has ended. */
export const serialSource = (settings: SerialSettings): ByteSource => ({
  endpoint: endpointOf(settings),
  connect: (signal) => pushedEvents((sink) => openPort(settings, sink, signal)),
});
