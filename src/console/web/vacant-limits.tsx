import type { JSX } from "preact";
import type { Alarm, GroupLimit } from "../../domain/alarms.ts";
import type { GroupMemberName } from "../../domain/panels.ts";
import { formatNumber } from "./format.ts";
import { messages } from "./messages.ts";
import { windowInSeconds } from "./profile-series.ts";

const text = messages.chart;

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
}): JSX.Element => (
  <tr data-over={measured !== undefined && measured > limit.threshold}>
    <th scope="row">{text.groupName(limit.member)}</th>
    <td>{formatNumber(limit.background)}</td>
    <td>{formatNumber(limit.threshold)}</td>
    <td>{measured === undefined ? text.notMeasured : formatNumber(measured)}</td>
  </tr>
);

/** An alarm without a vehicle has no course to draw: what the background was, and what it had to stay below. */
export const VacantLimits = ({ alarm }: { readonly alarm: Alarm }): JSX.Element => {
  const { profile } = alarm;
  const measured = measuredOf(alarm);
  return (
    <figure class="chart" data-testid="vacant-limits">
      <figcaption>
        <b>{text.vacantHeading}</b> <span class="quiet">{text.vacantCaption(windowInSeconds(profile))}</span>
      </figcaption>
      <table class="limits">
        <thead>
          <tr>
            <th scope="col">{text.vacantSum}</th>
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
