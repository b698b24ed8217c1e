import type { JSX } from "preact";
import type { AlarmCase } from "../../../../domain/adjudication.ts";
import type { WallMs } from "../../../../domain/units.ts";
import { useStore, useTexts } from "../../store.ts";
import { Entered } from "../../ui/quoted.tsx";

type Line = readonly [label: string, text: string, isEntered: boolean];

const Lines = ({ lines }: { readonly lines: readonly Line[] }): JSX.Element => (
  <dl class="summary">
    {lines
      .filter(([, text]) => text !== "")
      .map(([label, text, isEntered]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{isEntered ? <Entered text={text} /> : text}</dd>
        </div>
      ))}
  </dl>
);

/** How the secondary inspection stands and what the specialists were asked; nothing where there is neither. */
export const Inspection = ({ adjudication }: Pick<AlarmCase, "adjudication">): JSX.Element | null => {
  const { siteTime } = useStore();
  const { alarmPage, domain } = useTexts();
  const { words, inspection } = alarmPage;
  const { secondary, escalation } = adjudication;
  const time = (at: WallMs | null): string => (at === null ? "" : siteTime.value.time(at));
  if (secondary.state === "none" && escalation === null) return null;
  return (
    <section class="inspection" aria-label={inspection.label} data-testid="inspection">
      {secondary.state !== "none" && (
        <div data-secondary={secondary.state}>
          <h3>{domain.secondary[secondary.state]}</h3>
          <Lines
            lines={[
              [inspection.requested, time(secondary.requestedAt), false],
              [inspection.started, time(secondary.startedAt), false],
              [inspection.completed, time(secondary.completedAt), false],
              [words.instructions, secondary.instructions, true],
              [words.inspectionRiid, secondary.riidResult, true],
              [words.findings, secondary.findings, true],
            ]}
          />
        </div>
      )}
      {escalation !== null && (
        <div data-escalation={escalation.answer === null ? "open" : "answered"}>
          <h3>{escalation.answer === null ? inspection.questionOpen : inspection.questionAnswered}</h3>
          <Lines
            lines={[
              [inspection.asked, time(escalation.at), false],
              [words.askedOf, escalation.to, true],
              [words.question, escalation.question, true],
              [words.answer, escalation.answer ?? "", true],
            ]}
          />
        </div>
      )}
    </section>
  );
};
