import { describe, expect, it } from "vitest";
import { openFeed } from "../../src/console/feed.ts";
import type { Feed, FeedBounds } from "../../src/console/feed.ts";

const roomy: FeedBounds = { messagesMax: 4, charactersMax: 10_000, resumeCharactersMax: 10_000 };
const after = (feed: Feed, sequence: number): number | undefined =>
  feed.since({ stream: "run", sequence })?.length;

const filled = (bounds: FeedBounds, messages: number): Feed => {
  const feed = openFeed("run", bounds);
  for (let n = 0; n < messages; n += 1) feed.publish({ lanes: [], alarms: [], dropped: [] });
  return feed;
};

describe("feed", () => {
  it("numbers its messages from 1 and gives back those after a position", () => {
    const feed = openFeed("run", roomy);
    const texts = [1, 2, 3].map(() => feed.publish({ lanes: [], alarms: [], dropped: [] }));
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual(
      [1, 2, 3].map((sequence) => ({ kind: "changes", sequence, lanes: [], alarms: [] })),
    );
    expect(feed.since({ stream: "run", sequence: 1 })).toEqual(texts.slice(1));
    expect(feed.since({ stream: "run", sequence: 3 })).toEqual([]);
  });

  it("has nothing for positions before its oldest message, in the future or of another run", () => {
    const feed = filled(roomy, 9);
    expect(after(feed, 5)).toBe(4);
    expect(after(feed, 4)).toBeUndefined();
    expect(after(feed, 10)).toBeUndefined();
    expect(feed.since({ stream: "earlier", sequence: 9 })).toBeUndefined();
  });

  it("keeps no more text than its bound", () => {
    const length = filled(roomy, 1).since({ stream: "run", sequence: 0 })?.[0]?.length ?? 0;
    const feed = filled({ ...roomy, charactersMax: 3 * length }, 9);
    expect(after(feed, 6)).toBe(3);
    expect(after(feed, 5)).toBeUndefined();
  });

  it("prefers a snapshot to too many missed changes", () => {
    const length = filled(roomy, 1).since({ stream: "run", sequence: 0 })?.[0]?.length ?? 0;
    const feed = filled({ ...roomy, resumeCharactersMax: 2 * length }, 4);
    expect(after(feed, 2)).toBe(2);
    expect(after(feed, 1)).toBeUndefined();
  });
});
