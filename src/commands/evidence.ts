import { readFile } from "node:fs/promises";
import { plainReason } from "../adapters/plain-reason.ts";
import { LanewatchError } from "../domain/errors.ts";
import { verifyArchive } from "../evidence/archive.ts";

/**
 * Compares an archive of evidence with its manifest and says what was found.
 * @throws LanewatchError `evidence-damaged` it differs; `record-unreadable` it is no such archive; `file-unreadable`.
 */
export const verifyEvidence = async (
  path: string,
  print: (lines: readonly string[]) => void,
): Promise<void> => {
  const { manifest, wrong } = verifyArchive(await bytesOf(path));
  const { alarmId, alarmVersion, adjudicationVersion, softwareVersion, files, missing } = manifest;
  print([
    `Alarm ${alarmId}, version ${alarmVersion}, adjudication version ${adjudicationVersion}, by lanewatch ${softwareVersion}`,
    ...files.map(({ name, sizeBytes, sha256 }) => `${sha256}  ${name}  ${sizeBytes} bytes`),
    ...missing.map((said) => `Not in the archive: ${said}`),
    ...wrong,
  ]);
  if (wrong.length > 0)
    throw new LanewatchError("evidence-damaged", `${path} is not as it was made: ${wrong.join(" ")}`);
  print(["Every file is as the manifest says."]);
};

const bytesOf = async (path: string): Promise<Uint8Array> => {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new LanewatchError("file-unreadable", `${path} cannot be read: ${plainReason(cause)}.`, cause);
  }
};
