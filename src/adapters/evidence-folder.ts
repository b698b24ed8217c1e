import { mkdir, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { LanewatchError } from "../domain/errors.ts";
import { plainReason } from "./plain-reason.ts";

/** A folder that takes documents, one a passage. */
export interface EvidenceFolder {
  /** Writes `<name>-0001.<extension>`, over what is there. @throws LanewatchError `file-unwritable`. */
  readonly write: (document: {
    /** Of the recording: its path and extension are left out. */
    readonly name: string;
    /** From 1. */
    readonly number: number;
    readonly extension: string;
    readonly text: string;
  }) => Promise<void>;
}

/** Makes the folder where it is missing. @throws LanewatchError `file-unwritable`. */
export const openEvidenceFolder = async (path: string): Promise<EvidenceFolder> => {
  await orUnwritable(path, () => mkdir(path, { recursive: true }));
  return {
    write: async ({ name, number, extension, text }) => {
      const stem = basename(name, extname(name));
      const file = join(path, `${stem}-${String(number).padStart(4, "0")}.${extension}`);
      await orUnwritable(file, () => writeFile(file, text));
    },
  };
};

const orUnwritable = async (path: string, act: () => Promise<unknown>): Promise<void> => {
  try {
    await act();
  } catch (cause) {
    throw new LanewatchError("file-unwritable", `${path} cannot be written: ${plainReason(cause)}.`, cause);
  }
};
