import type { JSX } from "preact";
import { panels } from "../../../domain/panels.ts";
import { useTexts } from "../store.ts";
import type { ChartedGroup } from "./profile-series.ts";

const Swatch = ({ name }: { readonly name: string }): JSX.Element => (
  <svg class="swatch" data-name={name} viewBox="0 0 22 8" width="22" height="8" aria-hidden="true">
    <line x1="0" x2="22" y1="4" y2="4" />
  </svg>
);

interface LegendProps {
  readonly group: ChartedGroup;
  readonly hasLeft: boolean;
  readonly shown: readonly boolean[];
  readonly toggle: (column: number) => void;
}

/** The lines of the plot; a panel's is shown or hidden by pressing it. */
export const Legend = ({ group, hasLeft, shown, toggle }: LegendProps): JSX.Element => {
  const { chart, domain, format } = useTexts();
  const level = (name: string, value: number): string => chart.level({ name, value: format.number(value) });
  return (
    <div class="legend" role="group" aria-label={chart.legend}>
      <span class="legend-key">
        <Swatch name="sum" /> {domain.panels[group.member]}
      </span>
      {group.background !== null && (
        <span class="legend-key">
          <Swatch name="background" /> {level(chart.background, group.background)}
        </span>
      )}
      {group.threshold !== null && (
        <span class="legend-key">
          <Swatch name="threshold" /> {level(chart.threshold, group.threshold)}
        </span>
      )}
      {hasLeft && (
        <span class="legend-key" title={chart.leftHint}>
          <Swatch name="left" /> {chart.left}
        </span>
      )}
      {panels.map((panel, column) => (
        <button
          key={panel}
          type="button"
          class="legend-key"
          aria-pressed={shown[column]}
          onClick={() => toggle(column)}
        >
          <Swatch name={`panel-${column}`} /> {domain.panels[panel]}
        </button>
      ))}
    </div>
  );
};
