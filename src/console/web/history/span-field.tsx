import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { Field, SelectField } from "../ui/field.tsx";
import { type LastSpan, type Moments, momentsOf, type SpanChoice } from "./span.ts";
import { localText, momentOf } from "./zoned-time.ts";

const dayInMs = 86_400_000;

interface SpanFieldProps {
  readonly label: string;
  readonly spans: readonly LastSpan[];
  /** "Any time" can be chosen. */
  readonly hasEver?: boolean;
  /** Of a span of one's own. */
  readonly daysMax: number;
  readonly chosen: SpanChoice;
  readonly choose: (choice: SpanChoice) => void;
}

interface OwnSpanProps extends Pick<SpanFieldProps, "daysMax"> {
  readonly moments: Moments;
  readonly choose: (moments: Moments) => void;
}

interface TimeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly edit: (value: string) => void;
  readonly problem?: string | null;
  readonly testId: string;
}

const TimeField = ({ label, value, edit, problem = null, testId }: TimeFieldProps): JSX.Element => (
  <Field label={label} problem={problem}>
    {(control) => (
      <input
        {...control}
        type="datetime-local"
        data-testid={testId}
        value={value}
        onInput={(event) => edit(event.currentTarget.value)}
      />
    )}
  </Field>
);

/** From and to by the site's clock. */
const OwnSpan = ({ moments, daysMax, choose }: OwnSpanProps): JSX.Element => {
  const { siteTime } = useStore();
  const { span } = useTexts().history;
  const { timeZone } = siteTime.value;
  const [from, setFrom] = useState(localText(moments.from, timeZone));
  const [to, setTo] = useState(localText(moments.to, timeZone));
  const [isTried, setTried] = useState(false);
  useEffect(() => {
    setFrom(localText(moments.from, timeZone));
    setTo(localText(moments.to, timeZone));
  }, [moments.from, moments.to, timeZone]);
  const begins = momentOf(from, timeZone);
  const ends = momentOf(to, timeZone);
  const problem =
    begins === null || ends === null || begins >= ends
      ? span.wrong
      : ends - begins > daysMax * dayInMs
        ? span.tooLong(daysMax)
        : null;
  const show = (): void => {
    setTried(true);
    if (problem === null && begins !== null && ends !== null) choose({ from: begins, to: ends });
  };
  return (
    <form
      class="own-span"
      onSubmit={(event) => {
        event.preventDefault();
        show();
      }}
    >
      <TimeField label={span.from} value={from} edit={setFrom} testId="span-from" />
      <TimeField
        label={span.to({ zone: timeZone })}
        value={to}
        edit={setTo}
        problem={isTried ? problem : null}
        testId="span-to"
      />
      <Button type="submit">{span.show}</Button>
    </form>
  );
};

const nameOf = (choice: SpanChoice): string => (choice.kind === "last" ? choice.span : choice.kind);

export const SpanField = (props: SpanFieldProps): JSX.Element => {
  const { label, spans, hasEver = false, daysMax, chosen, choose } = props;
  const { serverNow } = useStore();
  const { span } = useTexts().history;
  const options: readonly { value: string; text: string }[] = [
    ...spans.map((value) => ({ value, text: span.last[value] })),
    ...(hasEver ? [{ value: "ever", text: span.ever }] : []),
    { value: "own", text: span.own },
  ];
  const pick = (value: string): void => {
    const last = spans.find((name) => name === value);
    if (last !== undefined) choose({ kind: "last", span: last });
    else if (value === "ever") choose({ kind: "ever" });
    else choose({ kind: "own", ...(momentsOf(chosen, serverNow.peek()) ?? lastDay(serverNow.peek())) });
  };
  return (
    <div class="span-field">
      <SelectField label={label} options={options} value={nameOf(chosen)} choose={pick} testId="span" />
      {chosen.kind === "own" && (
        <OwnSpan
          moments={chosen}
          daysMax={daysMax}
          choose={(moments) => choose({ kind: "own", ...moments })}
        />
      )}
    </div>
  );
};

const lastDay = (now: number): Moments => ({ from: now - dayInMs, to: now });
