import type { JSX } from "preact";
import type { Profile } from "../../../../domain/alarms.ts";
import { useTexts } from "../../store.ts";
import { windowInSeconds } from "../profile-series.ts";
import { energyWindows } from "./energy-windows.ts";

/** Counts in the four energy windows at the peak, over their background. Nothing for portals without. */
export const EnergyTable = ({ profile }: { readonly profile: Profile }): JSX.Element | null => {
  const { alarmPage, chart, format } = useTexts();
  const { energy: text } = alarmPage;
  const rows = energyWindows(profile);
  if (rows === null) return null;
  const most = Math.max(1, ...rows.map(({ ratio }) => ratio ?? 0));
  return (
    <figure class="chart" data-testid="energy-windows">
      <figcaption>
        <b>{text.heading}</b>{" "}
        <span class="quiet">{text.caption({ window: format.seconds(windowInSeconds(profile)) })}</span>
      </figcaption>
      <table class="limits">
        <thead>
          <tr>
            <th scope="col">{text.window}</th>
            <th scope="col">{text.counts}</th>
            <th scope="col">{chart.background}</th>
            <th scope="col" colSpan={2}>
              {text.ratio}
            </th>
            <th scope="col">{text.share}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, counts, background, ratio, share }) => (
            <tr key={name}>
              <th scope="row">{text.windows[name]}</th>
              <td>{format.number(counts)}</td>
              <td>{background === null ? chart.notMeasured : format.number(background)}</td>
              <td>{ratio === null ? chart.notMeasured : text.times({ ratio: format.number(ratio, 2) })}</td>
              <td class="ratio-bar" aria-hidden="true">
                {ratio !== null && <span style={{ inlineSize: `${(ratio / most) * 100}%` }} />}
              </td>
              <td>{share === null ? chart.notMeasured : format.percent(share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
};
