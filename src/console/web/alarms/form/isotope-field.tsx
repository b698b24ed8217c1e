import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { dispositionFields } from "../../../../domain/dispositions.ts";
import type { LoadClass } from "../../../../domain/load-classes.ts";
import { useTexts } from "../../store.ts";
import { Field } from "../../ui/field.tsx";
import {
  isotopeLengthMax,
  isotopeName,
  isotopesText,
  suggestionsFor,
  typedIsotopes,
  type TypedIsotopes,
} from "./isotopes.ts";

interface IsotopeFieldProps {
  readonly value: string;
  readonly edit: (value: string) => void;
  readonly loadClass: LoadClass;
  readonly isRequired: boolean;
  readonly problem: string | null;
}

interface TokensProps {
  readonly names: readonly string[];
  readonly remove: (name: string) => void;
}

const Tokens = ({ names, remove }: TokensProps): JSX.Element => {
  const { form } = useTexts();
  return (
    <>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          class="token"
          aria-label={form.removeIsotope({ isotope: name })}
          onClick={() => remove(name)}
        >
          <bdi>{name}</bdi> <span aria-hidden="true">×</span>
        </button>
      ))}
    </>
  );
};

const { lengthMax: namesMax } = dispositionFields.isotopes;

/** Isotopes as tokens. Enter, a comma or a space finishes one; arrow keys choose among the usual ones. */
export const IsotopeField = (props: IsotopeFieldProps): JSX.Element => {
  const { form } = useTexts();
  const { value, edit, loadClass, isRequired, problem } = props;
  const { names, rest } = typedIsotopes(value);
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const suggestions =
    isOpen && names.length < namesMax ? suggestionsFor(rest, { named: names, loadClass }) : [];
  const say = (typed: TypedIsotopes): void => edit(isotopesText(typed));
  const finish = (name: string): void => {
    if (name === "" || names.length >= namesMax) return;
    say({ names: [...new Set([...names, isotopeName(name)])], rest: "" });
    setChosen(-1);
    setOpen(false);
  };
  const typed = (text: string): void => {
    setChosen(-1);
    const parts = typedIsotopes(text);
    setOpen(parts.rest !== "");
    const added = parts.names.map(isotopeName);
    say({
      names: [...new Set([...names, ...added])].slice(0, namesMax),
      rest: parts.rest.slice(0, isotopeLengthMax),
    });
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (suggestions.length === 0) {
        setOpen(true);
        return;
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      setChosen(
        (chosen + step + suggestions.length + (chosen === -1 && step === -1 ? 1 : 0)) % suggestions.length,
      );
    } else if (event.key === "Enter") {
      event.preventDefault();
      finish(suggestions[chosen]?.name ?? rest);
    } else if (event.key === "Backspace" && rest === "" && names.length > 0) {
      event.preventDefault();
      say({ names: names.slice(0, -1), rest: names.at(-1) ?? "" });
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      setOpen(false);
    }
  };
  return (
    <Field
      class="field-isotopes"
      label={useTexts().domain.dispositionFields.isotopes}
      isRequired={isRequired}
      problem={problem}
      hint={form.isotopesHint}
    >
      {(control) => (
        <div class="tokens" onClick={() => input.current?.focus()}>
          <Tokens
            names={names}
            remove={(gone) => say({ names: names.filter((name) => name !== gone), rest })}
          />
          <input
            {...control}
            ref={input}
            type="text"
            name="isotopes"
            data-testid="isotopes"
            role="combobox"
            aria-expanded={suggestions.length > 0}
            aria-controls={list}
            aria-autocomplete="list"
            {...(chosen >= 0 ? { "aria-activedescendant": `${list}-${chosen}` } : {})}
            autocomplete="off"
            dir="ltr"
            value={rest}
            onInput={(event) => typed(event.currentTarget.value)}
            onKeyDown={press}
            onFocus={() => setOpen(true)}
            onBlur={() => {
              setOpen(false);
              finish(rest);
            }}
          />
          <ul
            id={list}
            role="listbox"
            class="suggestions"
            aria-label={form.usualIsotopes}
            hidden={suggestions.length === 0}
          >
            {suggestions.map(({ name, use }, at) => (
              <li
                key={name}
                id={`${list}-${at}`}
                role="option"
                aria-selected={at === chosen}
                onPointerDown={(event) => {
                  event.preventDefault();
                  finish(name);
                }}
              >
                <bdi>{name}</bdi> <span class="quiet">{form.isotopeUses[use]}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Field>
  );
};
