import type { Attachment } from "../domain/adjudication.ts";
import { attachmentMediaTypes } from "../domain/adjudication.ts";

type MediaType = Attachment["mediaType"];

/** Signatures that begin such files; null stands for any byte. */
const signatures: Readonly<Record<MediaType, readonly (number | null)[]>> = {
  "image/jpeg": [0xff, 0xd8, 0xff],
  "image/png": [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  "image/webp": [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50],
  "application/pdf": [0x25, 0x50, 0x44, 0x46, 0x2d],
};

/** The media type that a header names, parameters aside; undefined for one that is not taken. */
export const mediaTypeIn = (header: string | undefined): MediaType | undefined => {
  const named = header?.split(";")[0]?.trim().toLowerCase();
  return attachmentMediaTypes.find((mediaType) => mediaType === named);
};

/** Whether the bytes begin as files of this type do. */
export const isOfType = (bytes: Uint8Array, mediaType: MediaType): boolean =>
  signatures[mediaType].every((byte, at) => (byte === null ? at < bytes.length : bytes[at] === byte));

const extensions: Readonly<Record<MediaType, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "application/pdf": "pdf",
};

const nameLengthMax = 100;

/**
 * A file's name without path, control characters, and characters that move or hide text; what else is not a letter,
 * digit or one of ` ._-` becomes `_`. It never begins with a dot, and where nothing is left it is named after its type.
 */
export const cleanName = (said: string, mediaType: MediaType): string => {
  const last = said.normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const name = last
    .replace(/\p{C}/gu, "")
    .replace(/\p{Z}+/gu, " ")
    .replace(/[^\p{L}\p{N} ._-]/gu, "_")
    .replace(/^[ .]+|[ .]+$/g, "");
  // Its end tells more than its beginning. A letter of two code units is not cut in halves.
  const short = name
    .slice(-nameLengthMax)
    .replace(/^[\udc00-\udfff]/, "")
    .replace(/^[ .]+/, "");
  return /[\p{L}\p{N}]/u.test(short) ? short : `attachment.${extensions[mediaType]}`;
};
