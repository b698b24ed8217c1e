import { rapiscanLine } from "../../../drivers/rapiscan-line/driver.ts";
import type { Decoded } from "../../../src/domain/messages.ts";
import { decodeWhole } from "../decoding.ts";

/** The one message of a line as the wire has it, CR LF after it; undefined where there is none. */
export const decodeLine = (line: string, settings: unknown = {}): Decoded | undefined => {
  const said = decodeWhole(
    rapiscanLine.codec(settings),
    Uint8Array.from(Buffer.from(`${line}\r\n`, "latin1")),
  );
  if (said.length > 1) throw new Error(`${said.length} messages of one line`);
  return said[0];
};
