#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { packageFacts, packageFile } from "./commands/package-files.ts";
import type { RoleName } from "./commands/roles.ts";
import type { ServeTarget } from "./commands/serve.ts";
import { stopSignal } from "./commands/stop-signal.ts";
import { errorCodes, LanewatchError, ProblemsError } from "./domain/errors.ts";

/**
 * The one command line: argv and the environment are read here and nowhere else. Each command is loaded when it is
 * called, so that a replay does not wait for a web server's modules.
 */
const { version, description } = packageFacts();

const print = (lines: readonly string[]): void => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("A number is needed.");
  return value;
};

const port = (text: string): number => {
  const value = number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError("A port from 0 to 65535 is needed.");
  return value;
};

const list = (text: string): readonly string[] => text.split(",").map((part) => part.trim());

const target = (text: string): ServeTarget => {
  if (text === "pty") return { kind: "pty" };
  const match = /^tcp:(\d+)$/.exec(text);
  if (match === null) throw new InvalidArgumentError("tcp:PORT or pty is needed.");
  return { kind: "tcp", port: port(match[1] ?? "") };
};

const workerCount = (text: string): number => {
  const value = number(text);
  if (!Number.isInteger(value) || value < 1 || value > 256) {
    throw new InvalidArgumentError("A number of threads from 1 to 256 is needed.");
  }
  return value;
};

const speed = (text: string): number => {
  if (text === "max") return Number.POSITIVE_INFINITY;
  const value = number(text);
  if (value <= 0) throw new InvalidArgumentError("A number above 0, or max, is needed.");
  return value;
};

const program = new Command("lanewatch").description(description).version(version).exitOverride();

program
  .command("up")
  .description("everything in one process on the embedded engine; by default with simulated lanes")
  .option("--config <file>", "site configuration", packageFile("config/demo.yaml"))
  .option("--port <number>", "console's port in place of the configured one", port)
  .action(async (options: { config: string; port?: number }) => {
    const onReady = (url: string): void => print([`lanewatch is up: ${url}`]);
    const [{ up }, { openProgramLog }] = await Promise.all([
      import("./commands/up.ts"),
      import("./adapters/program-log.ts"),
    ]);
    await up({ config: options.config, port: options.port, log: openProgramLog(), onReady }, stopSignal());
  });

const roleDescriptions = {
  edge: "portals → frames, in a process of its own over Kafka",
  core: "frames → alarms, officers' commands → decisions; several share the lanes",
  console: "the officers' web console, in a process of its own over Kafka",
  signals: "lane states over MQTT for lights, barriers and sirens",
  sink: "counts, alarms and health into InfluxDB 2, VictoriaMetrics or InfluxDB 1",
} as const satisfies Record<RoleName, string>;

for (const role of Object.keys(roleDescriptions) as readonly RoleName[]) {
  const command = program
    .command(role)
    .description(roleDescriptions[role])
    .requiredOption("--config <file>", "site configuration")
    .option("--metrics-port <number>", "where /metrics is served, in place of the configured port", port);
  if (role === "console") command.option("--port <number>", "port in place of the configured one", port);
  command.action(async (options: { config: string; port?: number; metricsPort?: number }) => {
    const [{ runRole }, { openProgramLog }] = await Promise.all([
      import("./commands/roles.ts"),
      import("./adapters/program-log.ts"),
    ]);
    const onReady = (sentence: string): void => print([sentence]);
    await runRole({ role, ...options, port: options.port, log: openProgramLog(), onReady }, stopSignal());
  });
}

program
  .command("simulate")
  .description("simulated portals that speak the real protocol over TCP, pseudo-terminals and MQTT")
  .requiredOption("--scenario <file>", "what to simulate")
  .option("--ledger <file>", "what truly happened, as lines of JSON: vehicles, occupancies, expected alarms")
  .action(async (options: { scenario: string; ledger?: string }) => {
    const [{ simulate }, { openProgramLog }] = await Promise.all([
      import("./commands/simulate.ts"),
      import("./adapters/program-log.ts"),
    ]);
    await simulate({ ...options, log: openProgramLog(), print }, stopSignal());
  });

program
  .command("replay")
  .description(
    "recordings through the code that runs live: a report, lines of JSON, or back out as the portal spoke",
  )
  .argument("<files...>", "recordings")
  .option("--driver <kind>", "who understands them", "rapiscan-line")
  .option("--n-sigma <number>", "N of the gross-count rule", number)
  .option("--groups <names>", "groups of the gross-count rule: sum,vertical,horizontal,single", list)
  .option("--intervals <file>", "one JSON line an interval; - for standard output")
  .option("--neutron-seconds <file>", "one JSON line a neutron record; - for standard output")
  .option("--preset <name>", "set of rules: vendor-compatible, sensitive or norm-discriminating")
  .option("--against <preset or file>", "compare with another set of rules: what changes, and why")
  .option("--events <file>", "one JSON line an event; - for standard output")
  .option("--n42 <folder>", "one N42.42 document an occupancy")
  .option("--serve <target>", "play one recording out as the portal did: tcp:PORT or pty", target)
  .option("--speed <factor>", "with --serve: pace, or max", speed, 1)
  .action(async (files: readonly string[], options: ReplayCommand) => {
    const { serve: to, speed: pace, ...judging } = options;
    if (to === undefined) {
      const { replay } = await import("./commands/replay.ts");
      return replay(files, { ...judging, softwareVersion: version });
    }
    const { serve } = await import("./commands/serve.ts");
    await serve({ files, driver: options.driver, to, speed: pace, print }, stopSignal());
  });

