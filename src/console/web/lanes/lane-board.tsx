import type { ReadonlySignal } from "@preact/signals";
import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import type { LaneChoice, LaneFilter, OrderedLanes } from "./lane-order.ts";
import { everyLane, isSameLanes, isSameOrder, laneFilters, laneOrders, orderLanes } from "./lane-order.ts";
import { LaneTiles } from "./lane-tiles.tsx";

interface LaneBoardProps {
  /** It is the page, not a part of one: lanes can be sought and sorted. */
  readonly isPage?: boolean;
  /** What is sought to begin with: a lane's id. */
  readonly sought?: string;
}

interface BarProps {
  readonly choice: LaneChoice;
  readonly choose: (choice: LaneChoice) => void;
  readonly counts: OrderedLanes["counts"];
}

/** How many lanes there are of each kind is in sight whatever is chosen. */
const FilterButtons = ({ choice, choose, counts }: BarProps): JSX.Element => {
  const t = useTexts();
  const { lanes } = t;
  const button = (filter: LaneFilter): JSX.Element => (
    <Button
      key={filter}
      class="lane-filter"
      aria-pressed={choice.filter === filter}
      data-filter={filter}
      data-any={counts[filter] > 0}
      onClick={() => choose({ ...choice, filter })}
    >
      {lanes.filters[filter]} <b>{t.format.number(counts[filter])}</b>
    </Button>
  );
  return (
    <div class="lane-filters" role="group" aria-label={lanes.filters.label}>
      {laneFilters.map(button)}
    </div>
  );
};

const LaneBar = ({ choice, choose, counts }: BarProps): JSX.Element => {
  const { lanes } = useTexts();
  return (
    <div class="lane-bar">
      <FilterButtons choice={choice} choose={choose} counts={counts} />
      <TextField
        label={lanes.find}
        lengthMax={60}
        value={choice.text}
        edit={(text) => choose({ ...choice, text })}
        testId="lane-find"
      />
      <SelectField
        label={lanes.orderBy}
        options={laneOrders.map((value) => ({ value, text: lanes.orders[value] }))}
        value={choice.order}
        choose={(order) => choose({ ...choice, order })}
        testId="lane-order"
      />
    </div>
  );
};

/** Once a second, with every alarm and every choice: lanes that changed their places faster could not be read. */
const useOrderedLanes = (choice: ReadonlySignal<LaneChoice>): OrderedLanes => {
  const { board, serverNow, queue } = useStore();
  const held = useRef<OrderedLanes | null>(null);
  const openAlarms = useComputed(() => {
    const { unacknowledged, acknowledged, awaiting } = queue.value;
    return new Set([...unacknowledged, ...acknowledged, ...awaiting].map(({ laneId }) => laneId));
  });
  const size = useComputed(() => board.value.lanes.size);
  return useComputed(() => {
    const isKnown = size.value > 0;
    const situation = { serverNow: serverNow.value, openAlarms: openAlarms.value };
    const next = orderLanes(isKnown ? board.peek().lanes : new Map(), choice.value, situation);
    // The same lanes in the same order are the same list: nothing is drawn anew for a count.
    if (held.current === null || !isSameLanes(held.current.ids, next.ids)) held.current = next;
    else if (!isSameOrder(held.current, next)) held.current = { ...next, ids: held.current.ids };
    return held.current;
  }).value;
};

interface CountsProps {
  readonly counts: OrderedLanes["counts"];
}

const Counts = ({ counts }: CountsProps): JSX.Element | null => {
  const { lanes } = useTexts();
  if (!useStore().current.value || counts.all === 0) return null;
  return (
    <span class="quiet" data-testid="lane-counts">
      {lanes.count(counts.all)}
      {counts.trouble > 0 && ` · ${lanes.troubled(counts.trouble)}`}
    </span>
  );
};

/** A tile a lane, in the site's order at first: officers find a lane by its place. */
export const LaneBoard = ({ isPage = false, sought = "" }: LaneBoardProps): JSX.Element => {
  const Heading = isPage ? "h1" : "h2";
  const { board } = useStore();
  const { lanes } = useTexts();
  const choice = useSignal<LaneChoice>({ ...everyLane, text: sought });
  const { ids, counts, hidden } = useOrderedLanes(choice);
  const choose = (chosen: LaneChoice): void => void (choice.value = chosen);
  return (
    <section class="pane lanes" aria-labelledby="lanes-heading" tabIndex={0}>
      <div class="lanes-head">
        <div class="pane-head">
          <Heading id="lanes-heading">{lanes.heading}</Heading>
          <Counts counts={counts} />
        </div>
        {isPage && counts.all > 0 && <LaneBar choice={choice.value} choose={choose} counts={counts} />}
        {hidden > 0 && (
          <p class="filter-hidden" data-any role="status" data-testid="lanes-hidden">
            <strong>{lanes.hidden(hidden)}</strong>{" "}
            <Button onClick={() => choose({ ...everyLane, order: choice.value.order })}>
              {lanes.showAll}
            </Button>
          </p>
        )}
      </div>
      {counts.all === 0 && (
        <p class="quiet empty">{board.peek().site === null ? lanes.unknown : lanes.none}</p>
      )}
      {counts.all > 0 && ids.length === 0 && <p class="quiet empty">{lanes.nothing}</p>}
      {isPage && <h2 class="visually-hidden">{lanes.filters[choice.value.filter]}</h2>}
      {ids.length > 0 && <LaneTiles ids={ids} />}
    </section>
  );
};
