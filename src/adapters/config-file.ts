import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseConfig, type SiteConfig } from "../config.ts";
import { LanewatchError } from "../domain/errors.ts";
import { plainReason } from "./plain-reason.ts";

/**
 * Reads a site's configuration; relative paths in it come back resolved against its folder.
 * @throws LanewatchError `config-unreadable`; ProblemsError with every problem at once.
 */
export const readConfigFile = async (path: string): Promise<SiteConfig> => {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new LanewatchError(
      "config-unreadable",
      `The configuration ${path} cannot be read: ${plainReason(cause)}.`,
      cause,
    );
  }
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
