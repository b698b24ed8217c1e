import type { LaneEvent } from "../domain/events.ts";
import type { PerPanel } from "../domain/panels.ts";
import { type IntervalLine, noIntervalLines, stepIntervalLines } from "./interval-line.ts";
import { neutronLine, type NeutronLine } from "./neutron-line.ts";
import { occupancyRows, type OccupancyRow } from "./occupancy-rows.ts";
import { foldRecording, type Judging } from "./recording.ts";
import { maxRowsShown, type Replayed } from "./report.ts";
import { emptyTally, type Tally, tallyEvent, tallyEvents } from "./tally.ts";

/** A recording as bytes. `size` is for the progress bar. */
export interface Recording {
  readonly name: string;
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Where a replay's findings go, in order. Each is awaited, so a slow reader slows the replay down. */
export interface ReplayOutputs {
  readonly intervals: ((line: IntervalLine) => Promise<void>) | null;
  readonly neutronSeconds: ((line: NeutronLine) => Promise<void>) | null;
  readonly events: ((event: LaneEvent) => Promise<void>) | null;
  readonly progress: (bytesDone: number) => void;
}

/**
 * Replays one recording.
 * @param firstOccupancy number of the first occupancy, so that several recordings count on.
 */
export const replayRecording = async (
  recording: Recording,
  judging: Judging,
  outputs: ReplayOutputs,
  firstOccupancy: number,
): Promise<Replayed> => {
  const fold = foldRecording(judging);
  let tally: Tally = emptyTally;
  const rows: OccupancyRow[] = [];
  let bytes = 0;

  let lines = noIntervalLines;
  let neutronBackgroundCps: PerPanel | null = null;

  const write = async (event: LaneEvent): Promise<void> => {
    const occupancy = firstOccupancy + tally.occupancies - 1;
    if (outputs.events !== null) await outputs.events(event);
    const [next, line] = stepIntervalLines(lines, event, occupancy);
    lines = next;
    if (line !== null && outputs.intervals !== null) await outputs.intervals(line);
    if (event.kind === "background-measured" && event.particle === "neutron")
      neutronBackgroundCps = event.cps;
    if (event.kind === "neutron-measured" && outputs.neutronSeconds !== null) {
      await outputs.neutronSeconds(neutronLine(occupancy, event, neutronBackgroundCps));
    }
  };

  const isWritten = outputs.intervals !== null || outputs.neutronSeconds !== null || outputs.events !== null;

  const take = async (events: readonly LaneEvent[]): Promise<void> => {
    if (!isWritten) tally = tallyEvents(tally, events);
    else {
      for (const event of events) {
        tally = tallyEvent(tally, event);
        await write(event);
      }
    }
    rows.push(...occupancyRows(events).slice(0, maxRowsShown - rows.length));
  };

  for await (const chunk of recording.chunks) {
    await take(fold.take(chunk));
    bytes += chunk.length;
    outputs.progress(bytes);
  }
  await take(fold.end());
  if (lines.pending !== null && outputs.intervals !== null) await outputs.intervals(lines.pending);
  return { name: recording.name, bytes, firstOccupancy, tally, rows };
};
