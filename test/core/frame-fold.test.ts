import { describe, expect, it } from "vitest";
import { maxPastBoots } from "../../src/core/frame-fold.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { wallMs } from "../../src/domain/units.ts";
import {
  agentOf,
  alarmedPass,
  bootNumber,
  calm,
  foldAll,
  foldOf,
  framesOf,
  GB,
  GX,
  loud,
  noon,
  NS,
  times,
  wire,
} from "./frame-life.ts";
import { theOne, told } from "./lane-life.ts";

const first = bootNumber(1);
const second = bootNumber(2);

const idsOf = (events: readonly LaneEvent[]): readonly string[] =>
  events.flatMap((event) => (event.kind === "alarm-raised" ? [event.alarm.alarmId] : []));

describe("a pass", () => {
  it("gives its events once each, in order", () => {
    const { events } = foldAll(foldOf(), framesOf(agentOf(first), alarmedPass));
    const updates = told(events).filter((text) => text === "alarm-updated gamma");
    expect(told(events).filter((text) => text !== "alarm-updated gamma")).toEqual([
      "agent-started",
      "occupancy-started",
      "alarm-raised gamma",
      "alarm-ended gamma",
      "occupancy-ended closed-by-portal",
    ]);
    // Six loud intervals: 4 calm and 1 loud are 560, over 480; the sum grows four times more, to 5 loud ones.
    expect(updates).toHaveLength(4);
  });

  it("has an id from the place of its first line in the stream", () => {
    const { events } = foldAll(foldOf(), framesOf(agentOf(first), alarmedPass));
    expect(theOne(events, "occupancy-started").occupancyId).toBe(`north-1~${first}~${wire([GB]).length}`);
  });

  it("has the times of its frames", () => {
    const { events } = foldAll(foldOf(), framesOf(agentOf(first), alarmedPass));
    expect(theOne(events, "occupancy-started").at).toBe(noon + 5000);
    expect(theOne(events, "alarm-raised").at).toBe(noon + 5000 + 6 * 200);
  });
});

describe("repeats", () => {
  const frames = framesOf(agentOf(first), alarmedPass);
  const { state, events } = foldAll(foldOf(), frames);

  it.each<[string, readonly Frame[]]>([
    ["each frame twice", frames.flatMap((frame) => [frame, frame])],
    ["all frames again at the end", [...frames, ...frames]],
    [
      "the last ten again after each frame",
      frames.flatMap((frame, at) => [frame, ...frames.slice(Math.max(0, at - 9), at + 1)]),
    ],
  ])("of %s change nothing", (_, again) => {
    expect(foldAll(foldOf(), again)).toEqual({ state, events });
  });

  it("of an earlier boot change nothing", () => {
    const later = framesOf(agentOf(second, noon + 60_000), alarmedPass);
    const clean = foldAll(foldOf(), [...frames, ...later]);
    expect(foldAll(foldOf(), [...frames, ...later, ...frames])).toEqual(clean);
    expect(
      foldAll(foldOf(), [...frames, ...later.slice(0, 9), ...frames.slice(3), ...later.slice(9)]),
    ).toEqual(clean);
    expect(idsOf(clean.events)).toHaveLength(2);
  });

  it("are told apart for a bounded number of boots", () => {
    const boots = Array.from({ length: maxPastBoots + 5 }, (_, index) =>
      framesOf(agentOf(bootNumber(index), noon + index * 60_000), [GB, GB]),
    );
    const { state: after } = foldAll(foldOf(), boots.flat());
    expect(after.pastBoots).toHaveLength(maxPastBoots);
    const newest = boots.slice(-maxPastBoots - 1).flat();
    expect(foldAll(foldOf(), newest, after).events).toEqual([]);
  });
});

