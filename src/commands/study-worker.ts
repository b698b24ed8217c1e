import { parentPort, workerData } from "node:worker_threads";
import type { Study } from "../study/study-file.ts";
import { sweepRunner } from "../study/sweep.ts";
import type { JobOrder } from "./study-workers.ts";
import { simulatedProfile } from "./study-traffic.ts";

/** A worker thread of a study: jobs come in, what they found goes out, one at a time. */
// Our own main thread gives the study, which it has parsed.
const study = workerData as Study;
const run = sweepRunner(study);

parentPort?.on("message", ({ job, recorded, firstSimulated }: JobOrder) => {
  const { simulated, seed } = study;
  const simulatedCount = simulated === null ? 0 : job.vehicles - recorded.length;
  const made = Array.from({ length: simulatedCount }, (_, index) =>
    simulated === null ? [] : [simulatedProfile(seed, simulated, firstSimulated + index)],
  ).flat();
  parentPort?.postMessage(run(job, [...recorded, ...made]));
});
