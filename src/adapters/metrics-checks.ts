import type { Check as NamedCheck } from "./metrics-server.ts";
import type { MeteredLog } from "./metrics-log.ts";

type Check = Omit<NamedCheck, "name">;

/** Edges append a heartbeat of each lane at least every 1.5 s. */
const appendWithinMs = 10_000;
/** A reader that is further behind than this does not do its work: officers would see what was. */
const ageMax = 10_000;

/** The log takes what this edge captures. */
export const appendCheck = (log: Pick<MeteredLog, "appends">, nowMs: number): Check => {
  const takenAtMs = log.appends.takenAtMs();
  const age = takenAtMs === null ? null : nowMs - takenAtMs;
  const ok = age !== null && age <= appendWithinMs;
  const detail =
    age === null
      ? "The log has taken nothing yet."
      : `The log last took something ${Math.round(age)} ms ago.`;
  return { ok, detail };
};

export const linkCheck = (log: Pick<MeteredLog, "appends">, lanes: number): Check => {
  const up = log.appends.linksUp();
  return { ok: up > 0, detail: `${up} of ${lanes} portals are connected.` };
};

/** Every reader is at the end of the log, or what it read last was fresh. */
export const readerCheck = (log: Pick<MeteredLog, "lags">): Check => {
  const lags = log.lags();
  const late = lags.filter(
    ({ records, ageInMs }) => (records ?? 0) > 0 && (ageInMs === null || ageInMs > ageMax),
  );
  if (lags.length === 0) return { ok: false, detail: "Nothing is read from the log." };
  const detail =
    late.length === 0
      ? "What is read from the log is fresh."
      : late.map(({ topic, records }) => `${records ?? 0} records of ${topic} are not read.`).join(" ");
  return { ok: late.length === 0, detail };
};
