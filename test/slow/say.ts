/** A line of figures for whoever reads the run: the suite's only output of its own. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
