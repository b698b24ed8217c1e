import { inflateSync } from "node:zlib";
import fastify from "fastify";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addAttachmentRoutes } from "../../src/adapters/console-attachment-routes.ts";
import { addEvidenceRoutes } from "../../src/adapters/console-evidence-routes.ts";
import { requireSession } from "../../src/adapters/console-officer.ts";
import { answerError } from "../../src/adapters/console-reply.ts";
import { addSessionRoutes } from "../../src/adapters/console-session-routes.ts";
import { readEvidenceFonts } from "../../src/adapters/evidence-fonts.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { replyToThrown } from "../../src/console/error-body.ts";
import { verifyArchive } from "../../src/evidence/archive.ts";
import { countsOfN42 } from "../../src/evidence/n42-counts.ts";
import { readN42 } from "../../src/evidence/n42-reader.ts";
import { encodeFrame } from "../../src/wire/frame.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import { attachmentBytesMax } from "../../src/wire/command.ts";
import { wallMs } from "../../src/domain/units.ts";
import { untouched } from "../../src/core/adjudication.ts";
import { type AttachmentStage, openAttachmentStage, pictureOf } from "../console/attachment-stage.ts";
import { agentOf, alarmedPass, foldOf, GB, times, wire } from "../core/frame-life.ts";
import { eventsOf, place } from "../evidence/cases.ts";
import { signIn, testDoor, testIdentity } from "../officers.ts";
import { bootId } from "../../src/domain/ids.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import type { Frame } from "../../src/domain/frames.ts";
import type { Identity } from "../../src/identity/identity.ts";

const failures: unknown[] = [];
let identity: Identity;
let stage: AttachmentStage;
let url = "";
let cookie = "";
let closeServer: () => Promise<unknown>;

/** A pass that was judged just now, and its frames. */
const livedNow = (): { readonly known: AlarmCase; readonly frames: readonly Frame[] } => {
  const agent = agentOf(bootId("0badcafe"), Date.now() - 60_000);
  const fold = foldOf();
  const state = fold.start();
  const frames = [...times(3, GB), ...alarmedPass].map((line) => {
    agent.wait(200);
    return agent.bytes(wire([line]));
  });
  const events = frames.flatMap((frame) => fold.step(state, frame));
  const ended = events.find((event) => event.kind === "alarm-ended");
  if (ended === undefined) throw new Error("Nothing alarmed.");
  return { known: { alarm: ended.alarm, adjudication: untouched }, frames };
};
const { known, frames } = livedNow();
const path = `/api/alarms/${encodeURIComponent(known.alarm.alarmId)}`;

beforeAll(async () => {
  stage = await openAttachmentStage("memory", known);
  const { laneId } = known.alarm;
  const partition = partitionOf(laneId, stage.log.partitionCount);
  await stage.log.append(
    frames.map((frame) => ({
      topic: "lanewatch.frames.v1" as const,
      partition,
      key: laneId,
      value: encodeFrame(frame),
    })),
  );
  identity = await testIdentity();
  const app = fastify({ routerOptions: { maxParamLength: 256 }, forceCloseConnections: true });
  app.setErrorHandler((error, _request, reply) => {
    const { foreseen, ...said } = replyToThrown(error);
    if (!foreseen) failures.push(error);
    return answerError(reply, said);
  });
  addSessionRoutes(app, { identity, door: testDoor, isSecure: false });
  await app.register(async (guarded) => {
    requireSession(guarded, identity);
    const { log, attachments, officers } = stage;
    const caseOf = (id: AlarmCase["alarm"]["alarmId"]): Promise<AlarmCase | undefined> =>
      Promise.resolve(officers.alarmCase(id));
    await addAttachmentRoutes(guarded, { attachments, caseOf });
    const placeOf = (): typeof place => place;
    addEvidenceRoutes(guarded, {
      log,
      attachments,
      caseOf,
      placeOf,
      clock: { ...systemClock, wall: () => wallMs(Date.UTC(2026, 2, 1)) },
      fonts: readEvidenceFonts,
    });
  });
  url = await app.listen({ host: "127.0.0.1", port: 0 });
  cookie = await signIn(url);
  closeServer = () => app.close();
});
afterAll(async () => {
  await closeServer();
  await identity.close();
  await stage.close();
  expect(failures).toEqual([]);
});

interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
}
interface AskWords {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}
const ask = async (where: string, init: AskWords = {}): Promise<Got> => {
  const response = await fetch(`${url}${where}`, { ...init, headers: { cookie, ...init.headers } });
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  };
};
const codeOf = ({ bytes }: Got): unknown =>
  (JSON.parse(bytes.toString()) as { error: { code: unknown } }).error.code;
const upload = (
  bytes: Uint8Array,
  words: { id?: string; type?: string; name?: string } = {},
): Promise<Got> => {
  const { id = "upload-0001", type = "image/png", name = "../Камера 1.png" } = words;
  return ask(`${path}/attachments?name=${encodeURIComponent(name)}&commandId=${id}`, {
    method: "POST",
    headers: { "content-type": type },
    body: Buffer.from(bytes),
  });
};

describe("attachments over HTTP", () => {
  const picture = pictureOf(700_000);

  it("come back as they were, under a name without its path, and as nothing that runs", async () => {
    const answer = await upload(picture);
    expect(answer.status).toBe(200);
    const decision = JSON.parse(answer.bytes.toString()) as {
      command: { by: unknown; act: { attachment: { sha256: string } } };
    };
    expect(decision.command.by).toEqual({ name: "Ada", role: "officer" });
    await stage.heldWith(1);
    const got = await ask(`${path}/attachments/${decision.command.act.attachment.sha256}`);
    expect(Buffer.compare(got.bytes, Buffer.from(picture))).toBe(0);
    expect(got.headers.get("content-type")).toBe("image/png");
    expect(got.headers.get("x-content-type-options")).toBe("nosniff");
    expect(got.headers.get("content-security-policy")).toContain("sandbox");
    expect(got.headers.get("content-disposition")).toBe(
      `attachment; filename="______ 1.png"; filename*=UTF-8''${encodeURIComponent("Камера 1.png")}`,
    );
  });

  it("of exactly the largest size are taken", async () => {
    expect((await upload(pictureOf(attachmentBytesMax, 3), { id: "upload-0002" })).status).toBe(200);
  });

  it.each([
    ["more than 10 MB", pictureOf(attachmentBytesMax + 1), {}, 413, "too-large"],
    ["another type", Buffer.from("<svg/>"), { type: "image/svg+xml" }, 415, "attachment-unsuitable"],
    ["JSON", Buffer.from("{}"), { type: "application/json" }, 415, "attachment-unsuitable"],
    ["what only says that it is a picture", Buffer.from("<html>"), {}, 415, "attachment-unsuitable"],
    ["nothing", new Uint8Array(0), {}, 400, "bad-request"],
    ["no command id", picture, { id: "x" }, 400, "bad-request"],
  ])("refuse %s", async (_, bytes, words, status, code) => {
    const answer = await upload(bytes, { id: "upload-0003", ...words });
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });

  it("are for people who are signed in, of alarms and files that there are", async () => {
    for (const where of [`${path}/attachments/${"0".repeat(64)}`, "/api/alarms/none/attachments/x"])
      expect(codeOf(await ask(where))).toBe("not-found");
    for (const where of [`${path}/attachments/x`, `${path}/evidence/zip`])
      expect((await ask(where, { headers: { cookie: "" } })).status).toBe(401);
  });
});

