import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { LaneId } from "../../../domain/ids.ts";
import { conditionText, conditionWasText } from "../lanes/lane-texts.ts";
import { laneCondition } from "../lanes/lane-condition.ts";
import { hashOf, hashOfPage } from "../router.ts";
import type { Texts } from "../texts/catalog.ts";
import { type Store, useStore, useTexts } from "../store.ts";
import { Entered } from "../ui/quoted.tsx";
import type { LaneMark } from "./lane-mark.ts";
import { MarkShape } from "./mark-shape.tsx";

interface LaneMarkerProps {
  readonly laneId: LaneId;
  readonly mark: ReadonlySignal<LaneMark>;
  /** The one that the Tab key comes to; arrow keys go on from there. */
  readonly isStop: boolean;
}

const wordsOf = (t: Texts, store: Store, { laneId, mark }: { laneId: LaneId; mark: LaneMark }): string => {
  const lane = store.board.peek().lanes.get(laneId);
  if (lane === undefined) return "";
  const alarm = mark.alarmId === null ? undefined : store.board.peek().alarms.get(mark.alarmId);
  if (alarm !== undefined) {
    const kind = t.lanes.alarm({ kind: t.domain.alarmKinds[alarm.kind] });
    return `${kind}, ${t.domain.states[alarm.state]}`;
  }
  const condition = laneCondition(lane, store.serverNow.peek());
  const said = store.current.peek() ? conditionText(t, condition) : conditionWasText(t, condition);
  return mark.look === "occupied" || mark.look === "vacant" ? said : `${t.map.looks[mark.look]}, ${said}`;
};

/** One lane on the map; it is drawn anew only when its look changes, however often its rates do. */
export const LaneMarker = ({ laneId, mark: live, isStop }: LaneMarkerProps): JSX.Element | null => {
  const store = useStore();
  const t = useTexts();
  const mark = live.value;
  const isCurrent = store.current.value;
  const lane = store.board.peek().lanes.get(laneId);
  if (lane === undefined) return null;
  const words = wordsOf(t, store, { laneId, mark });
  return (
    <a
      class="lane-mark"
      data-lane={laneId}
      data-look={mark.look}
      data-current={isCurrent}
      data-testid="lane-mark"
      tabIndex={isStop ? 0 : -1}
      href={
        mark.alarmId === null ? `${hashOfPage("lanes")}/${encodeURIComponent(laneId)}` : hashOf(mark.alarmId)
      }
      aria-label={t.map.lane({ lane: lane.name, words })}
      title={t.map.lane({ lane: lane.name, words })}
    >
      <MarkShape look={mark.look} />
      <span class="mark-name">
        <Entered text={lane.name} />
      </span>
    </a>
  );
};
