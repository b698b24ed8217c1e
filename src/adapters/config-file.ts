import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { z } from "zod";
import { parseConfig, type SiteConfig } from "../config.ts";
import { LanewatchError } from "../domain/errors.ts";
import { readDocument } from "../yaml-document.ts";
import { plainReason } from "./plain-reason.ts";

/**
 * Reads a YAML file by a schema.
 * @throws LanewatchError `config-unreadable`; ProblemsError with every problem at once.
 */
export const readYamlFile = async <Value>(path: string, schema: z.ZodType<Value>): Promise<Value> =>
  readDocument(await readText(path), schema, path).value;

/**
 * Reads a site's configuration; relative paths in it come back resolved against its folder.
 * @throws LanewatchError `config-unreadable`; ProblemsError with every problem at once.
 */
export const readConfigFile = async (path: string): Promise<SiteConfig> => {
  const text = await readText(path);
  const config = parseConfig(text, path);
  const absolute = (relative: string): string => resolve(dirname(path), relative);
  return {
    ...config,
    log: { ...config.log, directory: absolute(config.log.directory) },
    simulation: config.simulation === null ? null : { scenario: absolute(config.simulation.scenario) },
    lanes: config.lanes.map((lane) =>
      lane.source.kind === "file"
        ? { ...lane, source: { ...lane.source, path: absolute(lane.source.path) } }
        : lane,
    ),
  };
};

const readText = async (path: string): Promise<string> => {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new LanewatchError(
      "config-unreadable",
      `The configuration ${path} cannot be read: ${plainReason(cause)}.`,
      cause,
    );
  }
};