describe("evidence over HTTP", () => {
  const stem = /^attachment; filename="Puente-Ri-o-Norte-north-1-\d{8}T\d{6}Z-gamma\./;

  it.each([
    ["n42", "application/xml; charset=utf-8", "<?xml"],
    ["csv", "text/csv; charset=utf-8", "# Site"],
    ["picture", "image/svg+xml; charset=utf-8", "<?xml"],
    ["pdf", "application/pdf", "%PDF-"],
    ["raw", "application/octet-stream", "GB,"],
    ["zip", "application/zip", "PK"],
  ])("%s has its type, its name and its content", async (kind, mediaType, begins) => {
    const { status, headers, bytes } = await ask(`${path}/evidence/${kind}`);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe(mediaType);
    expect(headers.get("content-disposition")).toMatch(stem);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(bytes.subarray(0, begins.length).toString()).toBe(begins);
  });

  it("as N42 has the counts of the alarm", async () => {
    const { bytes } = await ask(`${path}/evidence/n42`);
    expect(countsOfN42(readN42(bytes.toString()))).toMatchObject({
      gamma: known.alarm.profile.gamma,
      neutron: known.alarm.profile.neutron,
      gammaBackgroundCps: known.alarm.profile.gammaBackgroundCps,
    });
  });

  it("as raw frames raises the same alarm again", async () => {
    const { bytes } = await ask(`${path}/evidence/raw`);
    const again = eventsOf("rapiscan-line", bytes, "vendor-compatible").find(
      ({ kind }) => kind === "alarm-ended",
    );
    expect(again).toMatchObject({ alarm: { kind: "gamma", decisions: known.alarm.decisions } });
  });

  it("as PDF has letters of every alphabet in the names", async () => {
    const { bytes } = await ask(`${path}/evidence/pdf`);
    // The map from glyphs to letters has only glyphs that the font has: П of the lane, σ of the drawing.
    const maps = streamsOf(bytes).filter(
      (stream) => stream.includes("beginbfrange") || stream.includes("beginbfchar"),
    );
    expect(maps.join("\n").toLowerCase()).toContain("041f");
    expect(maps.join("\n").toLowerCase()).toContain("03c3");
  });

  it("as archive has everything with its hashes, and shows what was changed", async () => {
    const { bytes } = await ask(`${path}/evidence/zip`);
    const { manifest, wrong } = verifyArchive(bytes);
    expect(wrong).toEqual([]);
    expect(manifest.missing).toEqual([]);
    const names = manifest.files.map(({ name }) => name.replace(/^Puente.*gamma/, "*"));
    expect(names).toEqual([
      ...["case.json", "*.n42", "*.csv", "*.svg", "*.pdf", "*.raw.txt", "*.frames.json"],
      ...["attachments/1-Камера 1.png", "attachments/2-Камера 1.png"],
    ]);
    expect(Object.keys(unzipSync(bytes))).toHaveLength(names.length + 1);
    expect(Buffer.compare(bytes, (await ask(`${path}/evidence/zip`)).bytes)).toBe(0);
    const stored = bytes.indexOf(Buffer.from(pictureOf(700_000).subarray(5000, 5040)));
    const changed = Buffer.from(bytes);
    changed.writeUInt8((bytes.readUInt8(stored) + 1) & 0xff, stored);
    expect(verifyArchive(changed).wrong).toEqual([
      "attachments/1-Камера 1.png is not what the manifest says.",
    ]);
    for (const part of [Buffer.alloc(0), bytes.subarray(0, 5000), Buffer.from("PK nothing")])
      expect(() => verifyArchive(part)).toThrow(expect.objectContaining({ code: "record-unreadable" }));
  });

  it("can be had again and again, four archives at a time", async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => ask(`${path}/evidence/zip`)));
    const refused = all.filter(({ status }) => status === 503);
    expect(refused.map(codeOf)).toEqual(refused.map(() => "too-busy"));
    expect(all.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(4);
    expect((await ask(`${path}/evidence/zip`)).status).toBe(200);
  });

  it("is not of kinds or alarms that there are not", async () => {
    for (const where of [
      `${path}/evidence/exe`,
      `${path}/evidence/toString`,
      "/api/alarms/none/evidence/n42",
    ])
      expect(codeOf(await ask(where))).toBe("not-found");
  });
});

/** The streams of a PDF, inflated; others are left out. */
const streamsOf = (pdf: Buffer): readonly string[] => {
  const text = pdf.toString("latin1");
  return [...text.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].flatMap(([, content = ""]) => {
    try {
      return [inflateSync(Buffer.from(content, "latin1")).toString("latin1")];
    } catch {
      return [];
    }
  });
};
