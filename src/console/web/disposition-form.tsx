import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { AlarmCase } from "../../domain/adjudication.ts";
import { dispositionGroups, dispositionIds, dispositions } from "../../domain/dispositions.ts";
import type { DispositionGroup, DispositionId } from "../../domain/dispositions.ts";
import type { AlarmId } from "../../domain/ids.ts";
import type { CommandRequest } from "../../wire/console.ts";
import { act, drawCommandId } from "./acts.ts";
import type { CommandProgress } from "./commands.ts";
import { editDraft, emptyDraft } from "./draft.ts";
import type { Draft } from "./draft.ts";
import { messages } from "./messages.ts";
import { useStore } from "./store.ts";

const text = messages.form;

const groupIds = (group: DispositionGroup): readonly DispositionId[] =>
  dispositionIds.filter((id) => dispositions[id].group === group);

const isGroup = (name: string): name is DispositionGroup => Object.hasOwn(dispositionGroups, name);
const groups = Object.keys(dispositionGroups).filter(isGroup);

const Progress = ({
  alarmId,
  progress,
}: {
  readonly alarmId: AlarmId;
  readonly progress: CommandProgress;
}): JSX.Element => {
  const store = useStore();
  const { result, request } = progress;
  return (
    <span class="progress" data-result={result?.kind ?? "pending"} data-testid="command-result">
      {result === null ? text.pending : text.result(result)}{" "}
      {result?.kind === "unanswered" && (
        <button type="button" class="plain" onClick={() => void act(store, alarmId, request)}>
          {text.retry}
        </button>
      )}
    </span>
  );
};

interface FieldProps {
  readonly draft: Draft;
  readonly edit: (change: Partial<Draft>) => void;
}

