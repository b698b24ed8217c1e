import { describe, expect, test } from "vitest";
import {
  changesSince,
  timelineOf,
  wasProposal,
} from "../../../../../src/console/web/alarms/page/timeline.ts";
import { loadTexts } from "../../../../../src/console/web/texts/load.ts";
import { untouched } from "../../../../../src/core/adjudication.ts";
import type { Act, Adjudication, AlarmCommand } from "../../../../../src/domain/adjudication.ts";
import { commandKinds } from "../../../../../src/domain/adjudication.ts";
import { alarmId, commandId, laneId } from "../../../../../src/domain/ids.ts";
import { wallMs } from "../../../../../src/domain/units.ts";
import { sampleCase, serverStart } from "../../samples.ts";

const entry = {
  disposition: "contraband-found",
  isotopes: ["252Cf", "137Cs"],
  vehicleId: "AB 123",
  containerId: "CSQU3054383",
  commodity: "scrap",
  riidResult: "252Cf, sure",
  notes: "Drum without papers.",
} as const;

/** One of each kind, with everything that can be said. */
const acts: { readonly [K in Act["kind"]]: Act } = {
  acknowledge: { kind: "acknowledge" },
  claim: { kind: "claim", leaseInMs: 1 },
  renew: { kind: "renew", leaseInMs: 1 },
  release: { kind: "release" },
  "take-over": { kind: "take-over", leaseInMs: 1 },
  "request-secondary": { kind: "request-secondary", instructions: "left side first" },
  "start-secondary": { kind: "start-secondary" },
  "complete-secondary": { kind: "complete-secondary", riidResult: "252Cf", findings: "a drum" },
  escalate: { kind: "escalate", to: "desk", question: "what is it?" },
  "answer-escalation": { kind: "answer-escalation", answer: "a source" },
  dispose: { kind: "dispose", entry },
  revise: { kind: "revise", entry, reason: "new papers" },
  reopen: { kind: "reopen", reason: "wrong vehicle" },
  approve: { kind: "approve", remark: "seen" },
  reject: { kind: "reject", remark: "unclear" },
  withdraw: { kind: "withdraw", remark: "mistaken" },
  comment: { kind: "comment", text: "driver was calm" },
  attach: {
    kind: "attach",
    attachment: {
      sha256: "0".repeat(64),
      name: "drum.jpg",
      mediaType: "image/jpeg",
      sizeBytes: 1,
      offsets: [0],
    },
  },
};

const historyOf = (...kinds: readonly Act["kind"][]): readonly AlarmCommand[] =>
  kinds.map((kind, number) => ({
    commandId: commandId(`command-${number}`),
    laneId: laneId("north"),
    alarmId: alarmId("one"),
    expectedVersion: number,
    by: { name: "olga", role: "officer" },
    at: wallMs(serverStart + number * 1000),
    act: acts[kind],
  }));
const worked = (...kinds: readonly Act["kind"][]): Adjudication => ({
  ...untouched,
  version: kinds.length,
  history: historyOf(...kinds),
});

const t = await loadTexts("en");

test("every kind of command is told with all that was said with it", () => {
  const kinds = Object.keys(commandKinds) as readonly Act["kind"][];
  expect(kinds).toHaveLength(18);
  for (const kind of kinds) {
    const told = timelineOf(t, { ...sampleCase("one"), adjudication: worked(kind) }, null);
    const text = JSON.stringify(told.at(-1));
    expect(text).toContain(t.domain.done[kind]);
    expect(text).toContain("olga");
    const said = JSON.stringify(acts[kind])
      .replaceAll("contraband-found", t.domain.dispositions["contraband-found"])
      .match(
        /"(?:riidResult|findings|instructions|to|question|answer|vehicleId|containerId|commodity|notes|reason|remark|text|name)":"([^"]*)"/g,
      );
    for (const part of said ?? []) expect(text, kind).toContain(part.split(":")[1]?.replaceAll('"', ""));
  }
});

test("what happened by itself stands in its place, and what happened at once in its order", () => {
  const alarmCase = {
    ...sampleCase("one", { endedAt: wallMs(serverStart + 500) }),
    adjudication: worked("acknowledge", "claim"),
  };
  const told = timelineOf(t, alarmCase, wallMs(serverStart + 700));
  expect(told.map(({ what }) => what)).toEqual([
    "Raised by the core",
    "Acknowledged",
    "The vehicle left the portal",
    "The alarm arrived late",
    "Claimed",
  ]);
});

describe("a proposal is not told as a fact", () => {
  const whats = (adjudication: Adjudication) =>
    timelineOf(t, { ...sampleCase("one"), adjudication }, null).map(({ what }) => what);
  test("while it waits", () => {
    const [proposed] = historyOf("dispose");
    if (proposed === undefined) throw new Error("No proposal.");
    const proposal = { act: { kind: "dispose", entry }, by: proposed.by, at: proposed.at } as const;
    expect(whats({ ...worked("dispose"), proposal })).toContain("Disposition proposed");
    expect(whats(worked("dispose"))).toContain("Disposed");
  });
  test("when it was answered; and the answer says what it was about", () => {
    const adjudication = worked("dispose", "comment", "approve", "reopen", "reject", "revise");
    expect([0, 3, 5].map((at) => wasProposal(adjudication, at))).toEqual([true, true, false]);
    const told = timelineOf(t, { ...sampleCase("one"), adjudication }, null);
    const approved = told.find(({ what }) => what === "Approved");
    expect(approved?.details[0]).toEqual({ label: "the disposition", text: "Contraband found" });
    const rejected = told.find(({ what }) => what === "Rejected");
    expect(rejected?.details[0]).toEqual({ label: "the reopening", text: "" });
  });
});

test("what changed meanwhile: the commands since the version that was seen, but for one's own", () => {
  const adjudication = worked("acknowledge", "claim", "comment");
  const request = (expectedVersion: number, own = "mine") =>
    ({ commandId: commandId(own), expectedVersion, act: { kind: "claim" } }) as const;
  const since = (expectedVersion: number, own?: string) =>
    changesSince(adjudication, request(expectedVersion, own)).map(({ act }) => act.kind);
  expect(since(0)).toEqual(["acknowledge", "claim", "comment"]);
  expect(since(2)).toEqual(["comment"]);
  expect(since(3)).toEqual([]);
  expect(since(1, "command-2")).toEqual(["claim"]);
});
