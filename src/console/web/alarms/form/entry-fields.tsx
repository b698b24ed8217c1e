import type { JSX } from "preact";
import { dispositionFields, type DispositionField, dispositions } from "../../../../domain/dispositions.ts";
import type { LoadClass } from "../../../../domain/load-classes.ts";
import type { Draft } from "../../draft.ts";
import { useTexts } from "../../store.ts";
import type { Texts } from "../../texts/catalog.ts";
import { TextField } from "../../ui/field.tsx";
import { containerIdAdvice } from "./container-id.ts";
import { IsotopeField } from "./isotope-field.tsx";

export interface EntryFieldsProps {
  readonly draft: Draft;
  readonly edit: (change: Partial<Draft>) => void;
  /** Said after an attempt to send. */
  readonly missing: readonly DispositionField[];
  readonly loadClass: LoadClass;
}

/** Advice on a container's id; it is taken as it is. */
const containerHint = ({ form }: Texts, typed: string): string | undefined => {
  const advice = containerIdAdvice(typed);
  switch (advice.kind) {
    case "none":
      return undefined;
    case "valid":
      return form.containerValid;
    case "check-digit":
      return form.containerCheckDigit({ digit: String(advice.expected) });
    case "unusual":
      return form.containerUnusual;
  }
};

/** What a disposition says besides its code; what its code requires is marked. */
export const EntryFields = ({ draft, edit, missing, loadClass }: EntryFieldsProps): JSX.Element => {
  const t = useTexts();
  const required: readonly DispositionField[] =
    draft.disposition === null ? [] : dispositions[draft.disposition].required;
  const problemOf = (name: DispositionField): string | null =>
    missing.includes(name) && draft[name].trim() === ""
      ? t.form.fieldMissing({ field: t.domain.dispositionFields[name] })
      : null;
  const field = (name: Exclude<DispositionField, "isotopes">): JSX.Element => {
    const hint = name === "containerId" ? containerHint(t, draft.containerId) : undefined;
    return (
      <TextField
        key={name}
        class={`field-${name}`}
        label={t.domain.dispositionFields[name]}
        testId={name === "vehicleId" ? "vehicle" : name}
        name={name}
        isRequired={required.includes(name)}
        problem={problemOf(name)}
        {...(hint === undefined ? {} : { hint })}
        rows={name === "notes" || name === "riidResult" ? 2 : 1}
        lengthMax={dispositionFields[name].lengthMax}
        value={draft[name]}
        edit={(value) => edit({ [name]: value })}
      />
    );
  };
  return (
    <>
      {field("vehicleId")}
      {field("containerId")}
      <IsotopeField
        value={draft.isotopes}
        edit={(isotopes) => edit({ isotopes })}
        loadClass={loadClass}
        isRequired={required.includes("isotopes")}
        problem={problemOf("isotopes")}
      />
      {field("commodity")}
      {field("riidResult")}
      {field("notes")}
    </>
  );
};
