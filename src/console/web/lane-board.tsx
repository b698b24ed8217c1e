import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { isStale, laneCondition } from "./lane-condition.ts";
import { LaneTile } from "./lane-tile.tsx";
import { messages } from "./messages.ts";
import { useStore } from "./store.ts";

/** A tile a lane, in the site's order: officers find a lane by its place. */
export const LaneBoard = (): JSX.Element => {
  const { board, serverNow, current } = useStore();
  const ids = useComputed(() => [...board.value.lanes.keys()].join(" ")).value;
  const troubled = useComputed(
    () =>
      [...board.value.lanes.values()].filter(
        (lane) => lane.faults.length > 0 || isStale(laneCondition(lane, serverNow.value)),
      ).length,
  ).value;
  const lanes = ids === "" ? [] : [...board.peek().lanes.keys()];
  return (
    <section class="pane lanes" aria-labelledby="lanes-heading" tabIndex={0}>
      <div class="pane-head">
        <h2 id="lanes-heading">{messages.lanes.heading}</h2>
        {current.value && lanes.length > 0 && (
          <span class="quiet">{messages.lanes.count(lanes.length, troubled)}</span>
        )}
      </div>
      {lanes.length === 0 ? (
        <p class="quiet empty">{board.peek().site === null ? messages.lanes.unknown : messages.lanes.none}</p>
      ) : (
        <ul class="tiles">
          {lanes.map((laneId) => (
            <LaneTile key={laneId} laneId={laneId} />
          ))}
        </ul>
      )}
    </section>
  );
};