describe("lost frames", () => {
  it("are told with their exact range and bytes", () => {
    const frames = framesOf(agentOf(first), alarmedPass);
    const { events } = foldAll(foldOf(), [...frames.slice(0, 4), ...frames.slice(7)]);
    expect(theOne(events, "frames-lost")).toEqual({
      kind: "frames-lost",
      at: frames[7]?.wall,
      bootId: first,
      firstSequence: 4,
      lastSequence: 6,
      bytes: wire(alarmedPass.slice(4, 7)).length,
    });
  });

  it("cost no bytes where they were none", () => {
    const agent = agentOf(first);
    const frames = [agent.bytes(wire([GB])), agent.frame({ kind: "heartbeat" }), agent.bytes(wire([GB]))];
    const { events } = foldAll(
      foldOf(),
      frames.filter((_, at) => at !== 1),
    );
    expect(theOne(events, "frames-lost")).toMatchObject({ firstSequence: 1, lastSequence: 1, bytes: 0 });
  });

  it("at the beginning of a new boot count from its first", () => {
    const before = framesOf(agentOf(first), [GB]);
    const after = framesOf(agentOf(second, noon + 60_000), [GB, GB, GB]);
    const { events } = foldAll(foldOf(), [...before, ...after.slice(2)]);
    expect(told(events)).toEqual(["agent-started", "agent-started", "frames-lost"]);
    expect(theOne(events, "frames-lost")).toMatchObject({
      bootId: second,
      firstSequence: 0,
      lastSequence: 1,
      bytes: wire([GB, GB]).length,
    });
  });

  it("are not said of a lane whose first frame is far into a boot", () => {
    const frames = framesOf(agentOf(first), alarmedPass);
    const { events } = foldAll(foldOf(), frames.slice(8));
    expect(told(events).slice(0, 2)).toEqual(["agent-started", "occupancy-started"]);
    expect(told(events)).not.toContain("frames-lost");
  });

  it("break the line they cut: neither half is taken for a record", () => {
    const agent = agentOf(first);
    const half = loud.slice(0, 12);
    const frames = [
      agent.bytes(wire([GB]) + half),
      agent.bytes("lost,"),
      agent.bytes(`${loud.slice(12)}\r\n${wire([GB])}`),
    ];
    const { events, state } = foldAll(
      foldOf(),
      [frames[0], frames[2]].filter((frame) => frame !== undefined),
    );
    const quarantined = events.flatMap((event) => (event.kind === "bytes-quarantined" ? [event] : []));
    expect(quarantined.map(({ raw, reason }) => [raw, reason])).toEqual([
      [half, "unterminated"],
      [loud.slice(12), "not-a-record"],
    ]);
    expect(quarantined.map(({ byteOffset }) => byteOffset)).toEqual([
      wire([GB]).length,
      wire([GB]).length + half.length + 5,
    ]);
    expect(told(events)).toEqual(["agent-started", "frames-lost"]);
    expect(state.codec.byteOffset).toBe(state.stream?.nextByteOffset);
  });

  it("leave a whole record before them whole, and at its own time", () => {
    // The closing record came without its line end, and the rest of the boot is lost. It closes the occupancy then, not
    // a minute later, when the next boot is heard of.
    const agent = agentOf(first);
    const before = [...framesOf(agent, [GB, ...times(5, loud)]), agent.bytes(GX)];
    const after = framesOf(agentOf(second, noon + 60_000), [GB]);
    const { events } = foldAll(foldOf(), [...before, ...after]);
    expect(told(events)).toEqual([
      "agent-started",
      "occupancy-started",
      "alarm-raised gamma",
      "alarm-ended gamma",
      "occupancy-ended closed-by-portal",
      "agent-started",
    ]);
    expect(theOne(events, "occupancy-ended").at).toBe(noon + 6000);
  });

  it("make no occupancy of a last interval without its line end", () => {
    const agent = agentOf(first);
    const before = [...framesOf(agent, [GB, ...times(5, loud)]), agent.bytes(loud)];
    const after = framesOf(agentOf(second, noon + 60_000), [GB]);
    const { events } = foldAll(foldOf(), [...before, ...after]);
    expect(events.filter(({ kind }) => kind === "occupancy-started")).toHaveLength(1);
    expect(theOne(events, "occupancy-ended").intervals).toBe(6);
  });
});

describe("a new boot", () => {
  it("goes on with the occupancy where it is heard of in time", () => {
    const before = framesOf(agentOf(first), [GB, ...times(3, calm)]);
    const agent = agentOf(second, noon + 5600 + 4000);
    const { events, state } = foldAll(foldOf(), [...before, ...framesOf(agent, [calm, calm, GX])]);
    expect(told(events)).toEqual([
      "agent-started",
      "occupancy-started",
      "agent-started",
      "occupancy-ended closed-by-portal",
    ]);
    expect(theOne(events, "occupancy-ended").intervals).toBe(5);
    expect(state.stream).toMatchObject({ bootId: second, nextSequence: 3 });
  });

  it("ends it where the agent was away for too long", () => {
    const before = framesOf(agentOf(first), [GB, ...times(3, calm)]);
    const { events } = foldAll(foldOf(), [
      ...before,
      ...framesOf(agentOf(second, noon + 60_000), [calm, GX]),
    ]);
    expect(told(events)).toEqual([
      "agent-started",
      "occupancy-started",
      "agent-started",
      "occupancy-ended interrupted",
      "occupancy-started",
      "occupancy-ended closed-by-portal",
    ]);
  });

  it("with a wall clock that was set back costs no time", () => {
    const before = framesOf(agentOf(first), [GB, ...times(3, calm)]);
    const { state } = foldAll(foldOf(), before);
    const { state: after } = foldAll(foldOf(), framesOf(agentOf(second, 0), [calm]), state);
    expect(after.laneMs).toBe(state.laneMs);
  });

  it("of a second agent on the same lane does not lose the place in the first", () => {
    // Two agents by mistake: their frames come in turn. Each goes on where it was, and no frame is called lost.
    const [one, two] = [framesOf(agentOf(first), times(6, GB)), framesOf(agentOf(second), times(6, GB))];
    const { events } = foldAll(
      foldOf(),
      one.flatMap((frame, at) => [frame, two[at] ?? frame]),
    );
    expect(told(events)).toEqual(["agent-started", "agent-started"]);
    expect(events.filter(({ kind }) => kind === "background-measured")).toHaveLength(12);
  });
});

