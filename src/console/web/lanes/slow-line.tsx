import type { JSX } from "preact";
import type { LaneView } from "../../../wire/console.ts";
import { useStore, useTexts } from "../store.ts";

/** Which stages of a recent alarm's way to the officers took longer than they may; nothing where none did. */
export const SlowLine = ({ slow }: { readonly slow: LaneView["slow"] }): JSX.Element | null => {
  const { serverNow } = useStore();
  const { lanes, alarmPage, format } = useTexts();
  if (slow === null) return null;
  const { stages, milliseconds } = alarmPage.latency;
  const ms = (value: number): string => milliseconds({ ms: format.number(value) });
  return (
    <ul class="faults" data-testid="lane-slow">
      <li data-severity="medium">
        <span class="fault-mark">{lanes.faultMedium}</span> <b>{lanes.slow.heading}</b>{" "}
        <span class="fault-age">{lanes.faultFor({ age: format.age(serverNow.value - slow.since) })}</span>
        {slow.breaches.map(({ stage, ms: took, limitInMs }) => (
          <span key={stage} class="fault-meaning" data-stage={stage}>
            {lanes.slow.stage({ stage: stages[stage], took: ms(took), limit: ms(limitInMs) })}
          </span>
        ))}
      </li>
    </ul>
  );
};
