import { afterEach, describe, expect, it } from "vitest";
import type { Frame } from "../../src/domain/frames.ts";
import type { EventRecord } from "../../src/wire/event.ts";
import { claim, dispose } from "../commands.ts";
import { agentOf, bootNumber, calm, framesOf, GB, GX, loud, NA, NS, times } from "../core/frame-life.ts";
import { judged, openCorePlace, type Running } from "./core-place.ts";

/** A source of gammas and neutrons, of which the edge was cut off while the neutrons were counted. */
const cutOff = (): { readonly live: readonly Frame[]; readonly late: readonly Frame[] } => {
  const frames = framesOf(agentOf(bootNumber(1)), [
    GB,
    NS,
    ...times(5, calm),
    ...times(12, loud),
    NA,
    ...times(5, loud),
    ...times(5, calm),
    GX,
    GB,
    GB,
  ]);
  const neutrons = frames.findIndex(
    ({ body }) => body.kind === "bytes" && String.fromCharCode(...body.bytes).startsWith("NA"),
  );
  return {
    live: frames.filter((_, at) => at !== neutrons),
    late: frames.slice(neutrons, neutrons + 1).map((frame) => ({ ...frame, historical: true })),
  };
};

let core: Running | undefined;
afterEach(async () => {
  await core?.stop();
  core = undefined;
});

describe("late frames that say more of an alarm whose case is over", () => {
  it.each([
    ["the core has gone on", false],
    ["another core has taken over meanwhile", true],
  ])("bring the case back: %s", async (_, restarts) => {
    const place = openCorePlace([judged("north-1", { rules: { "window-ratio": null } })]);
    const { live, late } = cutOff();
    core = place.start();
    await place.tellFrames(live);
    await core.caughtUp();
    const [[, raised] = []] = await place.cases();
    if (raised === undefined) throw new Error("no alarm");
    expect(raised.alarm).toMatchObject({ kind: "gamma", state: "ended" });
    await place.ask([
      claim(raised.alarm, { id: "command-claim" }),
      dispose(raised.alarm, { id: "command-dispose" }),
    ]);
    await core.caughtUp();
    expect((await place.cases()).get(raised.alarm.alarmId)?.adjudication.state).toBe("dispositioned");
    if (restarts) await core.stop();
    if (restarts) core = place.start();

    await place.tellFrames(late);
    await core.caughtUp();
    const found = (await place.cases()).get(raised.alarm.alarmId);
    expect(found?.alarm).toMatchObject({ kind: "gamma-neutron", state: "ended" });
    expect(found?.adjudication.state).toBe("awaiting-approval");
    expect(found?.adjudication.history.map(({ commandId }) => commandId)).toEqual([
      "command-claim",
      "command-dispose",
    ]);
    const told = (await place.events()).filter(({ event }: EventRecord) => event.kind.startsWith("alarm-"));
    const versions = told.map(({ event }) => ("alarm" in event ? event.alarm.version : Number.NaN));
    expect(versions).toEqual(versions.map((_version, at) => at + 1));
    expect(place.problems).toEqual([]);
  });
});
