import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cached, differencesFromLock, kafkaReleases, kafkaVersions } from "./kafka-jars.ts";

describe("downloads", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lanewatch-cache-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each(kafkaVersions)("of Kafka %s that are not what the lock says are named", async (version) => {
    const clients = `kafka-clients-${kafkaReleases[version]}.jar`;
    await writeFile(join(folder, clients), "not what it was");
    await writeFile(join(folder, "stranger.jar"), "");
    const differences = await differencesFromLock(version, folder);
    expect(differences).toContain(`${clients} is not what the lock says`);
    expect(differences).toContain("stranger.jar is not in the lock");
    expect(differences).toContain("slf4j-simple-1.7.36.jar is missing");
  });

  it("are done once for all who want them at the same time", async () => {
    const target = join(folder, "wanted");
    let fillCount = 0;
    const want = (): Promise<void> =>
      cached(target, 3_000, async (part) => {
        fillCount += 1;
        await writeFile(join(part, "file"), "content");
      });
    await Promise.all([want(), want(), want()]);
    expect(fillCount).toBe(1);
    expect(await readdir(target)).toEqual(["file"]);
    expect(await readdir(folder)).toEqual(["wanted"]);
  });

  it("that fail leave nothing, and are tried again", async () => {
    const target = join(folder, "wanted");
    await expect(cached(target, 3_000, () => Promise.reject(new Error("no network")))).rejects.toThrow(
      "no network",
    );
    expect(await readdir(folder)).toEqual([]);
    await cached(target, 3_000, () => Promise.resolve());
    expect(existsSync(target)).toBe(true);
  });

  it("that another process left undone are taken over", async () => {
    const target = join(folder, "wanted");
    const pidOfNobody = 4_194_305;
    await writeFile(`${target}.claim`, String(pidOfNobody));
    await cached(target, 3_000, () => Promise.resolve());
    expect(await readdir(folder)).toEqual(["wanted"]);
  });
});
