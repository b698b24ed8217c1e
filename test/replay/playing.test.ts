import { describe, expect, it } from "vitest";
import type { Utterance } from "../../src/replay/playback.ts";
import { type Line, play } from "../../src/replay/playing.ts";
import { manualClock } from "../manual-clock.ts";

const utterances = async function* (times: readonly number[]): AsyncGenerator<Utterance, void> {
  for (const atMs of times) {
    await Promise.resolve();
    yield { atMs, bytes: Uint8Array.of(atMs % 256) };
  }
};

interface Stage {
  readonly clock: ReturnType<typeof manualClock>;
  /** When each piece was written. */
  readonly written: readonly number[];
  readonly line: Line;
  readonly listen: (isListening: boolean) => void;
}

const stage = (): Stage => {
  const clock = manualClock();
  const written: number[] = [];
  let isListening = true;
  let heard = (): void => undefined;
  return {
    clock,
    written,
    listen: (now) => {
      isListening = now;
      if (now) heard();
    },
    line: {
      listener: () => (isListening ? Promise.resolve() : new Promise((resolve) => (heard = resolve))),
      write: () => {
        written.push(clock.monotonic());
        return Promise.resolve();
      },
    },
  };
};

const forEver = new AbortController().signal;

describe("playing", () => {
  it.each([
    [1, [0, 200, 5000]],
    [10, [0, 20, 500]],
    [Infinity, [0, 0, 0]],
  ])("at speed %d keeps the times", async (speed, expected) => {
    const { clock, line, written } = stage();
    const done = play(utterances([0, 200, 5000]), line, { speed, clock }, forEver);
    await clock.advance(6000);
    await done;
    expect(written).toEqual(expected);
  });

  it("does not run on while nobody listens", async () => {
    const { clock, line, written, listen } = stage();
    listen(false);
    const done = play(utterances([0, 200, 400]), line, { speed: 1, clock }, forEver);
    await clock.advance(10_000);
    expect(written).toEqual([]);
    listen(true);
    await clock.advance(250);
    listen(false);
    await clock.advance(5000);
    listen(true);
    await clock.advance(1000);
    await done;
    expect(written[0]).toBe(10_000);
    expect(written[1]).toBe(10_200);
    expect(written).toHaveLength(3);
  });

  it("makes up for what a slow line held up", async () => {
    const { clock, line, written } = stage();
    const slow: Line = {
      ...line,
      write: (bytes) => line.write(bytes).then(() => clock.sleep(written.length === 1 ? 300 : 0, forEver)),
    };
    const done = play(utterances([0, 200, 400, 600]), slow, { speed: 1, clock }, forEver);
    await clock.advance(2000);
    await done;
    expect(written).toEqual([0, 300, 400, 600]);
  });

  it("ends when it is told to", async () => {
    const { clock, line, written } = stage();
    const stopping = new AbortController();
    const done = play(utterances([0, 60_000]), line, { speed: 1, clock }, stopping.signal);
    await clock.advance(1000);
    stopping.abort();
    await done;
    expect(written).toEqual([0]);
  });
});
