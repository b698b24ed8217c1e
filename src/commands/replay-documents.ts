import { openEvidenceFolder } from "../adapters/evidence-folder.ts";
import type { LaneEvent } from "../domain/events.ts";
import { n42Document } from "../evidence/n42-writer.ts";
import { noEndedAlarms, stepOccupancySubjects } from "../evidence/occupancy-subjects.ts";
import { unknownInstrument } from "../evidence/subject.ts";
import { replayedLane } from "../replay/recording.ts";

/** Takes a replay's events one after another. */
export type TakeEvent = (event: LaneEvent) => Promise<void>;

/** N42 documents of recordings, one for each occupancy that ends, numbered on from recording to recording. */
export interface ReplayDocuments {
  readonly takeOf: (recordingName: string) => TakeEvent;
}

/** @throws LanewatchError `file-unwritable`, now and with each document. */
export const openReplayDocuments = async (
  path: string,
  softwareVersion: string,
): Promise<ReplayDocuments> => {
  const folder = await openEvidenceFolder(path);
  let number = 0;
  return {
    takeOf: (name) => {
      const site = { siteName: "Recording", timeZone: "UTC", laneName: name };
      const place = { ...site, instrument: unknownInstrument, softwareVersion };
      let alarms = noEndedAlarms;
      return async (event) => {
        const [next, subject] = stepOccupancySubjects(alarms, event, { place, laneId: replayedLane });
        alarms = next;
        if (subject === null) return;
        number += 1;
        await folder.write({ name, number, extension: "n42", text: n42Document(subject) });
      };
    },
  };
};
