import { driverOf } from "../../drivers/registry.ts";
import { tcpPlaybackLine } from "../adapters/playback-server.ts";
import { openRecordingFile } from "../adapters/recording-file.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { LanewatchError } from "../domain/errors.ts";
import { playback } from "../replay/playback.ts";
import { play } from "../replay/playing.ts";
import { ptyPlaybackLine } from "./pty-playback-line.ts";

export type ServeTarget = { readonly kind: "tcp"; readonly port: number } | { readonly kind: "pty" };

export interface ServeOptions {
  readonly files: readonly string[];
  readonly driver: string;
  readonly to: ServeTarget;
  /** 1 is the portal's own pace; infinite is as fast as the listener takes it. */
  readonly speed: number;
  readonly print: (lines: readonly string[]) => void;
}

/** Plays one recording out as the portal spoke it, to whoever listens. Nothing is played while nobody does. */
export const serve = async (options: ServeOptions, signal: AbortSignal): Promise<void> => {
  const [file] = options.files;
  if (file === undefined || options.files.length > 1) {
    throw new LanewatchError("bad-arguments", "--serve plays exactly one recording.");
  }
  const driver = driverOf(options.driver);
  if (driver === undefined)
    throw new LanewatchError("bad-arguments", `There is no driver ${options.driver}.`);
  const recording = await openRecordingFile(file);
  const line = options.to.kind === "tcp" ? await tcpPlaybackLine(options.to.port) : ptyPlaybackLine();
  try {
    options.print([`${recording.name} is played on ${line.endpoint} as soon as somebody listens.`]);
    await play(
      playback(recording.chunks, driver.codec({})),
      line,
      { speed: options.speed, clock: systemClock },
      signal,
    );
  } finally {
    await line.close();
  }
};
