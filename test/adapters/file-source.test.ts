import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSource } from "../../src/adapters/file-source.ts";
import { randomBytes, recordSource, seededChance } from "./source-recorder.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lanewatch-file-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const written = async (name: string, bytes: Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};

describe("fileSource", () => {
  it.each([0, 1, 16_384, 16_385, 100_000])("plays a file of %i bytes once", async (length) => {
    const bytes = randomBytes(length, seededChance(length));
    const path = await written(`recording-${length}`, bytes);
    const recorder = recordSource(fileSource({ kind: "file", path }));
    expect(await recorder.ended).toBe("end of file");
    expect(recorder.events[0]).toEqual({ kind: "opened", endpoint: `file ${path}` });
    expect(Buffer.compare(recorder.bytes(), bytes)).toBe(0);
  });

  it("says so when there is no such file", async () => {
    const recorder = recordSource(fileSource({ kind: "file", path: join(folder, "missing") }));
    expect(await recorder.ended).toBe("there is no such file");
    expect(recorder.events).toHaveLength(1);
  });

  it("says so when it is a directory", async () => {
    const recorder = recordSource(fileSource({ kind: "file", path: folder }));
    expect(await recorder.ended).toBe("it is a directory");
    expect(recorder.events).toHaveLength(1);
  });

  it("ends when it is told to stop", async () => {
    const path = await written("long", randomBytes(100_000, seededChance(1)));
    const recorder = recordSource(fileSource({ kind: "file", path }), () => {
      recorder.stop();
      return Promise.resolve();
    });
    expect(await recorder.ended).toBe("the edge agent was stopped");
    expect(recorder.bytes().length).toBeLessThan(100_000);
  });
});
