import { createHash } from "node:crypto";
import type { AlarmCase, Attachment } from "../domain/adjudication.ts";
import type { WallMs } from "../domain/units.ts";
import { casePdf, type PdfFonts } from "./case-pdf.ts";
import { drawingSvg } from "./drawing-svg.ts";
import { n42Document } from "./n42-writer.ts";
import { profileCsv } from "./profile-csv.ts";
import { profileDrawing } from "./profile-drawing.ts";
import type { RawFrames } from "./raw-frames.ts";
import { type EvidencePlace, type EvidenceSubject, subjectOfCase } from "./subject.ts";
import { compactTime } from "./times.ts";

/** The documents of a case, in the order of the archive. `raw`: what the portal said, for `lanewatch replay`. */
export const evidenceKinds = {
  n42: { extension: "n42", mediaType: "application/xml; charset=utf-8" },
  csv: { extension: "csv", mediaType: "text/csv; charset=utf-8" },
  picture: { extension: "svg", mediaType: "image/svg+xml; charset=utf-8" },
  pdf: { extension: "pdf", mediaType: "application/pdf" },
  raw: { extension: "raw.txt", mediaType: "application/octet-stream" },
  zip: { extension: "zip", mediaType: "application/zip" },
} as const;
export type EvidenceKind = keyof typeof evidenceKinds;

/** `<site>-<lane>-<raisedAt>-<kind>`, of letters, digits and hyphens that every file system takes. */
export const evidenceName = ({ place, laneId, alarms, profile }: EvidenceSubject): string => {
  const [first] = alarms;
  const at = compactTime(first?.alarm.raisedAt ?? profile.startedAt);
  const site = place.siteName
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  const kinds = alarms.map(({ alarm }) => alarm.kind);
  return [...(site === "" ? [] : [site]), laneId, at, ...(kinds.length === 0 ? ["occupancy"] : kinds)].join(
    "-",
  );
};

export interface EvidenceFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const utf8 = new TextEncoder();

/** The documents that are made of the case alone; everything but the PDF is the same bytes each time. */
export const caseDocument = async (
  kind: Exclude<EvidenceKind, "raw" | "zip">,
  subject: EvidenceSubject,
  printing: { readonly fonts: PdfFonts; readonly printedAt: WallMs },
): Promise<EvidenceFile> => {
  const name = `${evidenceName(subject)}.${evidenceKinds[kind].extension}`;
  switch (kind) {
    case "n42":
      return { name, bytes: utf8.encode(n42Document(subject)) };
    case "csv":
      return { name, bytes: utf8.encode(profileCsv(subject)) };
    case "picture":
      return { name, bytes: utf8.encode(drawingSvg(profileDrawing(subject), evidenceName(subject))) };
    case "pdf":
      return { name, bytes: await casePdf(subject, printing) };
  }
};

/** What an archive is made from. Attachments are read one at a time, when their turn comes. */
export interface ArchiveSources {
  readonly place: EvidencePlace;
  readonly alarmCase: AlarmCase;
  readonly fonts: PdfFonts;
  readonly printedAt: WallMs;
  /** Null where the log has the frames no more. */
  readonly raw: RawFrames | null;
  readonly attachments: readonly Attachment[];
  /** Rejects where the attachment cannot be read; the archive then says so and goes on. */
  readonly readAttachment: (attachment: Attachment) => Promise<Uint8Array>;
}

/** What stands in `manifest.json`, the last file of an archive. */
export interface Manifest {
  readonly v: 1;
  readonly softwareVersion: string;
  readonly alarmId: string;
  readonly alarmVersion: number;
  readonly adjudicationVersion: number;
  readonly files: readonly { readonly name: string; readonly sizeBytes: number; readonly sha256: string }[];
  /** What belongs to the case and is not here, in plain sentences. */
  readonly missing: readonly string[];
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The files of a case's archive, the manifest last. At most one attachment is held at a time. */
export const archiveFiles = async function* (sources: ArchiveSources): AsyncGenerator<EvidenceFile, void> {
  const { alarmCase, place, raw } = sources;
  const subject = subjectOfCase(place, alarmCase);
  const listed: Manifest["files"][number][] = [];
  const missing: string[] = [];
  const noted = (file: EvidenceFile): EvidenceFile => {
    listed.push({ name: file.name, sizeBytes: file.bytes.length, sha256: sha256Of(file.bytes) });
    return file;
  };
  yield noted({ name: "case.json", bytes: json(alarmCase) });
  for (const kind of ["n42", "csv", "picture", "pdf"] as const)
    yield noted(await caseDocument(kind, subject, sources));
  if (raw === null) missing.push("The raw frames: the log does not have them any more.");
  else for (const file of rawFiles(evidenceName(subject), raw)) yield noted(file);
  if (raw !== null && raw.holes > 0)
    missing.push(`Raw frames at ${raw.holes} places: the log does not have them.`);
  if (raw?.isCut === true) missing.push("The end of the raw frames: there are more than an archive takes.");
  for (const [at, attachment] of sources.attachments.entries()) {
    const bytes = await sources.readAttachment(attachment).catch(() => null);
    // Two attachments may have the same name.
    if (bytes !== null) yield noted({ name: `attachments/${at + 1}-${attachment.name}`, bytes });
    else
      missing.push(`The attachment ${attachment.name} (SHA-256 ${attachment.sha256}): it could not be read.`);
  }
  const manifest: Manifest = {
    v: 1,
    softwareVersion: place.softwareVersion,
    alarmId: alarmCase.alarm.alarmId,
    alarmVersion: alarmCase.alarm.version,
    adjudicationVersion: alarmCase.adjudication.version,
    files: listed,
    missing,
  };
  yield { name: manifestName, bytes: json(manifest) };
};

export const manifestName = "manifest.json";

const json = (value: unknown): Uint8Array => utf8.encode(`${JSON.stringify(value, null, 2)}\n`);

const rawFiles = (name: string, { bytes, ...place }: RawFrames): readonly EvidenceFile[] => [
  { name: `${name}.${evidenceKinds.raw.extension}`, bytes },
  { name: `${name}.frames.json`, bytes: json(place) },
];
