import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { LaneId } from "../../../domain/ids.ts";
import { type PerPanel, panels, totalOf } from "../../../domain/panels.ts";
import type { AlarmRow, LaneView } from "../../../wire/console.ts";
import { heardAgeInMs, isSameCondition, isStale, laneCondition } from "./lane-condition.ts";
import type { LaneCondition } from "./lane-condition.ts";
import { Withheld } from "./withheld.tsx";
import { hashOf } from "../router.ts";
import type { Texts } from "../texts/catalog.ts";
import { useStore, useTexts } from "../store.ts";
import { Entered } from "../ui/quoted.tsx";
import { Faults } from "./faults.tsx";
import { SlowLine } from "./slow-line.tsx";
import { conditionText, conditionWasText } from "./lane-texts.ts";

/** Twice the background fills a bar; a source vehicle overflows it, and the figures say by how much. */
const fullBarRatio = 2;

const PanelBars = ({ lane }: { readonly lane: LaneView }): JSX.Element | null => {
  const { gammaCps, gammaBackgroundCps } = lane;
  const t = useTexts();
  if (gammaCps === null) return null;
  const largest = Math.max(...(gammaBackgroundCps ?? gammaCps), 1);
  const label = panels.map((name, at) => {
    const panel = t.domain.panels[name];
    const cps = t.format.rate(gammaCps[at] ?? 0);
    return gammaBackgroundCps === null
      ? t.lanes.panel({ panel, cps })
      : t.lanes.panelOver({ panel, cps, background: t.format.rate(gammaBackgroundCps[at] ?? 0) });
  });
  return (
    <div class="panel-bars" role="img" aria-label={t.format.list(label)} title={label.join("\n")}>
      {panels.map((panel, at) => {
        const share = (gammaCps[at] ?? 0) / (largest * fullBarRatio);
        return (
          <span key={panel} class="panel-bar" data-full={share > 1}>
            <span class="panel-track">
              <span class="panel-fill" style={{ height: `${(Math.min(1, share) * 100).toFixed(1)}%` }} />
            </span>
            <span class="panel-name">{t.domain.panelInitials[panel]}</span>
          </span>
        );
      })}
    </div>
  );
};

/** The rate of all panels over their background. */
const Rate = ({
  cps,
  backgroundCps,
}: {
  readonly cps: PerPanel | null;
  readonly backgroundCps: PerPanel | null;
}): JSX.Element => {
  const t = useTexts();
  return (
    <>
      <span class="figure">
        <b>{cps === null ? t.lanes.unmeasured : t.format.rate(totalOf(cps))}</b> {t.lanes.cps}
      </span>
      <span class="quiet">
        {backgroundCps === null
          ? t.lanes.noBackground
          : t.lanes.background({ cps: t.format.rate(totalOf(backgroundCps)) })}
      </span>
    </>
  );
};

interface GammaProps {
  readonly lane: LaneView;
  readonly condition: LaneCondition;
}

const Gamma = ({ lane, condition }: GammaProps): JSX.Element => {
  const t = useTexts();
  return (
    <div class="gamma">
      <span class="figure-label">{t.lanes.gamma}</span>
      <Rate cps={lane.gammaCps} backgroundCps={lane.gammaBackgroundCps} />
      {condition.kind === "occupied" && lane.z !== null && (
        <span class="tile-z">{t.lanes.z({ sigma: t.format.sigma(lane.z) })}</span>
      )}
    </div>
  );
};

const Neutron = ({ lane }: { readonly lane: LaneView }): JSX.Element => (
  <div class="neutron">
    <span class="figure-label">{useTexts().lanes.neutron}</span>
    <Rate cps={lane.neutronCps} backgroundCps={lane.neutronBackgroundCps} />
  </div>
);

const lossesOf = (t: Texts, lane: LaneView): readonly string[] =>
  [
    lane.framesLost > 0 ? t.lanes.framesLost(lane.framesLost) : "",
    lane.framesRecovered > 0 ? t.lanes.framesRecovered(lane.framesRecovered) : "",
    ...lane.framesDropped.map(({ reason, frames }) =>
      t.lanes.framesDropped(frames, { reason: t.domain.dropReasons[reason] }),
    ),
    lane.undecodable > 0 ? t.lanes.undecodable(lane.undecodable) : "",
    lane.unknownTags.length > 0 ? t.lanes.unknownTags({ tags: lane.unknownTags.join(", ") }) : "",
  ].filter(Boolean);

