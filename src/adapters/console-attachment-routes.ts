import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { type Attachments, attachmentsOf } from "../console/attachments.ts";
import { type AlarmCase, attachmentMediaTypes } from "../domain/adjudication.ts";
import { LanewatchError } from "../domain/errors.ts";
import type { AlarmId } from "../domain/ids.ts";
import { attachmentBytesMax } from "../wire/command.ts";
import { alarmIdSchema, commandIdSchema } from "../wire/scalars.ts";
import { answerDecision } from "./console-alarm-routes.ts";
import { savedAs } from "./console-download.ts";
import { officerOf } from "./console-officer.ts";

export interface AttachmentRoutes {
  readonly attachments: Attachments;
  /** On the board or from the history. */
  readonly caseOf: (alarmId: AlarmId) => Promise<AlarmCase | undefined>;
}

const querySchema = z.object({ name: z.string().max(1000), commandId: commandIdSchema });

/** Files on alarms: what browsers upload, as raw bytes, and have back. Behind `requireSession`. */
export const addAttachmentRoutes = async (app: FastifyInstance, routes: AttachmentRoutes): Promise<void> => {
  await app.register((scope, _options, done) => {
    takeRawBytes(scope);
    scope.post<{ Params: { alarmId: string }; Querystring: unknown }>(
      "/api/alarms/:alarmId/attachments",
      { bodyLimit: attachmentBytesMax },
      async (request, reply) => {
        const query = querySchema.safeParse(request.query);
        if (!query.success)
          throw new LanewatchError("bad-request", "The address names no file, or no command id.");
        const decision = await routes.attachments.store({
          ...query.data,
          alarmId: alarmIdIn(request),
          contentType: request.headers["content-type"],
          bytes: bytesIn(request),
          by: officerOf(request),
        });
        return answerDecision(reply, decision);
      },
    );
    done();
  });
  app.get<{ Params: { alarmId: string; sha256: string } }>(
    "/api/alarms/:alarmId/attachments/:sha256",
    async (request, reply) => {
      const held = await routes.caseOf(alarmIdIn(request));
      const found =
        held === undefined
          ? undefined
          : attachmentsOf(held).find(({ sha256 }) => sha256 === request.params.sha256);
      if (held === undefined || found === undefined)
        throw new LanewatchError("not-found", "There is no such attachment.");
      const bytes = await routes.attachments.read(held.alarm.laneId, found);
      return savedAs(reply, { name: found.name, mediaType: found.mediaType }).send(Buffer.from(bytes));
    },
  );
};

/** Bodies of the types that are taken arrive as they are; others, and longer ones, are refused in our words. */
const takeRawBytes = (scope: FastifyInstance): void => {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser([...attachmentMediaTypes], { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  scope.setErrorHandler((error) => {
    const status =
      typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : 0;
    if (status === 413) throw new LanewatchError("too-large", "An attachment has 10 MB at the most.");
    if (status === 415)
      throw new LanewatchError(
        "attachment-unsuitable",
        "Only JPEG, PNG and WebP pictures and PDF documents can be attached.",
      );
    throw error;
  });
};

const bytesIn = ({ body }: FastifyRequest): Uint8Array => {
  if (body instanceof Uint8Array && body.length > 0) return body;
  throw new LanewatchError("bad-request", "The file is empty.");
};

const alarmIdIn = ({ params }: FastifyRequest<{ Params: { alarmId: string } }>): AlarmId => {
  const id = alarmIdSchema.safeParse(params.alarmId);
  if (id.success) return id.data;
  throw new LanewatchError("not-found", "There is no such alarm.");
};
