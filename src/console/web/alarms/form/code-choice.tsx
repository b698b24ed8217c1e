import type { JSX } from "preact";
import {
  dispositionGroups,
  type DispositionGroup,
  type DispositionId,
  dispositionIds,
  dispositions,
} from "../../../../domain/dispositions.ts";
import { useTexts } from "../../store.ts";

const isGroup = (name: string): name is DispositionGroup => Object.hasOwn(dispositionGroups, name);
const groups = Object.keys(dispositionGroups).filter(isGroup);
const idsOf = (group: DispositionGroup): readonly DispositionId[] =>
  dispositionIds.filter((id) => dispositions[id].group === group);

interface CodeChoiceProps {
  readonly chosen: DispositionId | null;
  readonly choose: (id: DispositionId) => void;
  readonly isMissing: boolean;
}

/** The codes in their groups, each under its number, which is also its key. */
export const CodeChoice = ({ chosen, choose, isMissing }: CodeChoiceProps): JSX.Element => {
  const { form, domain } = useTexts();
  return (
    <fieldset class="codes" data-testid="disposition" data-missing={isMissing}>
      <legend>
        {form.disposition} · {form.codesHint}
      </legend>
      {groups.map((group) => (
        <div
          key={group}
          class="code-group"
          data-group={group}
          role="group"
          aria-label={domain.dispositionGroups[group]}
        >
          <span class="code-group-name" aria-hidden="true">
            {domain.dispositionGroups[group]}
          </span>
          <span class="code-list">
            {idsOf(group).map((id) => (
              <label key={id} class="code" data-chosen={id === chosen}>
                <input
                  type="radio"
                  name="disposition"
                  value={id}
                  data-testid={`disposition-${id}`}
                  checked={id === chosen}
                  onChange={() => choose(id)}
                />
                <kbd>{dispositions[id].code}</kbd>
                <span>{domain.dispositions[id]}</span>
              </label>
            ))}
          </span>
        </div>
      ))}
      {isMissing && (
        <p class="field-problem" role="alert">
          {form.dispositionMissing}
        </p>
      )}
    </fieldset>
  );
};
