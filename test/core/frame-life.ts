import { rapiscanLine } from "../../drivers/rapiscan-line/driver.ts";
import { frameFold, type FrameFold, type FrameFoldState } from "../../src/core/frame-fold.ts";
import { laneOptions, laneSettingsOf } from "../../src/core/lane-settings.ts";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { Frame, FrameBody } from "../../src/domain/frames.ts";
import { type BootId, bootId, type LaneId, laneId } from "../../src/domain/ids.ts";
import { monotonicMs, wallMs } from "../../src/domain/units.ts";

export const north = laneId("north-1");
export const noon = Date.UTC(2024, 5, 1, 12);

const four = (each: number): string => `${String(each).padStart(6, "0")},`.repeat(4).slice(0, -1);

/** Lines of the wire, without their ends. Five of `calm` are the background; five of `loud` are far above the limit. */
export const GB = `GB,${four(100)}`;
export const calm = `GS,${four(20)}`;
export const loud = `GS,${four(60)}`;
export const flaggedLoud = `GA,${four(60)}`;
export const NS = `NS,${four(1)}`;
export const NA = `NA,${four(9)}`;
export const GX = "GX,000594,002391,000000,000000";

export const times = (count: number, line: string): readonly string[] =>
  Array.from({ length: count }, () => line);

export const utf8 = new TextEncoder();
export const wire = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join("");

/** A pass with an alarm, from the background before it to the background after it. */
export const alarmedPass: readonly string[] = [
  GB,
  NS,
  ...times(5, calm),
  ...times(6, loud),
  ...times(4, calm),
  GX,
  GB,
];

export const foldOf = (given: unknown = {}): FrameFold =>
  frameFold({
    laneId: north,
    codec: rapiscanLine.codec({}),
    settings: laneSettingsOf(laneOptions.parse(given)),
    time: "frame",
  });

/** Numbers and stamps frames as an edge agent does. */
export interface Agent {
  readonly bytes: (text: string | Uint8Array) => Frame;
  readonly frame: (body: FrameBody) => Frame;
  readonly wait: (ms: number) => void;
}

/** An agent that was started at `startedAt`; its monotonic clock begins at 0. */
export const agentOf = (boot: BootId, startedAt = noon, lane: LaneId = north): Agent => {
  let sequence = 0;
  let byteOffset = 0;
  let ms = 0;
  const frame = (body: FrameBody): Frame => {
    const numbered: Frame = {
      laneId: lane,
      bootId: boot,
      sequence,
      byteOffset,
      wall: wallMs(startedAt + ms),
      monotonic: monotonicMs(ms),
      body,
    };
    sequence += 1;
    if (body.kind === "bytes") byteOffset += body.bytes.length;
    return numbered;
  };
  return {
    bytes: (text) => frame({ kind: "bytes", bytes: typeof text === "string" ? utf8.encode(text) : text }),
    frame,
    wait: (byMs) => {
      ms += byMs;
    },
  };
};

export const bootNumber = (number: number): BootId => bootId(number.toString(16).padStart(8, "0"));

export interface Folded {
  readonly state: FrameFoldState;
  readonly events: readonly LaneEvent[];
}

export const foldAll = (fold: FrameFold, frames: readonly Frame[], from = fold.start()): Folded => {
  const state = structuredClone(from);
  const events: LaneEvent[] = [];
  for (const frame of frames) events.push(...fold.step(state, frame));
  return { state, events };
};

/** Lines at their own pace, one frame each: 200 ms an interval, 5 s a background. */
export const framesOf = (agent: Agent, lines: readonly string[]): readonly Frame[] =>
  lines.map((line) => {
    agent.wait(line.startsWith("GB") ? 5000 : line.startsWith("G") ? 200 : 0);
    return agent.bytes(`${line}\r\n`);
  });