describe("a wall clock that steps within a boot", () => {
  it.each([3_600_000, -3_600_000])("by %d ms neither ends nor lengthens an occupancy", (stepMs) => {
    const frames = framesOf(agentOf(first), [GB, ...times(3, calm), calm, calm, GX]);
    const stepped = frames.map((frame, at) =>
      at < 4 ? frame : { ...frame, wall: wallMs(frame.wall + stepMs) },
    );
    const { events, state } = foldAll(foldOf(), stepped);
    expect(told(events)).toEqual(["agent-started", "occupancy-started", "occupancy-ended closed-by-portal"]);
    expect(theOne(events, "occupancy-ended").at).toBe(noon + 6200 + stepMs);
    expect(state.laneMs).toBe(foldAll(foldOf(), frames).state.laneMs);
  });
});

describe("the link going", () => {
  it("in the middle of a line gives that line up, and the next begins afresh", () => {
    const agent = agentOf(first);
    const frames = [
      agent.frame({ kind: "link-up", endpoint: "tcp portal:1600" }),
      agent.bytes(wire([GB]) + calm.slice(0, 9)),
      agent.frame({ kind: "link-down", reason: "reset" }),
      agent.frame({ kind: "link-up", endpoint: "tcp portal:1600" }),
      agent.bytes(wire([GB])),
    ];
    const { events } = foldAll(foldOf(), frames);
    expect(told(events)).toEqual([
      "agent-started",
      "link-changed up",
      "link-changed down",
      "fault-raised link-down",
      "link-changed up",
      "fault-cleared link-down",
    ]);
    expect(theOne(events, "bytes-quarantined")).toMatchObject({
      raw: calm.slice(0, 9),
      byteOffset: wire([GB]).length,
    });
    expect(events.filter(({ kind }) => kind === "background-measured")).toHaveLength(2);
  });

  it("keeps a whole record that lacked only its line end", () => {
    const agent = agentOf(first);
    const frames = [
      ...framesOf(agent, [GB, calm]),
      agent.bytes(GX),
      agent.frame({ kind: "link-down", reason: "reset" }),
    ];
    expect(told(foldAll(foldOf(), frames).events)).toContain("occupancy-ended closed-by-portal");
  });
});

describe("silence", () => {
  const silentFrom = (body: () => Frame, agent: ReturnType<typeof agentOf>): readonly string[] => {
    const frames = [agent.frame({ kind: "link-up", endpoint: "tcp" }), ...framesOf(agent, [GB])];
    for (let second = 0; second < 30; second += 2) {
      agent.wait(2000);
      frames.push(body());
    }
    return told(foldAll(foldOf(), frames).events);
  };

  it("is noticed by heartbeats", () => {
    const agent = agentOf(first);
    expect(silentFrom(() => agent.frame({ kind: "heartbeat" }), agent)).toContain("fault-raised silent");
  });

  it("is noticed while bytes come that never make a line", () => {
    const agent = agentOf(first);
    expect(silentFrom(() => agent.bytes("\u0000\u0013%".repeat(40)), agent)).toContain("fault-raised silent");
  });

  it("is noticed while only undecodable lines come", () => {
    const agent = agentOf(first);
    expect(silentFrom(() => agent.bytes("rubbish\r\n"), agent)).toContain("fault-raised silent");
  });

  it("of lines that come in pieces is none", () => {
    const agent = agentOf(first);
    const line = `${GB}\r\n`;
    let at = 0;
    const piece = (): Frame => {
      const from = at;
      at = (at + 10) % line.length;
      return agent.bytes(at < from ? line.slice(from) + line.slice(0, at) : line.slice(from, at));
    };
    expect(silentFrom(piece, agent)).not.toContain("fault-raised silent");
  });
});

describe("the end of a recording", () => {
  it("judges what was begun, and closes no occupancy", () => {
    const fold = foldOf();
    const agent = agentOf(first);
    const { state } = foldAll(fold, [...framesOf(agent, [GB, calm]), agent.bytes(calm)]);
    expect(fold.end(state).map(({ kind }) => kind)).toEqual(["interval-measured"]);
    expect(state.lane.occupancy?.intervals).toBe(2);
  });

  it("of nothing is nothing", () => {
    const fold = foldOf();
    const state = fold.start();
    expect(fold.end(state)).toEqual([]);
    expect(state).toEqual(fold.start());
  });
});

it("starts as the first lane of all: nothing known", () => {
  const { state, events } = foldAll(foldOf(), framesOf(agentOf(first), [NS]));
  expect(told(events)).toEqual(["agent-started", "occupancy-started", "fault-raised no-background"]);
  expect(state.lane.occupancy?.seconds).toBe(1);
});