const DispositionField = ({
  draft,
  edit,
  invalid,
}: FieldProps & { readonly invalid: boolean }): JSX.Element => (
  <label class="field field-disposition">
    <span>{text.disposition}</span>
    <select
      data-testid="disposition"
      name="disposition"
      value={draft.disposition ?? ""}
      aria-invalid={invalid}
      aria-describedby="form-problem"
      onChange={(event) => {
        const chosen = dispositionIds.find((id) => id === event.currentTarget.value);
        edit({ disposition: chosen ?? null });
      }}
    >
      <option value="">{text.dispositionChoose}</option>
      {groups.map((group) => (
        <optgroup key={group} label={text.dispositionGroup(group)}>
          {groupIds(group).map((id) => (
            <option key={id} value={id}>
              {text.dispositionLabel(id)}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  </label>
);

const VehicleField = ({ draft, edit }: FieldProps): JSX.Element => (
  <label class="field field-vehicle">
    <span>{text.vehicle}</span>
    <input
      data-testid="vehicle"
      name="vehicle"
      maxLength={40}
      autocomplete="off"
      spellcheck={false}
      value={draft.vehicleId}
      onInput={(event) => edit({ vehicleId: event.currentTarget.value })}
    />
  </label>
);

const NotesField = ({ draft, edit }: FieldProps): JSX.Element => (
  <label class="field field-notes">
    <span>{text.notes}</span>
    <textarea
      data-testid="notes"
      name="notes"
      rows={2}
      maxLength={4000}
      value={draft.notes}
      onInput={(event) => edit({ notes: event.currentTarget.value })}
    />
  </label>
);

interface OfficerFieldProps {
  readonly field: { current: HTMLInputElement | null };
  readonly invalid: boolean;
}

const OfficerField = ({ field, invalid }: OfficerFieldProps): JSX.Element => {
  const { officer } = useStore();
  return (
    <label class="field field-officer">
      <span>{text.officer}</span>
      <input
        ref={field}
        data-testid="officer"
        name="officer"
        maxLength={80}
        autocomplete="name"
        value={officer.value}
        aria-invalid={invalid}
        aria-describedby="officer-hint form-problem"
        onInput={(event) => (officer.value = event.currentTarget.value)}
      />
    </label>
  );
};

type Missing = "officer" | "disposition";

const missingText = (missing: Missing | null): string => {
  switch (missing) {
    case null:
      return "";
    case "officer":
      return text.officerMissing;
    case "disposition":
      return text.dispositionMissing;
  }
};

/** What stands in the form's place once there is a disposition; the history has the rest. */
const Settled = ({ alarmCase }: { readonly alarmCase: AlarmCase }): JSX.Element | null => {
  const { alarm, adjudication } = alarmCase;
  const progress = useStore().commands.value.get(alarm.alarmId);
  const disposal = adjudication.history.findLast((command) => command.kind === "dispose");
  if (disposal?.kind !== "dispose") return null;
  return (
    <div class="settled" role="status" data-testid="settled">
      <b>{text.settled(disposal.disposition, disposal.officer)}</b>{" "}
      {progress !== undefined && <Progress alarmId={alarm.alarmId} progress={progress} />}
    </div>
  );
};

/** Acknowledge and dispose in one form. What is typed lives in the store, so no message and no error can take it away. */
const DispositionForm = ({ alarmCase }: { readonly alarmCase: AlarmCase }): JSX.Element => {
  const store = useStore();
  const { officer, drafts, commands, current } = store;
  const [missing, setMissing] = useState<Missing | null>(null);
  const officerField = useRef<HTMLInputElement | null>(null);
  const { alarm, adjudication } = alarmCase;
  const { alarmId } = alarm;
  const draft = drafts.value.get(alarmId) ?? emptyDraft;
  const progress = commands.value.get(alarmId);
  const pending = progress?.result === null ? progress.request.kind : null;
  const name = officer.value.trim();

  const edit = (change: Partial<Draft>): void => {
    drafts.value = editDraft(drafts.value, alarmId, change);
    if (change.disposition !== undefined) setMissing(null);
  };
  const send = (request: CommandRequest): void => {
    setMissing(null);
    void act(store, alarmId, request);
  };
  const base = { expectedVersion: adjudication.version, officer: name };
  const named = (): boolean => {
    if (name !== "") return true;
    setMissing("officer");
    officerField.current?.focus();
    return false;
  };
  const acknowledge = (): void => {
    if (named()) send({ kind: "acknowledge", commandId: drawCommandId(), ...base });
  };
  const dispose = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!named()) return;
    const { disposition, vehicleId, notes } = draft;
    if (disposition === null) setMissing("disposition");
    else {
      const entered = { disposition, vehicleId: vehicleId.trim(), notes: notes.trim() };
      send({ kind: "dispose", commandId: drawCommandId(), ...base, ...entered });
    }
  };
  const fields: FieldProps = { draft, edit };
  return (
    <form class="decide" aria-label={text.heading} onSubmit={dispose}>
      <OfficerField field={officerField} invalid={missing === "officer" && name === ""} />
      <button
        type="button"
        class="action acknowledge"
        data-testid="acknowledge"
        disabled={adjudication.state !== "unacknowledged" || pending !== null}
        onClick={acknowledge}
      >
        {pending === "acknowledge" ? text.acknowledging : text.acknowledge}
      </button>
      <DispositionField {...fields} invalid={missing === "disposition"} />
      <VehicleField {...fields} />
      <NotesField {...fields} />
      <button
        type="submit"
        class="action dispose"
        data-testid="dispose"
        disabled={adjudication.state !== "acknowledged" || pending !== null}
      >
        {pending === "dispose" ? text.disposing : text.dispose}
      </button>
      <div class="form-foot">
        <div role="status">
          <span class="problem" id="form-problem">
            {missingText(missing)}
          </span>
          {progress !== undefined && <Progress alarmId={alarmId} progress={progress} />}
          {!current.value && <span class="problem"> {text.staleNotice}</span>}
        </div>
        <span class="quiet" id="officer-hint">
          {text.officerHint}
        </span>
      </div>
    </form>
  );
};

/** The form, or what came of it. */
export const Decide = ({ alarmCase }: { readonly alarmCase: AlarmCase }): JSX.Element =>
  alarmCase.adjudication.state === "dispositioned" ? (
    <Settled alarmCase={alarmCase} />
  ) : (
    <DispositionForm alarmCase={alarmCase} />
  );
