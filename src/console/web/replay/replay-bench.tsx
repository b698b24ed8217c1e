import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { alarmId } from "../../../domain/ids.ts";
import type { AlarmRow } from "../../../wire/console.ts";
import { historyPageSchema } from "../../../wire/history.ts";
import type { ChosenOptions, ComparedOccupancy, ReplayAnswer, ReplayOptions } from "../../../wire/replay.ts";
import { getJson } from "../api.ts";
import { troubleText } from "../command-text.ts";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { Quoted } from "../ui/quoted.tsx";
import { Bulk } from "./bulk.tsx";
import { Decisions } from "./decisions.tsx";
import { EffectTable } from "./effect-table.tsx";
import { ProposalForm } from "./proposal-form.tsx";
import { writtenOf, yamlOf } from "./proposal.ts";
import { RecordingChoice } from "./recording-choice.tsx";
import { askReplay, laneIdIn, replayedOf, type Recording, type ReplayResult } from "./replay-state.ts";
import { YamlView } from "./yaml-view.tsx";

const alarmsListed = 100;

/** The lane's latest alarms, from the history; null while they are being asked for. */
const useLaneAlarms = (laneId: string): readonly AlarmRow[] | null => {
  const store = useStore();
  const [rows, setRows] = useState<readonly AlarmRow[] | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    setRows(null);
    const path = `/api/history?lane=${encodeURIComponent(laneId)}&limit=${alarmsListed}`;
    void getJson(store, path, { schema: historyPageSchema, signal: controller.signal }).then((answer) => {
      if (!controller.signal.aborted) setRows(answer.kind === "got" ? answer.value.rows : []);
    });
    return () => controller.abort();
  }, [laneId]);
  return rows;
};

const Trouble = ({ result }: { readonly result: Exclude<ReplayResult, { kind: "got" }> }): JSX.Element => {
  const t = useTexts();
  if (result.kind === "unanswered") return <p role="alert">{t.replay.unanswered}</p>;
  const { code, problems } = result;
  if (problems.length === 0) return <p role="alert">{troubleText(t, code)}</p>;
  return (
    <div role="alert" class="replay-problems" data-testid="replay-problems">
      <p>{t.replay.problems}</p>
      <ul>
        {problems.map((problem) => (
          <li key={problem}>
            <Quoted text={problem} />
          </li>
        ))}
      </ul>
    </div>
  );
};

/** What the answer rests on. */
const Grounds = ({ answer }: { readonly answer: ReplayAnswer }): JSX.Element => {
  const t = useTexts();
  const { recorded, frames, framesMissing, leadInMs, isCut } = answer;
  return (
    <p class="quiet" data-testid="replay-grounds" data-recorded={recorded ?? "unknown"}>
      {[
        recorded === null ? "" : t.replay.recorded[recorded],
        t.replay.framesUsed(frames, { lead: t.format.age(leadInMs) }),
        framesMissing > 0 ? t.replay.framesMissing(framesMissing) : "",
        isCut ? t.replay.cut : "",
      ]
        .filter(Boolean)
        .join(" ")}
    </p>
  );
};

interface AnswerProps {
  /** Null while only the table below has been filled. */
  readonly answer: ReplayAnswer | null;
  readonly shown: ComparedOccupancy | null;
  readonly show: (occupancy: ComparedOccupancy) => void;
}

const Answer = ({ answer, shown, show }: AnswerProps): JSX.Element => {
  const t = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  const occupancies = answer?.occupancies ?? [];
  useEffect(() => heading.current?.focus(), [shown]);
  return (
    <section class="replay-answer" aria-labelledby="replay-answer-heading">
      <h2 id="replay-answer-heading" ref={heading} tabIndex={-1}>
        {t.replay.decisions}
      </h2>
      {answer !== null && occupancies.length === 0 && <p>{t.replay.noOccupancies}</p>}
      {occupancies.length > 1 && (
        <EffectTable
          caption={t.replay.passed}
          rows={occupancies.map((occupancy) => ({
            kind: "compared",
            key: occupancy.occupancyId,
            at: occupancy.startedAt,
            occupancy,
          }))}
          show={show}
          testId="replay-occupancies"
        />
      )}
      {shown !== null && <Decisions key={shown.occupancyId} occupancy={shown} />}
      {answer !== null && <Grounds answer={answer} />}
    </section>
  );
};

