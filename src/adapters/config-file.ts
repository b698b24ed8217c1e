import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { z } from "zod";
import { parseConfig, type SiteConfig } from "../config.ts";
import { LanewatchError, ProblemsError } from "../domain/errors.ts";
import { withResolvedFiles } from "../edge/broker-settings.ts";
import type { SourceSettings } from "../edge/source-settings.ts";
import { type User, userProblems, usersSchema } from "../identity/user-settings.ts";
import type { KafkaSettings } from "../kafka-settings.ts";
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
  const { log, kafka, spool, signals, sink, simulation } = config;
  const usersFile = config.usersFile === null ? null : absolute(config.usersFile);
  return {
    ...config,
    console: absoluteConsole(config.console, absolute),
    users: usersFile === null ? config.users : await withUsersOf(usersFile, config.users),
    usersFile,
    log: { ...log, directory: absolute(log.directory) },
    kafka: kafka === null ? null : absoluteKafka(kafka, absolute),
    spool: spool === null ? null : { ...spool, directory: absolute(spool.directory) },
    signals: signals === null ? null : withResolvedFiles(signals, absolute),
    sink: sink?.tokenFile === undefined ? sink : { ...sink, tokenFile: absolute(sink.tokenFile) },
    simulation: simulation === null ? null : { scenario: absolute(simulation.scenario) },
    lanes: config.lanes.map((lane) => ({ ...lane, source: absoluteSource(lane.source, absolute) })),
  };
};

type Absolute = (relative: string) => string;

const absoluteSource = (source: SourceSettings, absolute: Absolute): SourceSettings => {
  switch (source.kind) {
    case "file":
      return { ...source, path: absolute(source.path) };
    case "mqtt":
      return withResolvedFiles(source, absolute);
    case "tcp":
    case "serial":
      return source;
  }
};

const absoluteConsole = (console: SiteConfig["console"], absolute: Absolute): SiteConfig["console"] => {
  const { tls, session } = console;
  const { file } = session;
  return {
    ...console,
    tls: tls === null ? null : { certFile: absolute(tls.certFile), keyFile: absolute(tls.keyFile) },
    session: file === undefined ? session : { ...session, file: absolute(file) },
  };
};

/** The users of the configuration and of their own file. Names are used once in both together. */
const withUsersOf = async (path: string, users: readonly User[]): Promise<readonly User[]> => {
  const all = [...users, ...(await readYamlFile(path, usersSchema))];
  const repeats = userProblems({ users: all }).map(({ message }) => ({ path: "", message }));
  if (repeats.length > 0) throw new ProblemsError(path, repeats);
  return all;
};

const absoluteKafka = (kafka: KafkaSettings, absolute: Absolute): KafkaSettings => {
  const { tls, sasl } = kafka;
  const { caFile, certFile, keyFile } = tls ?? {};
  return {
    ...kafka,
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ...tls,
            ...(caFile === undefined ? {} : { caFile: absolute(caFile) }),
            ...(certFile === undefined ? {} : { certFile: absolute(certFile) }),
            ...(keyFile === undefined ? {} : { keyFile: absolute(keyFile) }),
          },
        }),
    ...(sasl?.passwordFile === undefined
      ? {}
      : { sasl: { ...sasl, passwordFile: absolute(sasl.passwordFile) } }),
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
