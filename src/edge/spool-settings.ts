import { z } from "zod";

const mebibyte = 1_048_576;

/** Where an edge agent keeps what the log does not have yet, and how much of it. */
export const spoolSettingsSchema = z
  .strictObject({
    /** A folder of its own on a local disk; created where it is missing. One agent a folder. */
    directory: z.string().min(1),
    /** 2 GiB ≈ 26 h of 100 lanes that are occupied without pause. Beyond it the oldest frames go, and it is said which. */
    maxBytes: z
      .int()
      .min(1 * mebibyte)
      .default(2_048 * mebibyte),
    /** What others are left of the disk: below it the oldest frames go, down to the segment being written. */
    minFreeBytes: z
      .int()
      .min(0)
      .default(256 * mebibyte),
    /** Frames are given up and removed by whole segments. */
    segmentBytes: z
      .int()
      .min(65_536)
      .max(256 * mebibyte)
      .default(8 * mebibyte),
    /** Frames that come within so long of the last write share the next one. */
    fsyncWithinInMs: z.int().min(0).max(10).default(5),
    /** After an outage, up to so many unsent bytes are sent in order; more are sent behind what is live. */
    inOrderBacklogBytes: z.int().min(0).default(mebibyte),
    /** The same for the age of the oldest unsent frame. */
    inOrderBacklogInMs: z.int().min(0).default(30_000),
  })
  .readonly();

export type SpoolSettings = z.infer<typeof spoolSettingsSchema>;
