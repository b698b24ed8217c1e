import type { AlarmKind } from "../../../domain/alarms.ts";
import { alarmKinds } from "../../../domain/alarms.ts";
import type { AlarmId } from "../../../domain/ids.ts";

/**
 * Which tone sounds when: a reducer that knows neither a clock nor a loudspeaker. One tone at a time, the most severe
 * unacknowledged alarm's; again every few seconds until everything is acknowledged; in a flood one tone every half minute
 * instead of a chorus. Times are milliseconds of a monotonic clock.
 */

/** One a severity of `alarmKinds`, and one for a flood. */
export type Tone = "severity-1" | "severity-2" | "severity-3" | "flood";

/** Between two tones while anything is unacknowledged. */
export const repeatInMs = 5000;
/** More alarms than this within the window are a flood, which lasts until the window has fewer. */
export const floodAlarmsMax = 10;
export const floodWindowInMs = 600_000;
export const floodRepeatInMs = 30_000;

export interface Waiting {
  readonly alarmId: AlarmId;
  readonly kind: AlarmKind;
}

/** An alarm of the flood's window, at the time it came. */
export interface Arrival {
  readonly atInMs: number;
  readonly kind: AlarmKind;
}

export interface SoundState {
  readonly waiting: readonly Waiting[];
  /** Of the last 10 minutes; at most `arrivalsMax`, the oldest forgotten, which a flood does not miss. */
  readonly arrivals: readonly Arrival[];
  readonly lastToneAtInMs: number | null;
  readonly mutedUntilInMs: number | null;
  /** Browsers play nothing before somebody has touched the page. */
  readonly output: "locked" | "open" | "unavailable";
}

export const arrivalsMax = 1000;

export type SoundInput =
  /** The unacknowledged alarms on the board, whenever they change; and which of them are new. */
  | { readonly kind: "queue"; readonly waiting: readonly Waiting[]; readonly arrived: readonly AlarmKind[] }
  | { readonly kind: "tick" }
  | { readonly kind: "mute"; readonly forInMs: number }
  | { readonly kind: "unmute" }
  | { readonly kind: "output"; readonly output: SoundState["output"] };

export const silence: SoundState = {
  waiting: [],
  arrivals: [],
  lastToneAtInMs: null,
  mutedUntilInMs: null,
  output: "locked",
};

const tones = { 1: "severity-1", 2: "severity-2", 3: "severity-3" } as const satisfies Record<
  (typeof alarmKinds)[AlarmKind]["severity"],
  Tone
>;

export const isFlood = ({ arrivals }: SoundState): boolean => arrivals.length > floodAlarmsMax;

export const isMuted = ({ mutedUntilInMs }: SoundState, nowInMs: number): boolean =>
  mutedUntilInMs !== null && nowInMs < mutedUntilInMs;

/** Counts of the flood's window, the most severe kind first. */
export const floodCounts = ({ arrivals }: SoundState): readonly (readonly [AlarmKind, number])[] => {
  const counts = new Map<AlarmKind, number>();
  for (const { kind } of arrivals) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => alarmKinds[a].severity - alarmKinds[b].severity);
};

const toneOf = (state: SoundState): Tone | null => {
  const [first] = state.waiting;
  if (first === undefined) return null;
  if (isFlood(state)) return "flood";
  const severity = state.waiting.reduce<1 | 2 | 3>(
    (least, { kind }) => (alarmKinds[kind].severity < least ? alarmKinds[kind].severity : least),
    alarmKinds[first.kind].severity,
  );
  return tones[severity];
};

/** Whether a tone is due: at once for what has just come, then at the interval; a muted page keeps the time. */
const sound = (state: SoundState, nowInMs: number, isNew: boolean): readonly [SoundState, Tone | null] => {
  const tone = toneOf(state);
  if (tone === null) return [{ ...state, lastToneAtInMs: null }, null];
  if (state.output !== "open" || isMuted(state, nowInMs)) return [state, null];
  const { lastToneAtInMs } = state;
  const everyInMs = tone === "flood" ? floodRepeatInMs : repeatInMs;
  const isDue = lastToneAtInMs === null || nowInMs - lastToneAtInMs >= everyInMs;
  // A new alarm is heard at once, unless a tone has just begun or there is a flood.
  const isNews = isNew && tone !== "flood" && lastToneAtInMs !== null && nowInMs - lastToneAtInMs >= 1000;
  return isDue || isNews ? [{ ...state, lastToneAtInMs: nowInMs }, tone] : [state, null];
};

const aged = (state: SoundState, nowInMs: number): SoundState => {
  const isRecent = ({ atInMs }: Arrival): boolean => nowInMs - atInMs < floodWindowInMs;
  const isMuteOver = state.mutedUntilInMs !== null && nowInMs >= state.mutedUntilInMs;
  if (!isMuteOver && state.arrivals.every(isRecent)) return state;
  return {
    ...state,
    arrivals: state.arrivals.filter(isRecent),
    mutedUntilInMs: isMuteOver ? null : state.mutedUntilInMs,
  };
};

/** The tone to play now, if any. */
export const stepSound = (
  before: SoundState,
  input: SoundInput,
  nowInMs: number,
): readonly [SoundState, Tone | null] => {
  const state = aged(before, nowInMs);
  switch (input.kind) {
    case "queue": {
      const came = input.arrived.map((kind) => ({ kind, atInMs: nowInMs }));
      const arrivals = [...state.arrivals, ...came].slice(-arrivalsMax);
      return sound({ ...state, waiting: input.waiting, arrivals }, nowInMs, came.length > 0);
    }
    case "tick":
      return sound(state, nowInMs, false);
    case "mute":
      return [{ ...state, mutedUntilInMs: nowInMs + input.forInMs }, null];
    case "unmute":
      return sound({ ...state, mutedUntilInMs: null }, nowInMs, false);
    case "output":
      return sound({ ...state, output: input.output }, nowInMs, false);
  }
};
