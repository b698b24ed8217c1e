import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { LanewatchError } from "../domain/errors.ts";
import type { PdfFonts } from "../evidence/case-pdf.ts";
import { plainReason } from "./plain-reason.ts";

/**
 * DejaVu Sans, which has Latin, Cyrillic and Arabic letters.
 * @throws LanewatchError `file-unreadable` where the package is not installed whole.
 */
export const readEvidenceFonts = async (): Promise<PdfFonts> => {
  const font = (name: string): Promise<Uint8Array> =>
    readFile(fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)));
  try {
    const [regular, bold] = await Promise.all([font("DejaVuSans"), font("DejaVuSans-Bold")]);
    return { regular, bold };
  } catch (cause) {
    throw new LanewatchError("file-unreadable", `The fonts cannot be read: ${plainReason(cause)}.`, cause);
  }
};
