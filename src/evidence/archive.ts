import { strFromU8, unzipSync, Zip, ZipDeflate, ZipPassThrough } from "fflate";
import { z } from "zod";
import { LanewatchError } from "../domain/errors.ts";
import { type EvidenceFile, type Manifest, manifestName, sha256Of } from "./evidence-files.ts";

/** ZIP has no time before this; it is written in local time, so that it is the same everywhere. */
const noTime = new Date(1980, 0, 1);

/** Pieces in which a file is handed over, so that a large one does not hold up the process. */
const pieceBytes = 256 * 1024;

/** A ZIP of files as they come, without times of its own: the same files give the same bytes. */
export const zipPieces = async function* (
  files: AsyncIterable<EvidenceFile>,
): AsyncGenerator<Uint8Array, void> {
  const ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, piece) => {
    if (error !== null) failure = error;
    else ready.push(piece);
  });
  const made = function* (): Generator<Uint8Array, void> {
    if (failure !== null) throw failure;
    yield* ready.splice(0);
  };
  for await (const { name, bytes } of files) {
    // Pictures and documents are compressed already.
    const entry = name.startsWith("attachments/")
      ? new ZipPassThrough(name)
      : new ZipDeflate(name, { level: 6 });
    entry.mtime = noTime;
    zip.add(entry);
    for (let at = 0; at === 0 || at < bytes.length; at += pieceBytes) {
      entry.push(bytes.subarray(at, at + pieceBytes), at + pieceBytes >= bytes.length);
      yield* made();
      await turn();
    }
  }
  zip.end();
  yield* made();
};

/** Lets others have their turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const manifestSchema = z.object({
  v: z.literal(1),
  softwareVersion: z.string(),
  alarmId: z.string(),
  alarmVersion: z.number(),
  adjudicationVersion: z.number(),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.number(), sha256: z.string() })),
  missing: z.array(z.string()),
}) satisfies z.ZodType<Manifest>;

/** What an archive turned out to be: whole where `wrong` is empty. */
export interface ArchiveFindings {
  readonly manifest: Manifest;
  /** In plain sentences. */
  readonly wrong: readonly string[];
}

/**
 * Compares an archive with its own manifest.
 * @throws LanewatchError `record-unreadable` no ZIP, or without a manifest that can be read.
 */
export const verifyArchive = (bytes: Uint8Array): ArchiveFindings => {
  const files = unzipped(bytes);
  const manifest = manifestIn(files.get(manifestName));
  const listed = new Set(manifest.files.map(({ name }) => name));
  const changed = manifest.files.flatMap(({ name, sha256 }) => {
    const found = files.get(name);
    if (found === undefined) return [`${name} is missing.`];
    return sha256Of(found) === sha256 ? [] : [`${name} is not what the manifest says.`];
  });
  const strange = [...files.keys()].filter((name) => name !== manifestName && !listed.has(name));
  return { manifest, wrong: [...changed, ...strange.map((name) => `${name} is not in the manifest.`)] };
};

const unzipped = (bytes: Uint8Array): ReadonlyMap<string, Uint8Array> => {
  try {
    return new Map(Object.entries(unzipSync(bytes)));
  } catch (cause) {
    throw new LanewatchError("record-unreadable", "The archive is no ZIP, or is damaged.", cause);
  }
};

const manifestIn = (bytes: Uint8Array | undefined): Manifest => {
  if (bytes === undefined) throw new LanewatchError("record-unreadable", "The archive has no manifest.json.");
  try {
    return manifestSchema.parse(JSON.parse(strFromU8(bytes)));
  } catch (cause) {
    throw new LanewatchError("record-unreadable", "The archive's manifest.json cannot be read.", cause);
  }
};
