import type { AlarmId } from "../domain/ids.ts";
import type { AlarmRow, LaneView, ServerMessage } from "../wire/console.ts";

export interface FeedRows {
  readonly lanes: readonly LaneView[];
  readonly alarms: readonly AlarmRow[];
  readonly dropped: readonly AlarmId[];
}

export interface FeedBounds {
  readonly messagesMax: number;
  readonly charactersMax: number;
  readonly resumeCharactersMax: number;
}

/**
 * 4 096 messages of at least 100 ms ≈ 7 min, but no more than 16 MB of text; the oldest are dropped, and who resumes
 * from before them gets a snapshot. So does who would be sent more than 256 kB of missed changes.
 */
export const defaultFeedBounds: FeedBounds = {
  messagesMax: 4096,
  charactersMax: 16 * 1024 * 1024,
  resumeCharactersMax: 256 * 1024,
};

/** The numbered change messages of one run of one server. Holds its ring in place; one writer. */
export interface Feed {
  /** One run of one server. */
  readonly stream: string;
  /** Of the last change message; 0 before the first. */
  readonly sequence: () => number;
  /** Numbers, keeps and returns the message as the text to send. */
  readonly publish: (rows: FeedRows) => string;
  /** The messages after this position, or undefined where a snapshot must do instead. */
  readonly since: (position: {
    readonly stream: string;
    readonly sequence: number;
  }) => readonly string[] | undefined;
}

export const encodeMessage = (message: ServerMessage): string => JSON.stringify(message);

export const openFeed = (stream: string, bounds: FeedBounds = defaultFeedBounds): Feed => {
  const ring: string[] = [];
  let sequence = 0;
  let characters = 0;

  const publish = ({ lanes, alarms, dropped }: FeedRows): string => {
    sequence += 1;
    const text = encodeMessage({
      kind: "changes",
      sequence,
      lanes,
      alarms,
      ...(dropped.length === 0 ? {} : { dropped }),
    });
    ring.push(text);
    characters += text.length;
    while (ring.length > bounds.messagesMax || characters > bounds.charactersMax) {
      const oldest = ring.shift();
      if (oldest === undefined) break;
      characters -= oldest.length;
    }
    return text;
  };

  const since: Feed["since"] = (position) => {
    const missed = sequence - position.sequence;
    if (position.stream !== stream || !Number.isInteger(missed) || missed < 0 || missed > ring.length)
      return undefined;
    const texts = missed === 0 ? [] : ring.slice(-missed);
    const total = texts.reduce((sum, text) => sum + text.length, 0);
    return total > bounds.resumeCharactersMax ? undefined : texts;
  };

  return { stream, sequence: () => sequence, publish, since };
};
