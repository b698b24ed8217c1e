import type { LedgerEntry } from "../../simulators/ledger.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { framesByBoot, type Logged } from "./log-reading.ts";
import { firstConnections } from "./verdict.ts";

/** What was said to one connection of a lane, and how much of it never reached the log. */
export interface CaptureLoss {
  readonly laneId: string;
  readonly connection: number;
  readonly saidBytes: number;
  readonly lostBytes: number;
}

/** By the ledger and the log's frames, for edges that had one connection a lane in each of their lives. */
export const captureLosses = (
  entries: readonly LedgerEntry[],
  frames: readonly Logged<Frame>[],
): readonly CaptureLoss[] => {
  const logged = new Map<string, number>();
  const firsts = firstConnections(entries, frames);
  for (const [key, boot] of framesByBoot(frames)) {
    const first = firsts.get(key);
    if (first === undefined) continue;
    const bytes = boot.reduce((sum, { body }) => sum + (body.kind === "bytes" ? body.bytes.length : 0), 0);
    const place = `${first.laneId} ${first.connection}`;
    logged.set(place, (logged.get(place) ?? 0) + bytes);
  }
  const openedAt = new Map<string, number>();
  const losses: CaptureLoss[] = [];
  for (const entry of entries) {
    if (entry.kind !== "connection") continue;
    const { laneId, connection, change, byte } = entry;
    const place = `${laneId} ${connection}`;
    if (change === "opened") openedAt.set(place, byte);
    else {
      const saidBytes = byte - (openedAt.get(place) ?? byte);
      losses.push({ laneId, connection, saidBytes, lostBytes: saidBytes - (logged.get(place) ?? 0) });
    }
  }
  return losses;
};
