import { describe, expect, it } from "vitest";
import { playInTime } from "../../simulators/pacing.ts";
import type { Emission } from "../../simulators/portals/emission.ts";

const everyMs = (gapMs: number, count: number): Iterator<Emission, undefined> =>
  (function* (): Generator<Emission, undefined> {
    for (let index = 0; index < count; index += 1) yield { kind: "link", atMs: index * gapMs, up: true };
    return undefined;
  })();

describe("pacing", () => {
  it("delivers nothing early, everything in order, at the asked speed and without drift", async () => {
    const startedAtMs = performance.now();
    const late: number[] = [];
    await new Promise<void>((resolve) => {
      const deliver = (emission: Emission): unknown =>
        late.push((performance.now() - startedAtMs) * 10 - emission.atMs);
      playInTime({
        emissions: everyMs(50, 101),
        speed: 10,
        now: () => performance.now(),
        startedAtMs,
        deliver,
        onEnd: resolve,
      });
    });
    expect(late.length).toBe(101);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    // 5,000 simulated ms in 500: a drift of 1 ms a timer would have made it 1,000 late.
    expect(late.at(-1)).toBeLessThan(900);
  });

  it("delivers nothing after it was stopped, even when stopped by a delivery", async () => {
    const seen: Emission[] = [];
    const playing = playInTime({
      emissions: everyMs(0, 10),
      speed: 1,
      now: () => performance.now(),
      startedAtMs: performance.now(),
      deliver: (emission) => {
        seen.push(emission);
        if (seen.length === 3) playing.stop();
      },
      onEnd: () => expect.unreachable(),
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(seen.length).toBe(3);
  });
});
