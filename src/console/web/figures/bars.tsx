import type { ComponentChildren, JSX } from "preact";

export interface Bar {
  readonly key: string;
  readonly label: ComponentChildren;
  readonly value: number;
  /** The value as it is read. */
  readonly text: string;
  readonly look?: "plain" | "real" | "innocent" | "false" | "other";
}

interface BarsProps {
  readonly label: string;
  readonly bars: readonly Bar[];
}

/** A list whose items are as long as their values; the values stand beside them, so that it needs no other table. */
export const Bars = ({ label, bars }: BarsProps): JSX.Element => {
  const largest = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <ul class="bars" aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.key}>
          <span class="bar-label">{bar.label}</span>
          <span class="bar-track" aria-hidden="true">
            <span
              class="bar-fill"
              data-look={bar.look ?? "plain"}
              style={{ inlineSize: `${((bar.value / largest) * 100).toFixed(1)}%` }}
            />
          </span>
          <span class="bar-value">{bar.text}</span>
        </li>
      ))}
    </ul>
  );
};
