import { describe, expect, it } from "vitest";
import { signalSettingsSchema, topicOf } from "../../src/signals/signal-settings.ts";

const plain = { url: "mqtt://broker", site: "north-crossing" };

describe("signal settings", () => {
  it("have defaults", () => {
    expect(signalSettingsSchema.parse(plain)).toEqual({
      ...plain,
      protocolVersion: 5,
      connectTimeoutInMs: 5_000,
      topic: "lanewatch/{site}/{lane}/state",
      statusTopic: "lanewatch/{site}/status",
      heartbeatTopic: "lanewatch/{site}/heartbeat",
      heartbeatInMs: 5_000,
      alarmUntil: "dispositioned",
      faultsFrom: "high",
      unknownAfterInMs: 20_000,
    });
  });

  it.each([
    ["a topic that all lanes would share", { topic: "lanewatch/{site}/state" }, "topic"],
    ["wildcards", { statusTopic: "lanewatch/#" }, "statusTopic"],
    ["a placeholder nobody knows", { statusTopic: "lanewatch/{sight}" }, "statusTopic"],
    ["one topic for two things", { statusTopic: "x", heartbeatTopic: "x" }, "statusTopic"],
    ["a site with a slash", { site: "a/b" }, "site"],
    ["a password for nobody", { password: "x" }, "username"],
    [
      "a time in which the core says nothing of a lane anyway",
      { unknownAfterInMs: 5_000 },
      "unknownAfterInMs",
    ],
  ])("refuse %s", (_, vary, option) => {
    const parsed = signalSettingsSchema.safeParse({ ...plain, ...vary });
    expect(parsed.error?.issues.map(({ path }) => path[0])).toEqual([option]);
  });

  it("make topics", () => {
    expect(topicOf("a/{site}/{lane}/{site}", { site: "s", lane: "l" })).toBe("a/s/l/s");
  });
});
