import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  readonly label: ComponentChildren;
  /** Under the control. */
  readonly hint?: ComponentChildren;
  /** What is wrong with it; said to those who listen, and never by colour alone. */
  readonly problem?: string | null;
  readonly isRequired?: boolean;
  readonly class?: string;
}

interface ControlIds {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: boolean;
  readonly "aria-required"?: boolean;
}

/** A label with its control, hint and problem: `<Field label="…">{(control) => <input {...control} />}</Field>`. */
export const Field = ({
  label,
  hint,
  problem = null,
  isRequired = false,
  class: more = "",
  children,
}: FieldProps & { readonly children: (control: ControlIds) => JSX.Element }): JSX.Element => {
  const id = useId();
  const described = [hint === undefined ? "" : `${id}-hint`, problem === null ? "" : `${id}-problem`].filter(
    Boolean,
  );
  return (
    <div class={`field ${more}`}>
      <label for={id}>
        {label}
        {isRequired && (
          <span class="field-required" aria-hidden="true">
            {" *"}
          </span>
        )}
      </label>
      {children({
        id,
        ...(described.length === 0 ? {} : { "aria-describedby": described.join(" ") }),
        ...(problem === null ? {} : { "aria-invalid": true }),
        ...(isRequired ? { "aria-required": true } : {}),
      })}
      {hint !== undefined && (
        <span class="field-hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {problem !== null && (
        <span class="field-problem" id={`${id}-problem`}>
          {problem}
        </span>
      )}
    </div>
  );
};

interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly edit: (value: string) => void;
  readonly lengthMax: number;
  /** Lines of a text area; 1 (the default) is a single line. */
  readonly rows?: number;
  readonly isSecret?: boolean;
  readonly autocomplete?: string;
  readonly name?: string;
  readonly testId?: string;
  readonly isDisabled?: boolean;
}

/** `dir="auto"`: what is entered keeps its own direction in any language of the page. */
export const TextField = ({
  value,
  edit,
  lengthMax,
  rows = 1,
  isSecret = false,
  autocomplete = "off",
  name,
  testId,
  isDisabled = false,
  ...field
}: TextFieldProps): JSX.Element => (
  <Field {...field}>
    {(control) => {
      const common = {
        ...control,
        value,
        maxLength: lengthMax,
        autocomplete,
        dir: "auto" as const,
        disabled: isDisabled,
        ...(name === undefined ? {} : { name }),
        ...(testId === undefined ? {} : { "data-testid": testId }),
      };
      return rows > 1 ? (
        <textarea {...common} rows={rows} onInput={(event) => edit(event.currentTarget.value)} />
      ) : (
        <input
          {...common}
          {...(isSecret ? { type: "password" } : { type: "text" })}
          onInput={(event) => edit(event.currentTarget.value)}
        />
      );
    }}
  </Field>
);

export interface Option<T extends string> {
  readonly value: T;
  readonly text: string;
}

interface SelectFieldProps<T extends string> extends FieldProps {
  readonly options: readonly Option<T>[];
  readonly value: T;
  readonly choose: (value: T) => void;
  readonly testId?: string;
}

export const SelectField = <T extends string>({
  options,
  value,
  choose,
  testId,
  ...field
}: SelectFieldProps<T>): JSX.Element => (
  <Field {...field}>
    {(control) => (
      <select
        {...control}
        {...(testId === undefined ? {} : { "data-testid": testId })}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.currentTarget.value);
          if (chosen !== undefined) choose(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    )}
  </Field>
);
