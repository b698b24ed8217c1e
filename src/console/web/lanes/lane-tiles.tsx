import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LaneId } from "../../../domain/ids.ts";
import { LaneTile } from "./lane-tile.tsx";
import { useNearView } from "./near-view.ts";

/**
 * Rows of tiles in a block. The browser watches blocks, not tiles, and lays out anew only the block in which something changed:
 * 1 400 tiles in one grid, each watched for itself, cost 14 ms a frame; 140 blocks cost less than 1 ms.
 */
const blockRows = 2;
/** Of a block that has not been drawn yet. */
const farRowInPx = 210;
/** Whether a dialog that keeps the tiles in their places has been closed. */
const lookAgainInMs = 500;

interface BlockProps {
  readonly ids: readonly LaneId[];
}

/** Far from the window a block keeps the height it had, and its tiles are only their lanes' names. */
const Block = ({ ids }: BlockProps): JSX.Element => {
  const place = useRef<HTMLDivElement>(null);
  const heightInPx = useRef(blockRows * farRowInPx);
  const isNear = useNearView(place, () => (heightInPx.current = place.current?.offsetHeight ?? 0));
  return (
    <div
      class="tiles"
      ref={place}
      data-near={isNear}
      {...(isNear ? {} : { style: { height: `${heightInPx.current}px` } })}
    >
      {ids.map((laneId) => (
        <LaneTile key={laneId} laneId={laneId} isNear={isNear} />
      ))}
    </div>
  );
};

/** As many as the style sheet makes room for; null before that is known. */
const useColumns = (place: RefObject<HTMLDivElement | null>): number | null => {
  const [columns, setColumns] = useState<number | null>(null);
  useLayoutEffect(() => {
    const list = place.current;
    if (list === null) return;
    const measure = (): void => {
      const grid = list.firstElementChild;
      if (grid === null) return;
      const tracks = getComputedStyle(grid).gridTemplateColumns.match(/[\d.]+px/g);
      setColumns(tracks?.length ?? 1);
    };
    measure();
    const watching = new ResizeObserver(measure);
    watching.observe(list);
    return () => watching.disconnect();
  }, []);
  return columns;
};

interface Arrangement {
  readonly ids: readonly LaneId[];
  readonly columns: number | null;
}

/**
 * Tiles that change their block are drawn anew. While a dialog is open in one of them, all stay where they are: what is typed
 * there would be lost.
 */
const useArrangement = (place: RefObject<HTMLDivElement | null>, next: Arrangement): Arrangement => {
  const held = useRef(next);
  const [, lookAgain] = useState(0);
  const isSame = held.current.ids === next.ids && held.current.columns === next.columns;
  const isHolding = !isSame && (place.current?.querySelector("dialog") ?? null) !== null;
  if (!isSame && !isHolding) held.current = next;
  useEffect(() => {
    if (!isHolding) return;
    const timer = setInterval(() => lookAgain((times) => times + 1), lookAgainInMs);
    return () => clearInterval(timer);
  }, [isHolding]);
  return held.current;
};

const blocksOf = ({ ids, columns }: Arrangement): readonly JSX.Element[] => {
  // An empty one tells how many columns there are.
  if (columns === null) return [<Block key="first" ids={[]} />];
  const blockSize = columns * blockRows;
  return Array.from({ length: Math.ceil(ids.length / blockSize) }, (_, at) => (
    <Block key={`${columns}:${at}`} ids={ids.slice(at * blockSize, (at + 1) * blockSize)} />
  ));
};

/** One list to those who listen to the page, whatever the blocks. */
export const LaneTiles = ({ ids }: BlockProps): JSX.Element => {
  const place = useRef<HTMLDivElement>(null);
  const columns = useColumns(place);
  const arrangement = useArrangement(place, { ids, columns });
  const blocks = useMemo(() => blocksOf(arrangement), [arrangement]);
  return (
    <div class="tile-list" role="list" ref={place}>
      {blocks}
    </div>
  );
};
