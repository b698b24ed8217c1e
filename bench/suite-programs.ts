/** What `npm run bench` runs, in this order; each program also stands alone. */
export interface Program {
  /** As it is asked for: `npm run bench -- decode fold`. */
  readonly name: string;
  readonly file: string;
  /**
   * `built`: compiled as it is shipped, because its own code is what is measured. `sources`: it measures other
   * processes, those of `dist` among them.
   */
  readonly from: "built" | "sources";
  readonly args: readonly string[];
  /** In place of `args` with `--short`; null: not then. */
  readonly shortArgs: readonly string[] | null;
}

export const programs: readonly Program[] = [
  { name: "decode", file: "decode", from: "built", args: [], shortArgs: ["--runs", "3"] },
  { name: "fold", file: "fold", from: "built", args: [], shortArgs: ["--runs", "3"] },
  {
    ...{ name: "log", file: "log-append", from: "built" },
    ...{ args: ["--engine", "embedded"], shortArgs: ["--engine", "embedded", "--runs", "1"] },
  },
  {
    ...{ name: "log-kafka", file: "log-append", from: "sources" },
    ...{ args: ["--engine", "kafka"], shortArgs: ["--engine", "kafka"] },
  },
  { name: "replay", file: "replay", from: "sources", args: [], shortArgs: ["--runs", "3"] },
  { name: "lanes", file: "lanes", from: "built", args: [], shortArgs: ["--short"] },
  { name: "console", file: "console-fan-out", from: "built", args: [], shortArgs: ["--seconds", "10"] },
  {
    ...{ name: "latency", file: "latency", from: "sources" },
    args: ["--engine", "embedded", "--lanes", "100", "--seconds", "60"],
    shortArgs: ["--engine", "embedded", "--lanes", "100", "--seconds", "15"],
  },
  {
    ...{ name: "latency-kafka", file: "latency", from: "sources" },
    args: [
      ...["--engine", "kafka", "--lanes", "1400", "--cores", "2"],
      ...["--vehicles-per-hour", "60", "--seconds", "60"],
    ],
    shortArgs: null,
  },
  {
    ...{ name: "history", file: "history", from: "built" },
    ...{ args: ["--alarms", "1000000"], shortArgs: ["--alarms", "20000"] },
  },
  { name: "node-red", file: "node-red", from: "sources", args: [], shortArgs: ["--short"] },
];
