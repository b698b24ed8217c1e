import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { faults } from "../../domain/faults.ts";
import type { LaneId } from "../../domain/ids.ts";
import { panels, totalOf } from "../../domain/panels.ts";
import type { AlarmRow, LaneView } from "../../wire/console.ts";
import { hashOf } from "./acts.ts";
import { formatRate } from "./format.ts";
import { heardAgeInMs, isStale, laneCondition } from "./lane-condition.ts";
import type { LaneCondition } from "./lane-condition.ts";
import { messages } from "./messages.ts";
import { Withheld } from "./withheld.tsx";
import { useStore } from "./store.ts";

const text = messages.lanes;

/** Twice the background fills a bar; a source vehicle overflows it, and the figures say by how much. */
const fullBarRatio = 2;

const PanelBars = ({ lane }: { readonly lane: LaneView }): JSX.Element | null => {
  const { gammaCps, gammaBackgroundCps } = lane;
  if (gammaCps === null) return null;
  const largest = Math.max(...(gammaBackgroundCps ?? gammaCps), 1);
  const label = panels.map((panel, at) =>
    text.panel(panel, gammaCps[at] ?? 0, gammaBackgroundCps === null ? null : (gammaBackgroundCps[at] ?? 0)),
  );
  return (
    <div class="panel-bars" role="img" aria-label={label.join("; ")} title={label.join("\n")}>
      {panels.map((panel, at) => {
        const share = (gammaCps[at] ?? 0) / (largest * fullBarRatio);
        return (
          <span key={panel} class="panel-bar" data-full={share > 1}>
            <span class="panel-track">
              <span class="panel-fill" style={{ height: `${(Math.min(1, share) * 100).toFixed(1)}%` }} />
            </span>
            <span class="panel-name">{text.panelInitials[panel]}</span>
          </span>
        );
      })}
    </div>
  );
};

const Gamma = ({
  lane,
  condition,
}: {
  readonly lane: LaneView;
  readonly condition: LaneCondition;
}): JSX.Element => (
  <div class="gamma">
    <span class="figure-label">{text.gamma}</span>
    <span class="figure">
      <b>{lane.gammaCps === null ? text.unmeasured : formatRate(totalOf(lane.gammaCps))}</b> {text.cps}
    </span>
    <span class="quiet">
      {text.background(lane.gammaBackgroundCps === null ? null : totalOf(lane.gammaBackgroundCps))}
    </span>
    {condition.kind === "occupied" && lane.z !== null && <span class="tile-z">{text.z(lane.z)}</span>}
  </div>
);

const Neutron = ({ lane }: { readonly lane: LaneView }): JSX.Element => (
  <div class="neutron">
    <span class="figure-label">{text.neutron}</span>
    <span>
      <b>{lane.neutronCps === null ? text.unmeasured : formatRate(totalOf(lane.neutronCps))}</b> {text.cps}
    </span>
    <span class="quiet">
      {text.background(lane.neutronBackgroundCps === null ? null : totalOf(lane.neutronBackgroundCps))}
    </span>
  </div>
);

const Faults = ({ lane }: { readonly lane: LaneView }): JSX.Element | null => {
  const { serverNow } = useStore();
  if (lane.faults.length === 0) return null;
  return (
    <ul class="faults">
      {lane.faults.map(({ fault, since, detail }) => (
        <li key={fault} data-severity={faults[fault].severity}>
          <span class="fault-mark">
            {faults[fault].severity === "high" ? text.faultHigh : text.faultMedium}
          </span>{" "}
          <b>{text.fault(fault)}</b> <span class="fault-age">{text.faultSince(serverNow.value - since)}</span>
          <span class="fault-meaning">{[text.faultMeaning(fault), detail].filter(Boolean).join(" ")}</span>
        </li>
      ))}
    </ul>
  );
};

const Foot = ({ lane }: { readonly lane: LaneView }): JSX.Element => {
  const { serverNow, current } = useStore();
  const isKnown = current.value && lane.data.kind === "current";
  const losses = [
    lane.framesLost > 0 ? text.framesLost(lane.framesLost) : "",
    lane.framesRecovered > 0 ? text.framesRecovered(lane.framesRecovered) : "",
    ...lane.framesDropped.map(({ reason, frames }) => text.framesDropped(frames, reason)),
    lane.undecodable > 0 ? text.undecodable(lane.undecodable) : "",
    lane.unknownTags.length > 0 ? text.unknownTags(lane.unknownTags) : "",
  ].filter(Boolean);
  return (
    <div class="tile-foot">
      <span title={lane.linkDetail}>{isKnown ? text.link(lane.link) : text.linkWas(lane.link)}</span>
      <span>{text.heard(heardAgeInMs(lane, serverNow.value))}</span>
      <span>{text.occupancies(lane.occupancies)}</span>
      {losses.length > 0 && (
        <span class="losses" data-testid="lane-losses">
          {losses.join(" · ")}
        </span>
      )}
    </div>
  );
};

const OpenAlarm = ({ laneId }: { readonly laneId: LaneId }): JSX.Element | null => {
  const { queue } = useStore();
  const rows = useComputed(() =>
    [...queue.value.unacknowledged, ...queue.value.acknowledged].filter((row) => row.laneId === laneId),
  ).value;
  const first: AlarmRow | undefined = rows[0];
  if (first === undefined) return null;
  return (
    <a class="tile-alarm" data-state={first.state} href={hashOf(first.alarmId)}>
      {text.alarm(first.kind, rows.length)}
    </a>
  );
};

export const LaneTile = ({ laneId }: { readonly laneId: LaneId }): JSX.Element | null => {
  const { board, serverNow, current } = useStore();
  const lane = useComputed(() => board.value.lanes.get(laneId)).value;
  if (lane === undefined) return null;
  const condition = laneCondition(lane, serverNow.value);
  const stale = isStale(condition) || !current.value;
  return (
    <li
      class="tile"
      data-testid="lane-tile"
      data-lane={laneId}
      data-condition={condition.kind}
      data-stale={stale}
    >
      <div class="tile-head">
        <h3>{lane.name}</h3>
        <span class="tile-condition" data-testid="lane-condition">
          {current.value ? text.condition(condition) : text.conditionWas(condition)}
        </span>
        <OpenAlarm laneId={laneId} />
      </div>
      <div class="tile-figures">
        <div class="tile-numbers">
          <Gamma lane={lane} condition={condition} />
          <Neutron lane={lane} />
        </div>
        <PanelBars lane={lane} />
      </div>
      <Faults lane={lane} />
      <Foot lane={lane} />
      {lane.withheld > 0 && <Withheld laneId={laneId} count={lane.withheld} />}
    </li>
  );
};
