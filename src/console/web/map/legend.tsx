import { type ReadonlySignal, useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { LaneId } from "../../../domain/ids.ts";
import type { AlarmRow } from "../../../wire/console.ts";
import { useStore, useTexts } from "../store.ts";
import { laneMark, markLooks } from "./lane-mark.ts";
import { MarkShape } from "./mark-shape.tsx";

/** What the shapes mean, and how many lanes are so; counted once a second. */
export const Legend = ({
  worst,
}: {
  readonly worst: ReadonlySignal<ReadonlyMap<LaneId, AlarmRow>>;
}): JSX.Element => {
  const { board, serverNow } = useStore();
  const t = useTexts();
  const drawn = useComputed(() => {
    const counts = new Map<string, number>();
    for (const lane of board.peek().lanes.values()) {
      const { look } = laneMark(lane, worst.value.get(lane.laneId), serverNow.value);
      counts.set(look, (counts.get(look) ?? 0) + 1);
    }
    return markLooks.map((look) => counts.get(look) ?? 0).join(" ");
  }).value;
  const counts = drawn.split(" ").map(Number);
  return (
    <ul class="map-legend" aria-label={t.map.legend}>
      {markLooks.map((look, at) => (
        <li key={look} data-look={look}>
          <MarkShape look={look} /> {t.map.looks[look]} <b>{t.format.number(counts[at] ?? 0)}</b>
        </li>
      ))}
    </ul>
  );
};
