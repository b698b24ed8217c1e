import { z } from "zod";
import { dispositions } from "../../domain/dispositions.ts";
import { alarmIdSchema, keyOf } from "../../wire/scalars.ts";
import { type Drafts, draftsMax } from "./draft.ts";

/**
 * Drafts outlive a reload: a browser that is restarted mid-form, or a page that asks to be reloaded, takes nothing that
 * was typed. They name vehicles and people, so they are kept in the tab's own session storage, which ends with the tab and
 * is seen by no other, under the officer's name; they go when somebody else signs in, and when the officer signs out.
 */
const key = "lanewatch.drafts";

const keptSchema = z.strictObject({
  officer: z.string(),
  drafts: z
    .array(
      z.tuple([
        alarmIdSchema,
        z
          .strictObject({
            disposition: keyOf(dispositions).nullable(),
            isotopes: z.string(),
            vehicleId: z.string(),
            containerId: z.string(),
            commodity: z.string(),
            riidResult: z.string(),
            notes: z.string(),
            words: z.record(z.string(), z.string()).readonly(),
          })
          .readonly(),
      ]),
    )
    .max(draftsMax),
});

/** Where the browser keeps nothing, or the storage is full, drafts last as long as the page. */
export const keepDrafts = (officer: string, drafts: Drafts): void => {
  try {
    if (drafts.size === 0) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify({ officer, drafts: [...drafts] }));
  } catch {
    return;
  }
};

/** The officer's own drafts; what another left is removed. */
export const keptDrafts = (officer: string): Drafts => {
  try {
    const kept = keptSchema.safeParse(JSON.parse(sessionStorage.getItem(key) ?? "null"));
    if (kept.success && kept.data.officer === officer) return new Map(kept.data.drafts);
    sessionStorage.removeItem(key);
  } catch {
    // No storage, or not our JSON: there are no drafts to be had.
  }
  return new Map();
};

export const dropDrafts = (): void => {
  try {
    sessionStorage.removeItem(key);
  } catch {
    return;
  }
};
