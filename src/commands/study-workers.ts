import { Worker } from "node:worker_threads";
import type { Study } from "../study/study-file.ts";
import type { Job, PartialSweep } from "../study/sweep.ts";
import type { VehicleProfile } from "../study/vehicle-profile.ts";

/** A job with the recorded vehicles in it; simulated ones are made where they are judged. */
export interface JobOrder {
  readonly job: Job;
  readonly recorded: readonly VehicleProfile[];
  /** Number of the first simulated vehicle of the job. */
  readonly firstSimulated: number;
}

export interface JobsToRun {
  readonly study: Study;
  readonly jobs: readonly Job[];
  readonly recorded: readonly VehicleProfile[];
  readonly workers: number;
  /** Called for each job as it is done, in no certain order, and never twice at once. */
  readonly onDone: (partial: PartialSweep) => void;
}

const isBuilt = import.meta.url.endsWith(".js");
const entry = new URL(isBuilt ? "./study-worker.js" : "./study-worker.ts", import.meta.url);

/** From sources, a worker needs tsx before it can read its own entry. */
const fromSources = `
  import("tsx/esm/api").then(({ register }) => {
    register();
    return import(${JSON.stringify(entry.href)});
  });
`;

const startWorker = (study: Study): Worker =>
  isBuilt
    ? new Worker(entry, { workerData: study })
    : new Worker(fromSources, { eval: true, workerData: study });

/** Runs jobs over worker threads; each worker has one job at a time. Rejects with the first failure of any of them. */
export const runJobs = async ({ study, jobs, recorded, workers, onDone }: JobsToRun): Promise<void> => {
  const waiting = [...jobs].reverse();
  const runOne = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = startWorker(study);
      const next = (): void => {
        const job = waiting.pop();
        if (job === undefined) {
          void worker.terminate();
          resolve();
          return;
        }
        worker.postMessage(orderOf(job, recorded));
      };
      worker.on("message", (partial: PartialSweep) => {
        try {
          onDone(partial);
          next();
        } catch (cause) {
          void worker.terminate();
          reject(cause instanceof Error ? cause : new Error(String(cause)));
        }
      });
      // Says nothing new once the promise is settled; a worker that ends by itself has left a job undone.
      worker.on("exit", (code) => {
        reject(new Error(`A worker thread of the study ended with code ${code}.`));
      });
      worker.on("error", (cause) => {
        waiting.length = 0;
        reject(cause);
      });
      next();
    });
  await Promise.all(Array.from({ length: Math.min(workers, Math.max(1, jobs.length)) }, runOne));
};

const orderOf = (job: Job, recorded: readonly VehicleProfile[]): JobOrder => ({
  job,
  recorded: recorded.slice(job.firstVehicle, job.firstVehicle + job.vehicles),
  firstSimulated: Math.max(0, job.firstVehicle - recorded.length),
});
