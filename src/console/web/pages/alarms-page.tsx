import type { JSX } from "preact";
import { AlarmDetail } from "../alarms/alarm-detail.tsx";
import { AlarmQueue } from "../alarms/alarm-queue.tsx";
import { LaneBoard } from "../lanes/lane-board.tsx";
import { useStore } from "../store.ts";

/** The queue, the alarm that is open, and the lanes beside them. */
export const Page = (): JSX.Element => {
  const selected = useStore().selected.value;
  return (
    <div class="panes" data-detail={selected === null ? "closed" : "open"}>
      <AlarmQueue />
      {selected !== null && <AlarmDetail key={selected} alarmId={selected} />}
      <LaneBoard />
    </div>
  );
};
