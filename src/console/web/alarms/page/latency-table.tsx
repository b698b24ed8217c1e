import type { JSX } from "preact";
import {
  breachesOf,
  latencyBudgetsSchema,
  latencyStageNames,
  stagesOf,
} from "../../../../core/latency.ts";
import type { AlarmCase } from "../../../../domain/adjudication.ts";
import { useTexts } from "../../store.ts";

/** A site may allow other times than these. */
const usualBudgets = latencyBudgetsSchema.parse({});

/** How long the alarm's way to the officer took, stage by stage, as far as the case tells. */
export const LatencyTable = ({ alarmCase }: { readonly alarmCase: AlarmCase }): JSX.Element | null => {
  const { alarmPage, format } = useTexts();
  const { latency: text } = alarmPage;
  const { latency, alarm } = alarmCase;
  if (latency === undefined || alarm.historical === true) return null;
  const stages = stagesOf({ ...latency, deliveredAt: null, shownAt: null });
  const slow = new Set(breachesOf(stages, usualBudgets).map(({ stage }) => stage));
  const took = new Map(stages.map((stage) => [stage.stage, stage]));
  const known = latencyStageNames.flatMap((name) => {
    const stage = took.get(name);
    return stage === undefined ? [] : [stage];
  });
  const sum = known.reduce((total, { ms }) => total + ms, 0);
  return (
    <section class="latency" aria-labelledby="latency-heading" data-testid="latency">
      <h3 id="latency-heading">{text.heading}</h3>
      <ul>
        {known.map(({ stage, ms, isSkewed }) => (
          <li key={stage} data-slow={slow.has(stage)}>
            <span class="quiet">{text.stages[stage]}</span> <b>{text.milliseconds({ ms: format.number(ms) })}</b>{" "}
            {isSkewed && <span class="quiet">{text.skewed}</span>}
            {slow.has(stage) && (
              <span class="problem">
                {text.slow({ limit: text.milliseconds({ ms: format.number(usualBudgets[stage]) }) })}
              </span>
            )}
          </li>
        ))}
        <li>
          <span class="quiet">{text.known}</span> <b>{text.milliseconds({ ms: format.number(sum) })}</b>{" "}
          <span class="quiet">{text.rest}</span>
        </li>
      </ul>
    </section>
  );
};
