import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { LaneId } from "../../../domain/ids.ts";
import { useSiteView } from "../site-view.ts";
import { useStore, useTexts } from "../store.ts";
import { LaneMarker } from "./lane-marker.tsx";
import { useLiveMarks } from "./live-marks.ts";
import { worstAlarms } from "./lane-mark.ts";
import { Legend } from "./legend.tsx";
import { type Direction, nextTowards, placeLanes } from "./placing.ts";

/** More lanes than that have no room for their names: the names come with the pointer and the focus. */
const namedMax = 120;

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

const marksIn = (place: HTMLElement): readonly HTMLElement[] => [
  ...place.querySelectorAll<HTMLElement>(".lane-mark"),
];

const centreOf = (mark: HTMLElement): { x: number; y: number } => {
  const { left, top, width, height } = mark.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
};

/** Arrow keys go to the next lane as it stands on the screen; Home and End to the first and the last. */
const nextMark = (marks: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined => {
  const direction = directions[key];
  if (direction !== undefined) return marks[nextTowards(marks.map(centreOf), at, direction)];
  return key === "Home" ? marks[0] : key === "End" ? marks.at(-1) : undefined;
};

/** Every lane at its place, by the site's map where it has one, in rows else. */
export const SiteMap = (): JSX.Element => {
  const { board, queue, current } = useStore();
  const t = useTexts();
  const site = useSiteView();
  const place = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState<LaneId | null>(null);
  const worst = useComputed(() => worstAlarms(queue.value));
  const marks = useLiveMarks(worst);
  const size = useComputed(() => board.value.lanes.size).value;
  const ids = [...board.peek().lanes.keys()];
  const { placed, inRows } = placeLanes(ids, site);
  const tabStop = stop ?? placed[0]?.laneId ?? inRows[0] ?? null;
  const move = (event: KeyboardEvent): void => {
    if (place.current === null) return;
    const marks = marksIn(place.current);
    const next = nextMark(
      marks,
      marks.findIndex((mark) => mark === document.activeElement),
      event.key,
    );
    if (next === undefined) return;
    event.preventDefault();
    setStop(ids.find((id) => id === next.dataset["lane"]) ?? null);
    next.focus();
  };
  const marker = (laneId: LaneId): JSX.Element => (
    <LaneMarker key={laneId} laneId={laneId} mark={marks.of(laneId)} isStop={laneId === tabStop} />
  );
  if (size === 0) return <p class="quiet">{board.peek().site === null ? t.lanes.unknown : t.lanes.none}</p>;
  return (
    <div
      class="site-map"
      ref={place}
      onKeyDown={move}
      data-named={size <= namedMax}
      data-current={current.value}
    >
      <Legend worst={worst} />
      <p class="quiet map-hint">{t.map.hint}</p>
      {placed.length > 0 && (
        <div class="map-drawing" role="group" aria-label={t.map.drawing} dir="ltr">
          {placed.map(({ laneId, x, y }) => (
            <div
              key={laneId}
              class="map-place"
              style={{ left: `${(x * 100).toFixed(2)}%`, top: `${(y * 100).toFixed(2)}%` }}
            >
              {marker(laneId)}
            </div>
          ))}
        </div>
      )}
      {inRows.length > 0 && (
        <div class="map-rows" role="group" aria-label={placed.length > 0 ? t.map.unplaced : t.map.rows}>
          {placed.length > 0 && <h2>{t.map.unplaced}</h2>}
          <div class="map-cells">{inRows.map(marker)}</div>
        </div>
      )}
    </div>
  );
};
