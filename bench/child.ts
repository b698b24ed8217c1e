import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A program of this folder in a process of its own, spoken to in turns. It dies with this one. */
export interface Child<Command, Answer> {
  readonly pid: number;
  /** @throws when it ends, or does not answer in time. */
  readonly ask: (command: Command, withinMs: number) => Promise<Answer>;
  readonly end: () => void;
}

const isBuilt = import.meta.url.endsWith(".js");

/** `file` is named as its source is, also from compiled programs. */
export const startChild = <Command extends object, Answer>(file: string): Child<Command, Answer> => {
  const program = isBuilt ? file.replace(/\.ts$/, ".js") : file;
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), {
    serialization: "advanced",
    // A session of its own, as the roles have: Linux shares processors out by session first (autogroup).
    detached: true,
    execArgv: isBuilt ? [] : ["--import", "tsx"],
  });
  return {
    pid: child.pid ?? 0,
    ask: (command, withinMs) =>
      new Promise((resolve, reject) => {
        const settle = (how: () => void): void => {
          clearTimeout(late);
          child.off("message", take).off("exit", gone);
          how();
        };
        const take = (answer: Answer): void => settle(() => resolve(answer));
        const gone = (): void => settle(() => reject(new Error(`${file} ended before it answered.`)));
        const late = setTimeout(
          () => settle(() => reject(new Error(`${file} did not answer within ${withinMs} ms.`))),
          withinMs,
        );
        child.on("message", take).on("exit", gone);
        child.send(command);
      }),
    end: () => void child.kill("SIGKILL"),
  };
};
