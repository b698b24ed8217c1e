import type { JSX } from "preact";
import {
  type DispositionEntry,
  type DispositionField,
  dispositions,
} from "../../../../domain/dispositions.ts";
import { useTexts } from "../../store.ts";
import { Entered } from "../../ui/quoted.tsx";

const shownFields = ["vehicleId", "containerId", "isotopes", "commodity", "riidResult", "notes"] as const;

const textOf = (entry: DispositionEntry, field: DispositionField): string =>
  field === "isotopes" ? entry.isotopes.join(", ") : entry[field];

interface EntrySummaryProps {
  readonly entry: DispositionEntry;
  /** Why it is revised, or empty. */
  readonly reason?: string;
}

/** A disposition with everything that was entered, to be read. */
export const EntrySummary = ({ entry, reason = "" }: EntrySummaryProps): JSX.Element => {
  const { domain, form, alarmPage } = useTexts();
  const said = shownFields.filter((field) => entry[field].length > 0);
  return (
    <dl class="summary">
      <div>
        <dt>{form.disposition}</dt>
        <dd>
          <b>
            {form.option({
              code: String(dispositions[entry.disposition].code),
              name: domain.dispositions[entry.disposition],
            })}
          </b>
        </dd>
      </div>
      {said.map((field) => (
        <div key={field}>
          <dt>{domain.dispositionFields[field]}</dt>
          <dd>
            <Entered text={textOf(entry, field)} />
          </dd>
        </div>
      ))}
      {reason !== "" && (
        <div>
          <dt>{alarmPage.words.revisionReason}</dt>
          <dd>
            <Entered text={reason} />
          </dd>
        </div>
      )}
    </dl>
  );
};
