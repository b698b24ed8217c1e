import type { JSX } from "preact";
import { handoverSchema } from "../../../wire/history.ts";
import { Report } from "../handover/report.tsx";
import { writeParams } from "../history/address-params.ts";
import { answeredOf, useAsked } from "../history/asked.ts";
import { AskedLine, CatchingUp } from "../history/asked-line.tsx";
import { momentsOf, type SpanChoice, spanIn, spanParams } from "../history/span.ts";
import { SpanField } from "../history/span-field.tsx";
import type { PageProps } from "../page-props.ts";
import { useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";

const lastShift: SpanChoice = { kind: "last", span: "shift" };

export const Page = ({ query }: PageProps): JSX.Element => {
  const t = useTexts();
  const chosen = spanIn(new URLSearchParams(query), lastShift);
  const choice: SpanChoice = chosen.kind === "ever" ? lastShift : chosen;
  const [asked, again] = useAsked({
    question: query,
    pathAt: (now) => {
      const { from, to } = momentsOf(choice, now) ?? { from: now - 8 * 3_600_000, to: now };
      return `/api/handover?from=${Math.max(0, Math.floor(from))}&to=${Math.floor(to)}`;
    },
    schema: handoverSchema,
  });
  const report = answeredOf(asked)?.value ?? null;
  return (
    <section class="pane page-pane handover-page" aria-labelledby="page-heading">
      <h1 id="page-heading" tabIndex={-1}>
        {t.handover.heading}
      </h1>
      <div class="report-controls">
        <SpanField
          label={t.handover.span}
          spans={["shift", "half", "day", "week"]}
          daysMax={7}
          chosen={choice}
          choose={(span) => writeParams("handover", Object.entries(spanParams(span)))}
        />
        <Button look="action" disabled={report === null} onClick={() => window.print()} data-testid="print">
          {t.handover.print}
        </Button>
      </div>
      <AskedLine asked={asked} again={again} />
      <CatchingUp progress={report?.progress ?? null} again={again} />
      {report !== null && <Report report={report} />}
    </section>
  );
};
