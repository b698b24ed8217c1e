import { type ReadonlySignal, type Signal, signal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { LaneId } from "../../../domain/ids.ts";
import type { AlarmRow } from "../../../wire/console.ts";
import { useStore } from "../store.ts";
import { type LaneMark, laneMark } from "./lane-mark.ts";

/** One signal a lane, which changes with the lane's look alone. */
export interface LiveMarks {
  readonly of: (laneId: LaneId) => ReadonlySignal<LaneMark>;
}

const unknown: LaneMark = { look: "no-data", alarmId: null };

/**
 * Looks once a second at all lanes, and at once where an alarm comes or changes: what else a lane says, up to a thousand
 * times a second, costs the map nothing.
 */
export const useLiveMarks = (worst: ReadonlySignal<ReadonlyMap<LaneId, AlarmRow>>): LiveMarks => {
  const { board, serverNow } = useStore();
  const held = useRef(new Map<LaneId, Signal<LaneMark>>());
  const signalOf = (laneId: LaneId): Signal<LaneMark> => {
    const known = held.current.get(laneId);
    if (known !== undefined) return known;
    const lane = board.peek().lanes.get(laneId);
    const mark = lane === undefined ? unknown : laneMark(lane, worst.peek().get(laneId), serverNow.peek());
    const made = signal(mark);
    held.current.set(laneId, made);
    return made;
  };
  useSignalEffect(() => {
    const alarms = worst.value;
    const now = serverNow.value;
    for (const lane of board.peek().lanes.values()) {
      const drawn = signalOf(lane.laneId);
      const mark = laneMark(lane, alarms.get(lane.laneId), now);
      const before = drawn.peek();
      if (mark.look !== before.look || mark.alarmId !== before.alarmId) drawn.value = mark;
    }
  });
  return { of: signalOf };
};
