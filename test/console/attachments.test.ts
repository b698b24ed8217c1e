import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { cleanName, isOfType, mediaTypeIn } from "../../src/console/attachment-content.ts";
import { attachmentsMax, attachmentsOf, type Upload, uploadsMax } from "../../src/console/attachments.ts";
import { alarmId, commandId } from "../../src/domain/ids.ts";
import type { EventLog } from "../../src/ports.ts";
import { openAttachments } from "../../src/console/attachments.ts";
import { attachmentBytesMax, attachmentChunkBytes, attachmentSchema } from "../../src/wire/command.ts";
import { aCase } from "../core/board-history.ts";
import { attached, type AttachmentStage, openAttachmentStage, pictureOf } from "./attachment-stage.ts";

const known = aCase();
const officer = { name: "Ada", role: "officer" } as const;
let drawn = 0;
const uploadOf = (words: Partial<Upload> = {}): Upload => {
  drawn += 1;
  return {
    alarmId: known.alarm.alarmId,
    commandId: commandId(`attach-${String(drawn).padStart(4, "0")}`),
    name: "Kamera 1.png",
    contentType: "image/png",
    bytes: pictureOf(1000, drawn),
    by: officer,
    ...words,
  };
};

let stage: AttachmentStage | undefined;
const open = async (engine: "memory" | "sqlite" = "memory"): Promise<AttachmentStage> =>
  (stage = await openAttachmentStage(engine, known));
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

describe.each(["memory", "sqlite"] as const)("attachments in the %s log", (engine) => {
  it.each([9, attachmentChunkBytes, attachmentChunkBytes + 1, 3_000_000, attachmentBytesMax])(
    "of %i bytes come back as they were",
    async (sizeBytes) => {
      const { attachments, heldWith } = await open(engine);
      const bytes = pictureOf(sizeBytes);
      const decision = await attachments.store(uploadOf({ bytes }));
      expect(decision).toMatchObject({ outcome: "accepted", command: { by: officer } });
      const held = await heldWith(1);
      const [attachment] = attachmentsOf(held);
      if (attachment === undefined) throw new Error("Nothing is attached.");
      expect(attachment).toMatchObject({ name: "Kamera 1.png", mediaType: "image/png", sizeBytes });
      expect(attachment.offsets).toHaveLength(Math.ceil(sizeBytes / attachmentChunkBytes));
      expect(attachmentSchema.parse(attachment)).toEqual(attachment);
      expect(Buffer.compare(await attachments.read(held.alarm.laneId, attachment), bytes)).toBe(0);
    },
  );

  it("that are not what was attached are an error with a code", async () => {
    const { attachments, heldWith, held } = await open(engine);
    await attachments.store(uploadOf({ bytes: pictureOf(3 * attachmentChunkBytes, 1) }));
    await attachments.store(uploadOf({ bytes: pictureOf(3 * attachmentChunkBytes, 2) }));
    const [first, second] = attachmentsOf(await heldWith(2));
    if (first === undefined || second === undefined) throw new Error("Nothing is attached.");
    const [a = 0, b = 0, c = 0] = first.offsets;
    const [other = 0] = second.offsets;
    const wrong = [
      [a, b],
      [a, c, b],
      [a, b, other],
      [a, b, 99_999],
      [a, b, c, other],
    ];
    for (const offsets of wrong)
      await expect(attachments.read(held().alarm.laneId, { ...first, offsets })).rejects.toMatchObject({
        code: "attachment-damaged",
      });
  });
});

