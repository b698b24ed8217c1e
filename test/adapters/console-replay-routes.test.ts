import fastify from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { requireSession } from "../../src/adapters/console-officer.ts";
import { addReplayRoutes } from "../../src/adapters/console-replay-routes.ts";
import { answerError } from "../../src/adapters/console-reply.ts";
import { addSessionRoutes } from "../../src/adapters/console-session-routes.ts";
import { openMemoryLog } from "../../src/adapters/memory-log.ts";
import { systemClock } from "../../src/adapters/system-clock.ts";
import { replyToThrown } from "../../src/console/error-body.ts";
import { untouched } from "../../src/core/adjudication.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import type { AlarmCase } from "../../src/domain/adjudication.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { bootId } from "../../src/domain/ids.ts";
import type { Identity } from "../../src/identity/identity.ts";
import type { EventLog } from "../../src/ports.ts";
import { errorBodySchema } from "../../src/wire/console.ts";
import { encodeFrame } from "../../src/wire/frame.ts";
import { partitionOf } from "../../src/wire/partition.ts";
import { replayAnswerSchema, replayOptionsSchema } from "../../src/wire/replay.ts";
import { agentOf, alarmedPass, foldOf, GB, north, times, wire } from "../core/frame-life.ts";
import { signIn, testDoor, testIdentity, type TestName } from "../officers.ts";

/** Three backgrounds, a pass with an alarm, heartbeats as an edge says them; judged just now. */
const lived = (): { readonly known: AlarmCase; readonly frames: readonly Frame[] } => {
  const agent = agentOf(bootId("0badcafe"), Date.now() - 60_000);
  const fold = foldOf();
  const state = fold.start();
  const frames = [...times(3, GB), ...alarmedPass].flatMap((line) => {
    agent.wait(200);
    return [agent.bytes(wire([line])), agent.frame({ kind: "heartbeat" })];
  });
  const events = frames.flatMap((frame) => fold.step(state, frame));
  const ended = events.find((event) => event.kind === "alarm-ended");
  if (ended === undefined) throw new Error("Nothing alarmed.");
  return { known: { alarm: ended.alarm, adjudication: untouched }, frames };
};

const { known, frames } = lived();
const { alarmId, profile } = known.alarm;
const failures: unknown[] = [];
let identity: Identity;
let log: EventLog;
let url = "";
let closeServer: () => Promise<unknown>;
/** Holds back every reading of the log while it is set. */
let held: Promise<void> | null = null;

beforeAll(async () => {
  log = openMemoryLog({ partitionCount: 2, clock: systemClock });
  await log.append(
    frames.map((frame) => ({
      topic: "lanewatch.frames.v1" as const,
      partition: partitionOf(north, log.partitionCount),
      key: north,
      value: encodeFrame(frame),
    })),
  );
  const slowLog: EventLog = {
    ...log,
    read: async (...asked) => {
      await held;
      return log.read(...asked);
    },
  };
  identity = await testIdentity();
  const app = fastify({ forceCloseConnections: true });
  app.setErrorHandler((error, _request, reply) => {
    const { foreseen, ...said } = replyToThrown(error);
    if (!foreseen) failures.push(error);
    return answerError(reply, said);
  });
  addSessionRoutes(app, { identity, door: testDoor, isSecure: false });
  await app.register((guarded) => {
    requireSession(guarded, identity);
    addReplayRoutes(guarded, {
      log: slowLog,
      clock: systemClock,
      lanes: [
        {
          laneId: north,
          name: "North",
          codec: rapiscanLine.codec({}),
          settings: laneSettingsOf(laneOptions.parse({})),
          measures: { neutron: true, energy: false },
        },
      ],
      caseOf: (id) => Promise.resolve(id === alarmId ? known : undefined),
    });
    return Promise.resolve();
  });
  url = await app.listen({ host: "127.0.0.1", port: 0 });
  closeServer = () => app.close();
});
afterAll(async () => {
  await closeServer();
  await identity.close();
  await log.close();
  expect(failures).toEqual([]);
});

