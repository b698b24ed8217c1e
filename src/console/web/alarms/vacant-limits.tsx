import type { JSX } from "preact";
import type { Alarm, GroupLimit } from "../../../domain/alarms.ts";
import type { GroupMemberName } from "../../../domain/panels.ts";
import { useTexts } from "../store.ts";
import { windowInSeconds } from "./profile-series.ts";

/** Counts at the peak of the sum that decided; the record of the others is not kept. */
const measuredOf = ({ decisions }: Alarm): ReadonlyMap<GroupMemberName, number> =>
  new Map(
    decisions.flatMap((decision) =>
      decision.rule === "gross-count" ? [[decision.evidence.member, decision.evidence.counts] as const] : [],
    ),
  );

const Row = ({
  limit,
  measured,
}: {
  readonly limit: GroupLimit;
  readonly measured: number | undefined;
}): JSX.Element => {
  const { chart, domain, format } = useTexts();
  return (
    <tr data-over={measured !== undefined && measured > limit.threshold}>
      <th scope="row">{domain.panels[limit.member]}</th>
      <td>{format.number(limit.background)}</td>
      <td>{format.number(limit.threshold)}</td>
      <td>{measured === undefined ? chart.notMeasured : format.number(measured)}</td>
    </tr>
  );
};

/** An alarm without a vehicle has no course to draw: what the background was, and what it had to stay below. */
export const VacantLimits = ({ alarm }: { readonly alarm: Alarm }): JSX.Element => {
  const { profile } = alarm;
  const measured = measuredOf(alarm);
  const { chart: text, format } = useTexts();
  return (
    <figure class="chart" data-testid="vacant-limits">
      <figcaption>
        <b>{text.vacantHeading}</b>{" "}
        <span class="quiet">{text.vacantCaption({ window: format.seconds(windowInSeconds(profile)) })}</span>
      </figcaption>
      <table class="limits">
        <thead>
          <tr>
            <th scope="col">{text.group}</th>
            <th scope="col">{text.background}</th>
            <th scope="col">{text.threshold}</th>
            <th scope="col">{text.vacantMeasured}</th>
          </tr>
        </thead>
        <tbody>
          {profile.limits.map((limit) => (
            <Row key={limit.member} limit={limit} measured={measured.get(limit.member)} />
          ))}
        </tbody>
      </table>
    </figure>
  );
};
