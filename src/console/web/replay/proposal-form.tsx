import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { detectorGroupNames } from "../../../domain/panels.ts";
import type {
  ChosenOptions,
  OptionField,
  OptionValue,
  ReplayOptions,
  RuleOptions,
} from "../../../wire/replay.ts";
import { withheldClasses } from "../../../wire/replay.ts";
import { useTexts } from "../store.ts";
import { Field, SelectField } from "../ui/field.tsx";
import { typedValue, withOption, withRule } from "./proposal.ts";

interface OptionProps {
  readonly field: OptionField;
  readonly value: OptionValue;
  readonly edit: (value: OptionValue) => void;
}

const shownValue = (value: OptionValue): string =>
  typeof value === "number" ? String(value) : value.join(", ");

/** The name of an option is as it stands in the configuration, in any language of the page. */
const OptionName = ({ name }: { readonly name: string }): JSX.Element => (
  <code dir="ltr" translate={false}>
    {name}
  </code>
);

const NumberOption = ({ field, value, edit }: OptionProps): JSX.Element => {
  const t = useTexts();
  const [typed, setTyped] = useState<string | null>(null);
  const { name, kind, min, max } = field;
  const numberKind = kind === "groups" ? "numbers" : kind;
  const isWrong = typed !== null && typedValue(numberKind, typed) === null;
  const range = min === null || max === null ? "" : t.replay.range({ min: String(min), max: String(max) });
  return (
    <Field
      label={<OptionName name={name} />}
      hint={[range, kind === "numbers" ? t.replay.listHint : ""].filter(Boolean).join(". ")}
      problem={isWrong ? t.replay.notANumber : null}
    >
      {(control) => (
        <input
          {...control}
          type="text"
          inputMode="decimal"
          dir="ltr"
          autocomplete="off"
          maxLength={100}
          name={name}
          value={typed ?? shownValue(value)}
          onInput={(event) => {
            const text = event.currentTarget.value;
            setTyped(text);
            const next = typedValue(numberKind, text);
            if (next !== null) edit(next);
          }}
          onBlur={() => setTyped(null)}
        />
      )}
    </Field>
  );
};

const GroupsOption = ({ field, value, edit }: OptionProps): JSX.Element => {
  const t = useTexts();
  const chosen: readonly unknown[] = typeof value === "number" ? [] : value;
  return (
    <fieldset class="replay-choices">
      <legend>
        <OptionName name={field.name} />
      </legend>
      {detectorGroupNames.map((group) => (
        <label key={group}>
          <input
            type="checkbox"
            checked={chosen.includes(group)}
            onChange={(event) => {
              const isOn = event.currentTarget.checked;
              edit(detectorGroupNames.filter((each) => (each === group ? isOn : chosen.includes(each))));
            }}
          />{" "}
          {t.replay.groups[group]}
        </label>
      ))}
    </fieldset>
  );
};

interface FormProps {
  readonly options: ReplayOptions;
  readonly chosen: ChosenOptions;
  readonly change: (chosen: ChosenOptions) => void;
}

const RuleOptionsOf = ({
  rule: each,
  chosen,
  change,
}: FormProps & { readonly rule: RuleOptions }): JSX.Element => {
  const t = useTexts();
  const { rule, fields, defaults } = each;
  const isAlwaysOn = rule === "gross-count";
  const values = isAlwaysOn ? chosen.grossCount : chosen.rules[rule];
  const name = t.domain.rules[rule];
  return (
    <div class="replay-rule" data-on={values !== undefined} data-rule={rule}>
      <label class="replay-rule-name">
        <input
          type="checkbox"
          checked={values !== undefined}
          disabled={isAlwaysOn}
          onChange={(event) => change(withRule(chosen, rule, event.currentTarget.checked ? defaults : null))}
        />{" "}
        {name}
      </label>
      {values !== undefined && (
        <details open={isAlwaysOn}>
          <summary>{t.replay.optionsOf({ rule: name })}</summary>
          <div class="replay-options">
            {fields.map((field) => {
              const Option = field.kind === "groups" ? GroupsOption : NumberOption;
              return (
                <Option
                  key={field.name}
                  field={field}
                  value={values[field.name] ?? defaults[field.name] ?? 0}
                  edit={(value) => change(withOption(chosen, rule, { name: field.name, value }))}
                />
              );
            })}
          </div>
        </details>
      )}
    </div>
  );
};

const Withheld = ({ chosen, change }: Omit<FormProps, "options">): JSX.Element => {
  const t = useTexts();
  return (
    <fieldset class="replay-choices">
      <legend>{t.replay.withhold}</legend>
      {withheldClasses.map((name) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={chosen.withhold.includes(name)}
            onChange={(event) => {
              const isOn = event.currentTarget.checked;
              const isIn = (each: typeof name): boolean =>
                each === name ? isOn : chosen.withhold.includes(each);
              change({ ...chosen, withhold: withheldClasses.filter(isIn) });
            }}
          />{" "}
          {t.domain.loadClasses[name]}
        </label>
      ))}
    </fieldset>
  );
};

/** Preset, rules and their options, made from what the server says of them. */
export const ProposalForm = ({ options, chosen, change }: FormProps): JSX.Element => {
  const t = useTexts();
  return (
    <>
      <SelectField
        label={t.replay.preset}
        hint={t.replay.presetHint}
        testId="replay-preset"
        options={options.presets.map(({ preset }) => ({ value: preset, text: t.replay.presets[preset] }))}
        value={chosen.preset}
        choose={(name) => {
          const preset = options.presets.find((each) => each.preset === name);
          if (preset !== undefined) change(preset);
        }}
      />
      <div class="replay-rules">
        {options.rules.map((rule) => (
          <RuleOptionsOf key={rule.rule} {...{ options, chosen, change, rule }} />
        ))}
      </div>
      <Withheld chosen={chosen} change={change} />
    </>
  );
};
