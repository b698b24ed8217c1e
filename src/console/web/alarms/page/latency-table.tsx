import type { JSX } from "preact";
import { breachesOf, latencyBudgetsSchema, stagesOf } from "../../../../core/latency.ts";
import type { AlarmCase } from "../../../../domain/adjudication.ts";
import type { AlarmStamps } from "../../../../wire/console.ts";
import { useTexts } from "../../store.ts";

/** A site may allow other times than these. */
const usualBudgets = latencyBudgetsSchema.parse({});

interface LatencyTableProps {
  readonly alarmCase: AlarmCase;
  /** From the server; without them, what the case itself tells. */
  readonly stamps: AlarmStamps | null;
}

/** How long the alarm's way to the officer took, stage by stage, as far as it is known. */
export const LatencyTable = ({ alarmCase, stamps }: LatencyTableProps): JSX.Element | null => {
  const { alarmPage, format } = useTexts();
  const { latency: text } = alarmPage;
  const { latency, alarm } = alarmCase;
  const known = stamps ?? (latency === undefined ? null : { ...latency, deliveredAt: null, shownAt: null });
  if (known === null || alarm.historical === true) return null;
  const stages = stagesOf(known);
  const isWhole = stages.some(({ stage }) => stage === "total");
  const slow = new Set(breachesOf(stages, usualBudgets).map(({ stage }) => stage));
  const sum = stages.reduce((total, { ms }) => total + ms, 0);
  return (
    <section class="latency" aria-labelledby="latency-heading" data-testid="latency">
      <h3 id="latency-heading">{text.heading}</h3>
      <ul>
        {stages.map(({ stage, ms, isSkewed }) => (
          <li key={stage} data-stage={stage} data-slow={slow.has(stage)}>
            <span class="quiet">{text.stages[stage]}</span>{" "}
            <b>{text.milliseconds({ ms: format.number(ms) })}</b>{" "}
            {isSkewed && <span class="quiet">{text.skewed}</span>}
            {slow.has(stage) && (
              <span class="problem">
                {text.slow({ limit: text.milliseconds({ ms: format.number(usualBudgets[stage]) }) })}
              </span>
            )}
          </li>
        ))}
        {!isWhole && (
          <li>
            <span class="quiet">{text.known}</span> <b>{text.milliseconds({ ms: format.number(sum) })}</b>{" "}
            <span class="quiet">{text.rest}</span>
          </li>
        )}
      </ul>
    </section>
  );
};
