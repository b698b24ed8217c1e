import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/adapters/system-clock.ts";

describe("systemClock", () => {
  it("sleeps as long as it is told", async () => {
    const from = systemClock.monotonic();
    await systemClock.sleep(30, new AbortController().signal);
    expect(systemClock.monotonic() - from).toBeGreaterThanOrEqual(29);
  });

  it("wakes at once when the signal aborts, before or during the sleep", async () => {
    const stopping = new AbortController();
    const sleeping = systemClock.sleep(60_000, stopping.signal);
    stopping.abort();
    await sleeping;
    await systemClock.sleep(60_000, stopping.signal);
  });

  it("sleeps for longer than a timer can", async () => {
    const stopping = new AbortController();
    let isAwake = false;
    const sleeping = systemClock.sleep(1e12, stopping.signal).then(() => {
      isAwake = true;
    });
    await systemClock.sleep(20, new AbortController().signal);
    expect(isAwake).toBe(false);
    stopping.abort();
    await sleeping;
  });

  it("tells the wall's time", () => {
    expect(Math.abs(systemClock.wall() - Date.now())).toBeLessThan(1_000);
  });
});
