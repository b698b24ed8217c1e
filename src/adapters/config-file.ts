import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import { parseConfig, type SiteConfig } from "../config.ts";
import { LanewatchError, ProblemsError } from "../domain/errors.ts";
import { plainReason } from "./plain-reason.ts";

/** A YAML file as plain data. @throws LanewatchError `config-unreadable`; ProblemsError for what is no YAML. */
export const readYamlFile = async (path: string): Promise<unknown> => {
  const document = parseDocument(await readText(path), { prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ProblemsError(
      path,
      document.errors.map(({ message }) => ({ path: "", message: `Not YAML: ${message}` })),
    );
  }
  return document.toJS();
};

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
