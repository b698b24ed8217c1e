import type { JSX } from "preact";
import type { Alarm } from "../../../../domain/alarms.ts";
import { hashOf } from "../../router.ts";
import { useSiteView } from "../../site-view.ts";
import { useTexts } from "../../store.ts";
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

/** The alarm that the same vehicle has from later on. */
export const Continued = ({ alarm }: { readonly alarm: Alarm }): JSX.Element | null => {
  const { continued } = useTexts().alarmPage;
  return alarm.continuedBy === undefined ? null : (
    <p class="notice" data-testid="continued">
      {continued.text} <a href={hashOf(alarm.continuedBy)}>{continued.open}</a>
    </p>
  );
};