program
  .command("evidence")
  .description("archives of evidence that the console has made")
  .command("verify <file>")
  .description("whether every file of an archive is as its manifest says")
  .action(async (file: string) => {
    const { verifyEvidence } = await import("./commands/evidence.ts");
    await verifyEvidence(file, print);
  });

program
  .command("study")
  .description("injection studies: what each rule's settings detect, and what they cost in nuisance alarms")
  .argument("[file]", "study file, such as config/studies/shielded-source.yaml")
  .option("--sources <file>", "source library", packageFile("config/sources.yaml"))
  .option("--workers <number>", "worker threads; by default one a core", workerCount)
  .option("--resume <file>", "keep what is found in this file, and go on from it")
  .option("--out <folder>", "write report.html, results.json and results.csv there")
  .option("--what-if <files...>", "instead: what thresholds would have done to these recordings")
  .option("--n-sigma <range>", "with --what-if: 3.5..6, 3.5..6/0.25 or 4", "3..6")
  .option("--groups <names>", "with --what-if: groups of the gross-count rule", list)
  .option("--driver <kind>", "with --what-if: who understands the recordings", "rapiscan-line")
  .action(async (file: string | undefined, options: StudyCommand) => {
    const { whatIf, nSigma, groups, driver, sources, workers, resume, out } = options;
    if (whatIf !== undefined && file === undefined) {
      const { studyWhatIf } = await import("./commands/study-what-if.ts");
      return studyWhatIf({ files: whatIf, nSigma, groups, driver, print });
    }
    if (file === undefined || whatIf !== undefined) {
      throw new LanewatchError(
        "bad-arguments",
        "Either a study file or --what-if with recordings is needed.",
      );
    }
    const { study } = await import("./commands/study.ts");
    await study({ study: file, sources, workers, resume, out, print });
  });

interface StudyCommand {
  readonly sources: string;
  readonly workers?: number;
  readonly resume?: string;
  readonly out?: string;
  readonly whatIf?: readonly string[];
  readonly nSigma: string;
  readonly groups?: readonly string[];
  readonly driver: string;
}

program
  .command("check")
  .description("every problem of a configuration; with a log in Kafka also of brokers, sign-in and topics")
  .requiredOption("--config <file>", "site configuration")
  .option("--offline", "connect to nothing: the configuration alone")
  .action(async ({ config, offline = false }: { config: string; offline?: boolean }) => {
    const { check } = await import("./commands/check.ts");
    await check({ config, isOffline: offline, print });
  });

program
  .command("user")
  .description("asks for a passphrase and prints the user's line for the configuration")
  .argument("<name>", "sign-in name; everything the person does is recorded under it")
  .requiredOption("--role <role>", "officer, supervisor or engineer")
  .action(async (name: string, { role }: { role: string }) => {
    const { user } = await import("./commands/user.ts");
    await user({ name, role, print });
  });

interface ReplayCommand {
  readonly driver: string;
  readonly nSigma?: number;
  readonly groups?: readonly string[];
  readonly intervals?: string;
  readonly events?: string;
  readonly neutronSeconds?: string;
  readonly preset?: string;
  readonly against?: string;
  readonly n42?: string;
  readonly serve?: ServeTarget;
  readonly speed: number;
}

/** One clear sentence, and an exit code by the kind of error; a stack only for our own mistakes, on request. */
const reportFailure = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : errorCodes["bad-arguments"].exitCode;
  if (error instanceof ProblemsError) {
    const lines = error.problems.map(({ path, message, line }) => {
      const where = line === undefined ? "" : ` (line ${line})`;
      return `  ${path}${where}${path === "" ? "" : ":"} ${message}`;
    });
    process.stderr.write(`${error.message}:\n${lines.join("\n")}\n`);
    return errorCodes[error.code].exitCode;
  }
  if (error instanceof LanewatchError) {
    process.stderr.write(`lanewatch: ${error.message}\n`);
    return errorCodes[error.code].exitCode;
  }
  const told = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `lanewatch has met a mistake of its own: ${told}\nSet LANEWATCH_DEBUG=1 to see where.\n`,
  );
  if (process.env["LANEWATCH_DEBUG"] === "1" && error instanceof Error)
    process.stderr.write(`${error.stack ?? ""}\n`);
  return errorCodes.internal.exitCode;
};

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
