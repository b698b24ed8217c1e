import type { JSX } from "preact";
import { alarmId } from "../../../domain/ids.ts";
import type { AlarmRow } from "../../../wire/console.ts";
import type { ReplayLaneOptions } from "../../../wire/replay.ts";
import { useStore, useTexts } from "../store.ts";
import { SelectField } from "../ui/field.tsx";
import { type Recording, spansInMinutes } from "./replay-state.ts";

interface RecordingChoiceProps {
  readonly lanes: readonly ReplayLaneOptions[];
  readonly lane: ReplayLaneOptions;
  readonly chooseLane: (laneId: ReplayLaneOptions["laneId"]) => void;
  /** The lane's latest alarms; null while they are being asked for. */
  readonly alarms: readonly AlarmRow[] | null;
  readonly recording: Recording;
  readonly choose: (recording: Recording) => void;
}

const valueOf = (recording: Recording): string => {
  switch (recording.kind) {
    case "none":
      return "none";
    case "alarm":
      return recording.alarmId;
    case "minutes":
      return `minutes ${recording.minutes}`;
  }
};

const recordingOf = (value: string): Recording => {
  const minutes = spansInMinutes.find((each) => value === `minutes ${each}`);
  if (minutes !== undefined) return { kind: "minutes", minutes };
  return value === "none" ? { kind: "none" } : { kind: "alarm", alarmId: alarmId(value) };
};

/** The lane, and which of its alarms or how much of its past is replayed. */
export const RecordingChoice = ({
  lanes,
  lane,
  chooseLane,
  alarms,
  recording,
  choose,
}: RecordingChoiceProps): JSX.Element => {
  const { siteTime } = useStore();
  const t = useTexts();
  const chosen = valueOf(recording);
  const known = (alarms ?? []).map(({ alarmId: id, raisedAt, kind, loadClass }) => ({
    value: String(id),
    text: [
      siteTime.value.dateTime(raisedAt),
      t.domain.alarmKinds[kind],
      t.domain.loadClasses[loadClass],
    ].join(" – "),
  }));
  const isFurther = recording.kind === "alarm" && !known.some(({ value }) => value === chosen);
  const options = [
    ...(recording.kind === "none" ? [{ value: "none", text: t.replay.chooseAlarm }] : []),
    ...(isFurther ? [{ value: chosen, text: chosen }] : []),
    ...known,
    ...spansInMinutes.map((minutes) => ({
      value: `minutes ${minutes}`,
      text: t.replay.lastMinutes(minutes),
    })),
  ];
  return (
    <div class="replay-row">
      <SelectField
        label={t.replay.lane}
        options={lanes.map(({ laneId, name }) => ({ value: String(laneId), text: name }))}
        value={String(lane.laneId)}
        choose={(id) => {
          const next = lanes.find(({ laneId }) => laneId === id);
          if (next !== undefined) chooseLane(next.laneId);
        }}
        testId="replay-lane"
      />
      <SelectField
        label={t.replay.what}
        {...(alarms?.length === 0 ? { hint: t.replay.noAlarms } : {})}
        options={options}
        value={chosen}
        choose={(value) => choose(recordingOf(value))}
        testId="replay-recording"
      />
    </div>
  );
};
