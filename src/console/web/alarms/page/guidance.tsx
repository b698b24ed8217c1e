import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Alarm } from "../../../../domain/alarms.ts";
import { hashOf } from "../../router.ts";
import { useSiteView } from "../../site-view.ts";
import { useStore, useTexts } from "../../store.ts";
import { Entered } from "../../ui/quoted.tsx";

/** What the site wants done at an alarm of this kind, in its own words; nothing where it says nothing. */
export const Guidance = ({ alarm }: { readonly alarm: Alarm }): JSX.Element | null => {
  const { guidance } = useTexts().alarmPage;
  const text = useSiteView()?.guidance[alarm.kind];
  return text === undefined ? null : (
    <section class="guidance" aria-labelledby="guidance-heading" data-testid="guidance">
      <h3 id="guidance-heading">{guidance.heading}</h3>
      <p>
        <Entered text={text} />
      </p>
    </section>
  );
};

/** The other alarm of the same vehicle: the later one by the case itself, the earlier one as far as the board has it. */
export const Continued = ({ alarm }: { readonly alarm: Alarm }): JSX.Element | null => {
  const { continued } = useTexts().alarmPage;
  const { board } = useStore();
  const { alarmId, continuedBy } = alarm;
  const earlier = useComputed(() => {
    for (const row of board.value.alarms.values()) if (row.continuedBy === alarmId) return row.alarmId;
    return null;
  }).value;
  if (continuedBy === undefined && earlier === null) return null;
  return (
    <p class="notice" data-testid="continued">
      {continuedBy !== undefined && (
        <>
          {continued.text} <a href={hashOf(continuedBy)}>{continued.open}</a>{" "}
        </>
      )}
      {earlier !== null && (
        <>
          {continued.earlier} <a href={hashOf(earlier)}>{continued.openEarlier}</a>
        </>
      )}
    </p>
  );
};
