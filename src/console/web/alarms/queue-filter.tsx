import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { adjudicationStates } from "../../../domain/adjudication.ts";
import { type AlarmKind, alarmKinds } from "../../../domain/alarms.ts";
import type { LaneId } from "../../../domain/ids.ts";
import type { AlarmRow } from "../../../wire/console.ts";
import { isFiltering, noFilter } from "../queue.ts";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { type Option, SelectField } from "../ui/field.tsx";

const isKind = (text: string): text is AlarmKind => Object.hasOwn(alarmKinds, text);
const isState = (text: string): text is AlarmRow["state"] => Object.hasOwn(adjudicationStates, text);

/** In the site's order. The same list until a lane comes, goes or is renamed: to draw 1 400 options costs a frame. */
const useLaneOptions = (): readonly Option<LaneId>[] => {
  const { board } = useStore();
  const held = useRef<readonly Option<LaneId>[]>([]);
  return useComputed(() => {
    const lanes = [...board.value.lanes.values()];
    const isSame =
      lanes.length === held.current.length &&
      lanes.every(({ laneId, name }, at) => {
        const option = held.current[at];
        return option?.value === laneId && option.text === name;
      });
    if (!isSame) held.current = lanes.map(({ laneId, name }) => ({ value: laneId, text: name }));
    return held.current;
  }).value;
};

/** The choices of lane, kind, state and officer. The empty value is "all". */
export const QueueFilterBar = (): JSX.Element => {
  const { filter, board } = useStore();
  const t = useTexts();
  const text = t.alarms.filters;
  const all: Option<string> = { value: "", text: text.all };
  const lanes = useLaneOptions();
  const kinds = Object.keys(alarmKinds).filter(isKind);
  const states = Object.keys(adjudicationStates).filter(isState);
  const chosen = filter.value;
  return (
    <div class="filters" role="group" aria-label={text.label}>
      <SelectField
        label={text.lane}
        testId="filter-lane"
        options={[all, ...lanes]}
        value={chosen.laneId ?? ""}
        choose={(value) => {
          const laneId = [...board.peek().lanes.keys()].find((id) => id === value) ?? null;
          filter.value = { ...chosen, laneId };
        }}
      />
      <SelectField
        label={text.kind}
        testId="filter-kind"
        options={[all, ...kinds.map((value) => ({ value, text: t.domain.alarmKinds[value] }))]}
        value={chosen.kind ?? ""}
        choose={(value) => (filter.value = { ...chosen, kind: isKind(value) ? value : null })}
      />
      <SelectField
        label={text.state}
        testId="filter-state"
        options={[all, ...states.map((value) => ({ value, text: t.domain.states[value] }))]}
        value={chosen.state ?? ""}
        choose={(value) => (filter.value = { ...chosen, state: isState(value) ? value : null })}
      />
      <SelectField
        label={text.officer}
        testId="filter-officer"
        options={[all, { value: "mine", text: text.mine }]}
        value={chosen.mine ? "mine" : ""}
        choose={(value) => (filter.value = { ...chosen, mine: value === "mine" })}
      />
    </div>
  );
};

/** How many open alarms the filter leaves out: said whenever there are any. */
export const HiddenByFilter = ({ hiddenOpen }: { readonly hiddenOpen: number }): JSX.Element | null => {
  const { filter } = useStore();
  const { alarms } = useTexts();
  if (!isFiltering(filter.value)) return null;
  return (
    <p class="filter-hidden" data-any={hiddenOpen > 0} role="status" data-testid="filter-hidden">
      {hiddenOpen > 0 && <strong>{alarms.filters.hidden(hiddenOpen)}</strong>}{" "}
      <Button data-testid="filter-clear" onClick={() => (filter.value = noFilter)}>
        {alarms.filters.clear}
      </Button>
    </p>
  );
};
