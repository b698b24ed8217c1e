/**
 * A process of its own over a spool: `spool.child.ts MODE DIRECTORY BOOT`. Each line it prints is one JSON value,
 * written at once. `append` never ends; it is killed.
 */
import { writeSync } from "node:fs";
import { openSpool } from "../../src/adapters/spool.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { LanewatchError } from "../../src/domain/errors.ts";
import { bootId, laneId } from "../../src/domain/ids.ts";
import { frameStamp } from "../../src/edge/frame-stamp.ts";
import { spoolSettingsSchema } from "../../src/edge/spool-settings.ts";

const tell = (value: unknown): number => writeSync(1, `${JSON.stringify(value)}\n`);

const [mode, directory = "", boot = "00000000"] = process.argv.slice(2);
try {
  const settings = spoolSettingsSchema.parse({ directory, segmentBytes: 65_536, minFreeBytes: 0 });
  const spool = await openSpool(settings, systemClock);
  if (mode === "append") {
    const keepAppending = async (_: unknown, index: number): Promise<void> => {
      const lane = laneId(`lane-${index}`);
      const stamp = frameStamp({ laneId: lane, bootId: bootId(boot), clock: systemClock });
      for (;;) {
        const frames = [1, 2, 3].map(() => stamp({ kind: "bytes", bytes: Buffer.from("GS,000071\r\n") }));
        await spool.append(frames);
        tell(frames.map(({ sequence }) => `${boot}/${lane}/${sequence}`));
      }
    };
    await Promise.all(Array.from({ length: 8 }, keepAppending));
  } else {
    tell("opened");
    await spool.close();
  }
} catch (cause) {
  tell(cause instanceof LanewatchError ? cause.code : String(cause));
  process.exitCode = 1;
}
