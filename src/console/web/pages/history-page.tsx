import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type HistoryPage, historyPageSchema } from "../../../wire/history.ts";
import { writeParams } from "../history/address-params.ts";
import { answeredOf, useAsked } from "../history/asked.ts";
import { AskedLine, CatchingUp } from "../history/asked-line.tsx";
import { choiceIn, choiceParams, historyPath } from "../history/history-choice.ts";
import { HistoryFilters } from "../history/history-filters.tsx";
import { ClosedAlarms, OpenAlarms } from "../history/history-results.tsx";
import type { PageProps } from "../page-props.ts";
import { useTexts } from "../store.ts";

/** 10 000 pages back; there the search has to be narrowed. A cursor has at most eleven characters. */
const cursorsMax = 10_000;

/** Alarms of any time: what is sought stands in the address, so that the way back from an alarm finds it again. */
export const Page = ({ query }: PageProps): JSX.Element => {
  const { history } = useTexts();
  const choice = choiceIn(query);
  /** Cursors of the pages from the second to the one that is shown. */
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const [open, setOpen] = useState<HistoryPage["open"]>(null);
  const cursor = cursors.at(-1) ?? null;
  const [asked, again] = useAsked({
    question: `${query}#${cursor ?? ""}`,
    pathAt: (now) => historyPath(choice, { cursor, now }),
    schema: historyPageSchema,
  });
  useEffect(() => setCursors([]), [query]);
  const answer = answeredOf(asked);
  const page = answer?.value ?? null;
  // The first page alone brings the open alarms; they stay above the later ones.
  useEffect(() => {
    if (page !== null && page.open !== null) setOpen(page.open);
  }, [page]);
  const next = page?.next ?? null;
  const isSettled = asked.kind === "got";
  const older = (): void => {
    if (next !== null && isSettled && cursors.length < cursorsMax) setCursors([...cursors, next]);
  };
  return (
    <section class="pane page-pane history-page" aria-labelledby="page-heading">
      <h1 id="page-heading" tabIndex={-1}>
        {history.heading}
      </h1>
      <HistoryFilters choice={choice} choose={(chosen) => writeParams("history", choiceParams(chosen))} />
      <AskedLine asked={asked} again={again} />
      <CatchingUp progress={page?.progress ?? null} again={again} />
      {open !== null && <OpenAlarms open={open} />}
      {page !== null && (
        <ClosedAlarms
          page={page}
          number={cursors.length + 1}
          newer={cursors.length === 0 ? null : () => setCursors(cursors.slice(0, -1))}
          older={next === null ? null : older}
        />
      )}
    </section>
  );
};
