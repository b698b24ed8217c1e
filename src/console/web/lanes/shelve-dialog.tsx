import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { FaultKind } from "../../../domain/faults.ts";
import { wallMs } from "../../../domain/units.ts";
import type { LaneView } from "../../../wire/console.ts";
import { resultText } from "../command-text.ts";
import type { CommandResult } from "../commands.ts";
import { useStore, useTexts } from "../store.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { Entered } from "../ui/quoted.tsx";
import { sendShelfAct, shelfEnd, type ShelfSpan, shelfSpanNames } from "./shelf-acts.ts";

const reasonLengthMax = 200;

interface ShelveDialogProps {
  readonly lane: LaneView;
  readonly fault: FaultKind;
  readonly close: () => void;
}

const Spans = ({
  chosen,
  choose,
}: {
  readonly chosen: ShelfSpan;
  readonly choose: (span: ShelfSpan) => void;
}): JSX.Element => {
  const { shelf } = useTexts().lanes;
  return (
    <fieldset class="shelf-spans">
      <legend>{shelf.howLong}</legend>
      {shelfSpanNames.map((span) => (
        <Button key={span} aria-pressed={span === chosen} data-span={span} onClick={() => choose(span)}>
          {shelf.spans[span]}
        </Button>
      ))}
    </fieldset>
  );
};

/** Why a fault needs nobody's attention for a while, and for how long. Closes when the server has accepted it. */
export const ShelveDialog = ({ lane, fault, close }: ShelveDialogProps): JSX.Element => {
  const store = useStore();
  const t = useTexts();
  const [reason, setReason] = useState("");
  const [span, setSpan] = useState<ShelfSpan>("shift");
  const [isTried, setTried] = useState(false);
  const [result, setResult] = useState<CommandResult | "pending" | null>(null);
  const { serverNow, siteTime } = store;
  const until = wallMs(shelfEnd(serverNow.value, span));
  const shelve = async (): Promise<void> => {
    setTried(true);
    if (reason.trim() === "" || result === "pending") return;
    setResult("pending");
    const act = { kind: "shelve-fault", fault, until, reason: reason.trim() } as const;
    const answer = await sendShelfAct(store, lane.laneId, act);
    setResult(answer);
    if (answer.kind === "accepted") close();
  };
  return (
    <Dialog
      title={t.lanes.shelf.shelveFault({ fault: t.domain.faults[fault] })}
      close={close}
      testId="shelve-dialog"
    >
      <form
        class="shelve-form"
        onSubmit={(event) => {
          event.preventDefault();
          void shelve();
        }}
      >
        <p class="quiet">
          <Entered text={lane.name} /> · {t.lanes.shelf.meaning}
        </p>
        <TextField
          label={t.lanes.shelf.reason}
          isRequired
          rows={2}
          lengthMax={reasonLengthMax}
          value={reason}
          edit={setReason}
          problem={isTried && reason.trim() === "" ? t.lanes.shelf.reasonMissing : null}
          testId="shelf-reason"
        />
        <Spans chosen={span} choose={setSpan} />
        <p class="quiet">{t.lanes.shelf.endsAt({ at: siteTime.value.full(until) })}</p>
        {result !== null && (
          <p role="status" class={result === "pending" ? "quiet" : "shelf-trouble"}>
            {result === "pending" ? t.shell.command.pending : resultText(t, result)}
          </p>
        )}
        <div class="dialog-buttons">
          <Button onClick={close}>{t.shell.cancel}</Button>
          <Button look="action" type="submit" data-testid="shelf-send">
            {t.lanes.shelf.shelve}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