interface Got {
  readonly status: number;
  readonly body: unknown;
}
const ask = async (body: unknown, name: TestName = "Eve"): Promise<Got> => {
  const cookie = await signIn(url, name);
  const response = await fetch(`${url}/api/replay`, {
    method: "POST",
    headers: { cookie, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
};
const errorOf = ({ body }: Got): ReturnType<typeof errorBodySchema.parse>["error"] =>
  errorBodySchema.parse(body).error;

describe("a replay", () => {
  test("under the present settings says what the live core said, and that it does", async () => {
    const got = await ask({ replayed: { alarmId }, proposed: {} });
    expect(got.status).toBe(200);
    const { occupancies, recorded, framesMissing } = replayAnswerSchema.parse(got.body);
    expect(recorded).toBe("same");
    expect(framesMissing).toBe(0);
    expect(occupancies).toHaveLength(1);
    const [occupancy] = occupancies;
    expect(occupancy?.present?.profile).toEqual(profile);
    expect(occupancy?.present?.alarms[0]).toMatchObject({ alarmId, decisions: known.alarm.decisions });
    expect(occupancy?.proposed).toEqual(occupancy?.present);
  });

  test("under proposed settings says what they would do", async () => {
    const got = await ask({ replayed: { alarmId }, proposed: { grossCount: { nSigma: 50 } } });
    const [occupancy] = replayAnswerSchema.parse(got.body).occupancies;
    expect(occupancy?.comparison).toMatchObject({ present: "core", proposed: "none", go: [alarmId] });
  });

  test("of a span has the occupancies that began in it", async () => {
    const { startedAt } = profile;
    const span = { laneId: north, from: startedAt - 1000, to: startedAt + 5000 };
    const inside = replayAnswerSchema.parse((await ask({ replayed: span, proposed: {} })).body);
    expect(inside.occupancies.map(({ occupancyId }) => occupancyId)).toEqual([known.alarm.occupancyId]);
    expect(inside.recorded).toBeNull();
    const before = { laneId: north, from: startedAt - 5000, to: startedAt - 1 };
    expect(
      replayAnswerSchema.parse((await ask({ replayed: before, proposed: {} })).body).occupancies,
    ).toEqual([]);
  });

  test("says every problem at once, with its path", async () => {
    const got = await ask({
      replayed: { laneId: north, from: 5, to: 5 + 700_000 },
      proposed: { preset: "mild", grossCount: { nSigma: 0 }, rules: { cusum: { limits: 1 } } },
    });
    expect(got.status).toBe(400);
    const paths = (errorOf(got).problems ?? []).map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "proposed.preset",
        "proposed.grossCount.nSigma",
        "proposed.rules.cusum.limits",
      ]),
    );
    expect(paths.some((path) => path.startsWith("replayed"))).toBe(true);
  });

  test("refuses options that contradict each other or the lane's portal", async () => {
    const got = await ask({
      replayed: { alarmId },
      proposed: { rules: { "two-window": {}, cusum: { limit: 1 } } },
    });
    expect(got.status).toBe(400);
    expect((errorOf(got).problems ?? []).map(({ path }) => path).sort()).toEqual([
      "proposed.rules.cusum.limit",
      "proposed.rules.two-window",
    ]);
  });

  test("is for engineers and supervisors", async () => {
    const asked = { replayed: { alarmId }, proposed: {} };
    const refused = await ask(asked, "Ada");
    expect([refused.status, errorOf(refused).code]).toEqual([403, "not-permitted"]);
    expect((await ask(asked, "Sue")).status).toBe(200);
    const cookie = await signIn(url, "Ada");
    expect((await fetch(`${url}/api/replay/options`, { headers: { cookie } })).status).toBe(403);
    expect((await fetch(`${url}/api/replay/options`)).status).toBe(401);
  });

  test("of an unknown alarm or lane is not found", async () => {
    const alarm = await ask({ replayed: { alarmId: "north-1~0badcafe~9~gamma" }, proposed: {} });
    expect([alarm.status, errorOf(alarm).code]).toEqual([404, "not-found"]);
    const lane = await ask({ replayed: { laneId: "south", from: 1, to: 2 }, proposed: {} });
    expect([lane.status, errorOf(lane).code]).toEqual([404, "not-found"]);
  });

  test("beyond two at once is refused, and their places are free again", async () => {
    let letGo = (): void => undefined;
    held = new Promise((resolve) => (letGo = resolve));
    const asked = { replayed: { alarmId }, proposed: {} };
    const answered: number[] = [];
    const all = [1, 2, 3].map(async () => {
      const { status } = await ask(asked);
      answered.push(status);
    });
    await expect.poll(() => answered).toEqual([503]);
    letGo();
    held = null;
    await Promise.all(all);
    expect(answered).toEqual([503, 200, 200]);
    expect((await ask(asked)).status).toBe(200);
  });

  test("has a form with the lanes as they are set", async () => {
    const cookie = await signIn(url, "Eve");
    const response = await fetch(`${url}/api/replay/options`, { headers: { cookie } });
    const { lanes, presets } = replayOptionsSchema.parse(await response.json());
    expect(lanes).toMatchObject([{ laneId: north, name: "North", energy: false, further: {} }]);
    expect(lanes[0]?.present).toEqual(presets[0]);
  });
});
