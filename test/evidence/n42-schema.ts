import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { areRequired, programPath } from "../services/presence.ts";

/** The standard's schema is not ours to copy: named by LANEWATCH_N42_XSD, or beside the repository. */
export const n42SchemaPath = (): string | null => {
  const named = process.env["LANEWATCH_N42_XSD"];
  if (named !== undefined) {
    if (!existsSync(named)) throw new Error(`LANEWATCH_N42_XSD names ${named}, which is not there.`);
    return named;
  }
  const beside = resolve(import.meta.dirname, "../../../shared/data/n42/n42.xsd");
  return existsSync(beside) ? beside : null;
};

/** The standard's annex D, where it stands beside the schema. */
export const n42ExamplePath = (): string | null => {
  const schema = n42SchemaPath();
  const example = schema === null ? null : join(dirname(schema), "annex-d-alarmed.n42");
  return example !== null && existsSync(example) ? example : null;
};

/** For `it.skipIf`: one line where validation is not possible. Without xmllint CI fails; without the schema it goes on. */
export const isValidationAbsent = (): boolean => {
  const why =
    programPath("xmllint") === null
      ? "there is no xmllint: install the package libxml2-utils"
      : n42SchemaPath() === null
        ? "there is no n42.xsd: name it in LANEWATCH_N42_XSD"
        : null;
  if (why === null) return false;
  if (programPath("xmllint") === null && areRequired(process.env))
    throw new Error(`xmllint is required here, but ${why}.`);
  process.stderr.write(`Validation against the N42 schema is skipped: ${why}.\n`);
  return true;
};

/** What xmllint finds wrong with the documents; empty where all are valid. */
export const schemaErrors = (documents: readonly string[]): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), "lanewatch-n42-"));
  try {
    const files = documents.map((text, at) => {
      const file = join(folder, `${at}.n42`);
      writeFileSync(file, text);
      return file;
    });
    const schema = n42SchemaPath() ?? "";
    const found = spawnSync("xmllint", ["--nonet", "--noout", "--schema", schema, ...files], {
      encoding: "utf8",
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    if (found.error !== undefined) throw found.error;
    const errors = found.stderr.split("\n").filter((line) => line !== "" && !line.endsWith(" validates"));
    return found.status === 0 || errors.length > 0 ? errors : [`xmllint ended with ${found.status}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
};