describe("what is refused, and not stored", () => {
  it.each([
    ["another type than it says", { contentType: "image/jpeg" }, "attachment-unsuitable"],
    ["a type that is not taken", { contentType: "image/svg+xml" }, "attachment-unsuitable"],
    ["no type", { contentType: undefined }, "attachment-unsuitable"],
    ["a page under a picture's name", { bytes: Buffer.from("<html>") }, "attachment-unsuitable"],
    ["more than 10 MB", { bytes: pictureOf(attachmentBytesMax + 1) }, "too-large"],
    ["an unknown alarm", { alarmId: alarmId("nowhere~0~0~gamma") }, "not-found"],
  ] as const)("%s", async (_, words, code) => {
    const { attachments, log } = await open();
    await expect(attachments.store(uploadOf(words))).rejects.toMatchObject({ code });
    for (const partition of [0, 1]) expect(await log.end("lanewatch.attachments.v1", partition)).toBe(0);
  });

  it(`more than ${attachmentsMax} on one alarm`, async () => {
    const { attachments, heldWith } = await open();
    for (let at = 0; at < attachmentsMax; at += 1) await attachments.store(uploadOf());
    await heldWith(attachmentsMax);
    await expect(attachments.store(uploadOf())).rejects.toMatchObject({ code: "attachments-full" });
  });

  it(`more than ${uploadsMax} at one time`, async () => {
    const { attachments } = await open();
    const all = await Promise.allSettled(
      Array.from({ length: uploadsMax + 1 }, () => attachments.store(uploadOf())),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(uploadsMax);
    expect(all.at(-1)).toMatchObject({ status: "rejected", reason: { code: "too-busy" } });
  });
});

describe("a repeat", () => {
  it("of an upload joins the first or has its answer, and stores nothing", async () => {
    const { attachments, heldWith, log } = await open();
    const upload = uploadOf();
    const [first, second] = await Promise.all([attachments.store(upload), attachments.store(upload)]);
    expect(second).toEqual(first);
    await heldWith(1);
    expect(await attachments.store(upload)).toMatchObject({
      outcome: "accepted",
      command: { commandId: upload.commandId },
    });
    const ends = await Promise.all([0, 1].map((partition) => log.end("lanewatch.attachments.v1", partition)));
    expect(ends.reduce((a, b) => a + b)).toBe(1);
  });

  it("of the same bytes under another name names the bytes that are there", async () => {
    const { attachments, heldWith } = await open();
    const { bytes } = uploadOf();
    await attachments.store(uploadOf({ bytes }));
    await heldWith(1);
    await attachments.store(uploadOf({ bytes, name: "b.png" }));
    const [first, second] = attached(await heldWith(2));
    expect(second).toMatchObject({ name: "b.png", offsets: first?.offsets });
  });
});

describe("a log that fails", () => {
  it("fails the upload, and leaves nothing on the alarm", async () => {
    const { log, officers, held } = await open();
    const failing: EventLog = { ...log, append: () => Promise.reject(new Error("disk full")) };
    await expect(openAttachments({ log: failing, officers }).store(uploadOf())).rejects.toThrow("disk full");
    expect(attached(held())).toEqual([]);
  });
});

describe("names", () => {
  it.each([
    ["photo.png", "photo.png"],
    ["C:\\Users\\Ada\\photo.png", "photo.png"],
    ["../../etc/passwd", "passwd"],
    [".htaccess", "htaccess"],
    ["камера 1.png", "камера 1.png"],
    ["صورة.png", "صورة.png"],
    ["gnp\u202e.exe", "gnp.exe"],
    ["a\u0000b\r\nc.png", "abc.png"],
    ['x";rm -rf *.png', "x__rm -rf _.png"],
    ["", "attachment.png"],
    ["...", "attachment.png"],
    ["///", "attachment.png"],
    [`${"a".repeat(300)}.png`, `${"a".repeat(96)}.png`],
  ])("%j become %j", (said, name) => expect(cleanName(said, "image/png")).toBe(name));

  it("of any kind become what the log takes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (said) => {
        const name = cleanName(said, "application/pdf");
        expect(name).toMatch(/^[\p{L}\p{N} ._-]{1,100}$/u);
        expect(name).not.toMatch(/^[ .]/);
      }),
      { seed: 45, numRuns: 1000 },
    );
  });
});

describe("types", () => {
  it.each([
    ["image/png; charset=binary", "image/png"],
    ["IMAGE/JPEG", "image/jpeg"],
    ["text/html", undefined],
    ["", undefined],
  ])("are read from %j", (header, mediaType) => expect(mediaTypeIn(header)).toBe(mediaType));

  it.each([
    ["image/jpeg", [0xff, 0xd8, 0xff, 0xe0], true],
    ["image/webp", [...Buffer.from("RIFF1234WEBPVP8 ")], true],
    ["image/webp", [...Buffer.from("RIFF1234WAVEfmt ")], false],
    ["image/webp", [...Buffer.from("RIFF")], false],
    ["application/pdf", [...Buffer.from("%PDF-1.7")], true],
    ["image/png", [0x89, 0x50], false],
    ["image/png", [], false],
  ] as const)("%s: %j", (mediaType, bytes, isRight) =>
    expect(isOfType(Uint8Array.from(bytes), mediaType)).toBe(isRight),
  );
});
