import { mkdtemp, rm, symlink } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as nodePty from "@lydell/node-pty";

/** What node-pty exports beside what its types tell. */
interface OpenedPty {
  readonly master: Socket;
  readonly slave: Socket;
  readonly ptsName: string;
  on(event: "error", listener: (error: Error) => void): void;
}
const { open: openPty } = nodePty as unknown as { open: (options: { encoding: null }) => OpenedPty };

/** A portal on a serial line of its own: what is said here comes out of the serial port at `path`. */
export interface PseudoTerminal {
  readonly path: string;
  /** To be called once the port is open: the library's own reader of the line's other end takes bytes away. */
  portIsOpen(): void;
  say(bytes: Uint8Array | string): Promise<void>;
  /** Pulls the plug. */
  readonly vanish: () => Promise<void>;
}

export const pseudoTerminal = (): PseudoTerminal => {
  const pty = openPty({ encoding: null });
  pty.on("error", () => undefined);
  pty.slave.on("error", () => undefined);
  return {
    path: pty.ptsName,
    portIsOpen: () => void pty.slave.destroy(),
    say: (bytes) =>
      new Promise((resolve, reject) => {
        pty.master.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    vanish: () =>
      new Promise((resolve) => {
        pty.slave.destroy();
        pty.master.once("close", () => resolve());
        pty.master.destroy();
      }),
  };
};

/** A path that stays while the devices behind it come and go, as `/dev/serial/by-id` has them. */
export const deviceLink = async (): Promise<{
  readonly path: string;
  pointTo(device: string | null): Promise<void>;
  readonly remove: () => Promise<void>;
}> => {
  const folder = await mkdtemp(join(tmpdir(), "lanewatch-serial-"));
  const path = join(folder, "portal");
  return {
    path,
    pointTo: async (device) => {
      await rm(path, { force: true });
      if (device !== null) await symlink(device, path);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