interface BenchProps {
  readonly options: ReplayOptions;
  /** The alarm in the address. */
  readonly asked: string | undefined;
}

/** Choose a recording, propose settings, and see both decisions. */
export const ReplayBench = ({ options, asked }: BenchProps): JSX.Element | null => {
  const store = useStore();
  const t = useTexts();
  const first = options.lanes.find(({ laneId }) => laneId === laneIdIn(asked ?? "")) ?? options.lanes[0];
  const [laneId, setLaneId] = useState(first?.laneId);
  const [recording, setRecording] = useState<Recording>(
    asked === undefined ? { kind: "none" } : { kind: "alarm", alarmId: alarmId(asked) },
  );
  const [chosen, setChosen] = useState<ChosenOptions | null>(null);
  const [result, setResult] = useState<ReplayResult | "running" | null>(null);
  const [shown, setShown] = useState<ComparedOccupancy | null>(null);
  const asking = useRef<AbortController | null>(null);
  const alarms = useLaneAlarms(String(laneId));
  useEffect(() => () => asking.current?.abort(), []);
  const lane = options.lanes.find((each) => each.laneId === laneId) ?? first;
  const proposal = chosen ?? lane?.present;
  const written = useMemo(
    () => (proposal === undefined ? {} : writtenOf(proposal, options, lane?.further)),
    [proposal, lane],
  );
  if (lane === undefined || proposal === undefined) return null;

  const replayed = replayedOf(recording, lane.laneId, store.serverNow.value);
  const got = result !== null && result !== "running" && result.kind === "got" ? result.answer : null;
  const run = async (): Promise<void> => {
    if (replayed === null) return;
    asking.current?.abort();
    const controller = new AbortController();
    asking.current = controller;
    setResult("running");
    const answer = await askReplay(store, { replayed, proposed: written }, controller.signal);
    if (controller.signal.aborted) return;
    setResult(answer);
    setShown(answer.kind === "got" ? (answer.answer.occupancies[0] ?? null) : null);
  };
  return (
    <>
      <form
        class="replay-form"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <fieldset>
          <legend>{t.replay.subject}</legend>
          <RecordingChoice
            lanes={options.lanes}
            lane={lane}
            chooseLane={(id) => {
              setLaneId(id);
              setRecording({ kind: "none" });
              setChosen(null);
            }}
            alarms={alarms}
            recording={recording}
            choose={setRecording}
          />
        </fieldset>
        <fieldset>
          <legend>{t.replay.settings}</legend>
          <ProposalForm options={options} chosen={proposal} change={setChosen} />
          <Button look="quiet" disabled={chosen === null} onClick={() => setChosen(null)}>
            {t.replay.asPresent}
          </Button>
          <YamlView yaml={yamlOf(written)} />
        </fieldset>
        <Button
          look="action"
          type="submit"
          disabled={replayed === null || result === "running"}
          data-testid="replay-run"
        >
          {result === "running" ? t.replay.running : t.replay.run}
        </Button>
      </form>
      <div class="replay-results">
        {result !== null && result !== "running" && result.kind !== "got" && <Trouble result={result} />}
        {(got !== null || shown !== null) && <Answer answer={got} shown={shown} show={setShown} />}
        <Bulk
          key={String(lane.laneId)}
          alarms={alarms ?? []}
          proposed={written}
          show={(occupancy) => {
            setShown(occupancy);
          }}
        />
      </div>
    </>
  );
};
