import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import { type Attachments, attachmentsOf } from "../console/attachments.ts";
import type { AlarmCase } from "../domain/adjudication.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { AlarmId, LaneId } from "../domain/ids.ts";
import { zipPieces } from "../evidence/archive.ts";
import type { PdfFonts } from "../evidence/case-pdf.ts";
import {
  type ArchiveSources,
  archiveFiles,
  caseDocument,
  type EvidenceKind,
  evidenceKinds,
  evidenceName,
} from "../evidence/evidence-files.ts";
import { type RawFrames, readRawFrames } from "../evidence/raw-frames.ts";
import { type EvidencePlace, subjectOfCase } from "../evidence/subject.ts";
import type { Clock, EventLog } from "../ports.ts";
import { alarmIdSchema } from "../wire/scalars.ts";
import { savedAs } from "./console-download.ts";

export interface EvidenceRoutes {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly attachments: Attachments;
  /** On the board or from the history. */
  readonly caseOf: (alarmId: AlarmId) => Promise<AlarmCase | undefined>;
  readonly placeOf: (laneId: LaneId) => EvidencePlace;
  /** Read when the first PDF is asked for. */
  readonly fonts: () => Promise<PdfFonts>;
}

/** Archives being made at one time: each holds a span of raw frames and one attachment. One more is refused. */
export const archivesMax = 4;

/** The documents of an alarm, each made when it is asked for. Behind `requireSession`. */
export const addEvidenceRoutes = (app: FastifyInstance, routes: EvidenceRoutes): void => {
  let archives = 0;
  app.get<{ Params: { alarmId: string; kind: string } }>(
    "/api/alarms/:alarmId/evidence/:kind",
    async (request, reply) => {
      const { kind } = request.params;
      const id = alarmIdSchema.safeParse(request.params.alarmId);
      const alarmCase = id.success ? await routes.caseOf(id.data) : undefined;
      if (alarmCase === undefined || !isEvidenceKind(kind))
        throw new LanewatchError("not-found", "There is no such alarm, or no such document of it.");
      if (kind !== "zip") return answerDocument(reply, routes, { kind, alarmCase });
      if (archives >= archivesMax)
        throw new LanewatchError("too-busy", "Too many archives are being made; try again in a moment.");
      archives += 1;
      // Once, whether it is read to its end or the browser has gone.
      reply.raw.once("close", () => (archives -= 1));
      return answerArchive(reply, routes, alarmCase);
    },
  );
};

const isEvidenceKind = (kind: string): kind is EvidenceKind => Object.hasOwn(evidenceKinds, kind);

const answerDocument = async (
  reply: FastifyReply,
  routes: EvidenceRoutes,
  { kind, alarmCase }: { readonly kind: Exclude<EvidenceKind, "zip">; readonly alarmCase: AlarmCase },
): Promise<FastifyReply> => {
  const { extension, mediaType } = evidenceKinds[kind];
  const subject = subjectOfCase(routes.placeOf(alarmCase.alarm.laneId), alarmCase);
  if (kind === "raw") {
    const { bytes } = await readRawFrames(routes.log, alarmCase);
    return savedAs(reply, { name: `${evidenceName(subject)}.${extension}`, mediaType }).send(
      Buffer.from(bytes),
    );
  }
  const printing = { fonts: await routes.fonts(), printedAt: routes.clock.wall() };
  const { name, bytes } = await caseDocument(kind, subject, printing);
  return savedAs(reply, { name, mediaType }).send(Buffer.from(bytes));
};

const answerArchive = async (
  reply: FastifyReply,
  routes: EvidenceRoutes,
  alarmCase: AlarmCase,
): Promise<FastifyReply> => {
  const { laneId } = alarmCase.alarm;
  const place = routes.placeOf(laneId);
  const sources: ArchiveSources = {
    place,
    alarmCase,
    fonts: await routes.fonts(),
    printedAt: routes.clock.wall(),
    raw: await rawOrNull(routes.log, alarmCase),
    attachments: attachmentsOf(alarmCase),
    readAttachment: (attachment) => routes.attachments.read(laneId, attachment),
  };
  const { extension, mediaType } = evidenceKinds.zip;
  const name = `${evidenceName(subjectOfCase(place, alarmCase))}.${extension}`;
  return savedAs(reply, { name, mediaType }).send(Readable.from(zipPieces(archiveFiles(sources))));
};

/** Null where the log has them no more: the archive says so. */
const rawOrNull = async (log: EventLog, alarmCase: AlarmCase): Promise<RawFrames | null> => {
  try {
    return await readRawFrames(log, alarmCase);
  } catch (cause) {
    if (cause instanceof LanewatchError && cause.code === "not-found") return null;
    throw cause;
  }
};