const heardText = (t: Texts, ageInMs: number | null): string =>
  ageInMs === null
    ? t.lanes.heardNever
    : ageInMs < 1000
      ? t.lanes.heardNow
      : t.lanes.heardAgo({ age: t.format.age(ageInMs) });

/** With the clock its own text changes, and not the tile. */
const Heard = ({ heardAt }: Pick<LaneView, "heardAt">): JSX.Element => {
  const { serverNow } = useStore();
  return <span>{heardText(useTexts(), heardAgeInMs({ heardAt }, serverNow.value))}</span>;
};

const Foot = ({ lane }: { readonly lane: LaneView }): JSX.Element => {
  const { current } = useStore();
  const t = useTexts();
  const isKnown = current.value && lane.data.kind === "current";
  const losses = lossesOf(t, lane);
  return (
    <div class="tile-foot">
      <span title={lane.linkDetail}>{isKnown ? t.lanes.links[lane.link] : t.lanes.linksWere[lane.link]}</span>
      <Heard heardAt={lane.heardAt} />
      <span>{t.lanes.passages(lane.occupancies)}</span>
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
  const t = useTexts();
  const rows = useComputed(() => {
    const { unacknowledged, acknowledged, awaiting } = queue.value;
    return [...unacknowledged, ...acknowledged, ...awaiting].filter((row) => row.laneId === laneId);
  }).value;
  const first: AlarmRow | undefined = rows[0];
  if (first === undefined) return null;
  return (
    <a class="tile-alarm" data-state={first.state} href={hashOf(first.alarmId)}>
      {rows.length > 1
        ? t.lanes.openAlarms(rows.length)
        : t.lanes.alarm({ kind: t.domain.alarmKinds[first.kind] })}
    </a>
  );
};

const TileBody = ({ lane, condition }: GammaProps): JSX.Element => {
  const { current } = useStore();
  const t = useTexts();
  return (
    <>
      <div class="tile-head">
        <h3>
          <Entered text={lane.name} />
        </h3>
        <span class="tile-condition" data-testid="lane-condition">
          {current.value ? conditionText(t, condition) : conditionWasText(t, condition)}
        </span>
        <OpenAlarm laneId={lane.laneId} />
      </div>
      <div class="tile-figures">
        <div class="tile-numbers">
          <Gamma lane={lane} condition={condition} />
          <Neutron lane={lane} />
        </div>
        <PanelBars lane={lane} />
      </div>
      <Faults lane={lane} />
      <SlowLine slow={lane.slow} />
      <Foot lane={lane} />
      {lane.withheld > 0 && <Withheld laneId={lane.laneId} count={lane.withheld} />}
    </>
  );
};

interface TileProps {
  readonly laneId: LaneId;
}

const NearTile = ({ laneId }: TileProps): JSX.Element | null => {
  const { board, serverNow, current } = useStore();
  const lane = useComputed(() => board.value.lanes.get(laneId)).value;
  const held = useRef<LaneCondition>({ kind: "never-heard" });
  const condition = useComputed(() => {
    const told = board.value.lanes.get(laneId);
    const now = told === undefined ? held.current : laneCondition(told, serverNow.value);
    if (!isSameCondition(held.current, now)) held.current = now;
    return held.current;
  }).value;
  if (lane === undefined) return null;
  return (
    <div
      class="tile"
      data-testid="lane-tile"
      data-lane={laneId}
      data-condition={condition.kind}
      data-stale={isStale(condition) || !current.value}
    >
      <TileBody lane={lane} condition={condition} />
    </div>
  );
};

/** Out of the window a tile is only its lane's name: it costs nothing, whatever the lane does. */
const FarTile = ({ laneId }: TileProps): JSX.Element => (
  <div class="tile tile-far" data-lane={laneId}>
    <h3>
      <Entered text={useStore().board.peek().lanes.get(laneId)?.name ?? laneId} />
    </h3>
  </div>
);

interface LaneTileProps extends TileProps {
  /** It is in the window or near it. */
  readonly isNear: boolean;
}

export const LaneTile = ({ laneId, isNear }: LaneTileProps): JSX.Element => (
  <div class="tile-place" role="listitem">
    {isNear ? <NearTile laneId={laneId} /> : <FarTile laneId={laneId} />}
  </div>
);
