import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { adjudicationStates } from "../../../domain/adjudication.ts";
import { alarmKinds } from "../../../domain/alarms.ts";
import { dispositions } from "../../../domain/dispositions.ts";
import { loadClasses } from "../../../domain/load-classes.ts";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { type Option, SelectField, TextField } from "../ui/field.tsx";
import type { ChoiceField, HistoryChoice } from "./history-choice.ts";
import { everything, isEverything } from "./history-choice.ts";
import { SpanField } from "./span-field.tsx";

const typingPauseInMs = 300;

interface FiltersProps {
  readonly choice: HistoryChoice;
  readonly choose: (choice: HistoryChoice) => void;
}

interface TypedFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly lengthMax: number;
  readonly settle: (value: string) => void;
  readonly class?: string;
  readonly testId: string;
}

/** Tells what was typed when the typing pauses. */
const TypedField = ({ value, settle, ...field }: TypedFieldProps): JSX.Element => {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => settle(typed), typingPauseInMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return <TextField {...field} value={typed} edit={setTyped} />;
};

const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>): readonly K[] =>
  Object.keys(table).filter((key): key is K => Object.hasOwn(table, key));

/** In the site's order; the names are asked for once, for lanes do not change while the page is open. */
const useLaneOptions = (): readonly Option<string>[] => {
  const { board } = useStore();
  const isKnown = useComputed(() => board.value.lanes.size > 0).value;
  return isKnown
    ? [...board.peek().lanes.values()].map(({ laneId, name }) => ({ value: laneId, text: name }))
    : [];
};

export const HistoryFilters = ({ choice, choose }: FiltersProps): JSX.Element => {
  const t = useTexts();
  const text = t.history;
  const lanes = useLaneOptions();
  const all: Option<string> = { value: "", text: text.all };
  const select = (name: ChoiceField, options: readonly Option<string>[]): JSX.Element => (
    <SelectField
      label={text.filters[name]}
      options={[all, ...options]}
      value={choice[name]}
      choose={(value) => choose({ ...choice, [name]: value })}
      testId={`history-${name}`}
    />
  );
  return (
    <div class="history-filters" role="search" aria-label={text.filters.label}>
      <TypedField
        class="history-text"
        label={text.search}
        hint={text.searchHint}
        lengthMax={200}
        value={choice.text}
        settle={(value) => choose({ ...choice, text: value })}
        testId="history-text"
      />
      {select("lane", lanes)}
      {select(
        "kind",
        keysOf(alarmKinds).map((value) => ({ value, text: t.domain.alarmKinds[value] })),
      )}
      {select(
        "state",
        keysOf(adjudicationStates).map((value) => ({ value, text: t.domain.states[value] })),
      )}
      {select(
        "disposition",
        keysOf(dispositions).map((value) => ({ value, text: t.domain.dispositions[value] })),
      )}
      {select(
        "loadClass",
        keysOf(loadClasses).map((value) => ({ value, text: t.domain.loadClasses[value] })),
      )}
      <TypedField
        label={text.filters.officer}
        lengthMax={40}
        value={choice.officer}
        settle={(officer) => choose({ ...choice, officer })}
        testId="history-officer"
      />
      <SpanField
        label={text.filters.span}
        spans={["hour", "shift", "day", "week", "month", "quarter"]}
        hasEver
        daysMax={36_500}
        chosen={choice.span}
        choose={(span) => choose({ ...choice, span })}
      />
      {!isEverything(choice) && (
        <Button data-testid="history-clear" onClick={() => choose(everything)}>
          {text.clear}
        </Button>
      )}
    </div>
  );
};
