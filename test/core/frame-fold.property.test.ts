import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LaneEvent } from "../../src/domain/events.ts";
import type { Frame } from "../../src/domain/frames.ts";
import { checkpointCodec } from "../../src/wire/checkpoint.ts";
import {
  agentOf,
  alarmedPass,
  bootNumber,
  calm,
  flaggedLoud,
  foldAll,
  foldOf,
  type Folded,
  GB,
  GX,
  loud,
  NA,
  north,
  NS,
  utf8,
  wire,
} from "./frame-life.ts";

const boot = bootNumber(7);
const fold = foldOf();

/** A stream as portals speak, with what they do wrong: passes with and without alarms, lost GX, odd lines. */
const pass = fc
  .record({
    before: fc.constantFrom([GB], [GB, GB], []),
    body: fc.array(
      fc.constantFrom(
        calm,
        calm,
        loud,
        flaggedLoud,
        NS,
        NA,
        "AA,000001,000001,000001,11111A",
        "ZZ,1",
        "G%S,1",
      ),
      {
        minLength: 1,
        maxLength: 40,
      },
    ),
    after: fc.constantFrom([GX], [GX, GB], [GB], []),
  })
  .map(({ before, body, after }) => [...before, ...body, ...after]);
const passes = fc.array(pass, { minLength: 1, maxLength: 4 }).map((lines) => [GB, ...lines.flat()]);

/** Cuts a text into pieces of these lengths, over and over. */
const cut = (text: string, lengths: readonly number[]): readonly string[] => {
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
};
const lengths = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 });

const foldText = (text: string, sizes: readonly number[]): Folded => {
  const agent = agentOf(boot);
  return foldAll(
    fold,
    cut(text, sizes).map((piece) => agent.bytes(piece)),
  );
};

/** What must not depend on how the bytes came: who, what and on what evidence; not when. */
const decisionsOf = (events: readonly LaneEvent[]): readonly unknown[] =>
  events.flatMap((event): unknown[] => {
    switch (event.kind) {
      case "alarm-raised":
      case "alarm-updated":
      case "alarm-ended": {
        const { alarmId, version, origin, raisedInterval, decisions, profile } = event.alarm;
        return [
          { kind: event.kind, alarmId, version, origin, raisedInterval, decisions, gamma: profile.gamma },
        ];
      }
      case "interval-measured":
        return [
          {
            occupancyId: event.occupancyId,
            interval: event.interval,
            counts: event.counts,
            verdict: event.verdict,
            rules: event.rules,
          },
        ];
      case "neutron-measured":
        return [{ second: event.second, counts: event.counts, rules: event.rules }];
      case "energy-measured":
        return [{ energyInterval: event.energyInterval, counts: event.counts, rules: event.rules }];
      case "occupancy-started":
        return [{ started: event.occupancyId }];
      case "occupancy-ended":
        return [{ ended: event.occupancyId, ending: event.ending, intervals: event.intervals }];
      case "bytes-quarantined":
        return [{ raw: event.raw, byteOffset: event.byteOffset }];
      case "alarm-withheld":
      case "frames-recovered":
      case "frames-dropped":
      case "background-shifted":
      case "fault-raised":
      case "fault-cleared":
      case "frames-lost":
      case "agent-started":
      case "link-changed":
      case "setup-reported":
      case "unknown-tag-seen":
      case "background-measured":
        return [];
    }
  });

describe("folding", () => {
  it("gives the same alarms and decisions however the bytes are cut", () => {
    fc.assert(
      fc.property(passes, lengths, (lines, sizes) => {
        const text = wire(lines);
        expect(decisionsOf(foldText(text, sizes).events)).toEqual(
          decisionsOf(foldText(text, [text.length]).events),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("never judges by the portal's flag", () => {
    /** Each interval's verdict, where the core's rule held, and what the core said of the alarms. */
    const verdictsOf = (text: string): readonly unknown[] =>
      foldText(text, [997]).events.flatMap((event): unknown[] => {
        if (event.kind === "interval-measured")
          return [{ at: event.interval, verdict: event.verdict, rules: event.rules }];
        if (event.kind === "occupancy-ended")
          return [{ held: event.profile.coreIntervals, peak: event.peak }];
        const isGamma = event.kind === "alarm-ended" && event.alarm.kind === "gamma";
        return isGamma ? event.alarm.decisions.filter(({ origin }) => origin === "core") : [];
      });
    fc.assert(
      fc.property(passes, fc.infiniteStream(fc.boolean()), (lines, flags) => {
        const flipped = lines.map((line) =>
          /^G[SA],/.test(line) ? `${flags.next().value === true ? "GA" : "GS"}${line.slice(2)}` : line,
        );
        expect(verdictsOf(wire(flipped))).toEqual(verdictsOf(wire(lines)));
      }),
      { numRuns: 150 },
    );
  });

  it("stopped, written down and gone on with anywhere, and told frames again, gives the events of one pass", () => {
    const disturbance = fc.record({
      restoreAfter: fc.boolean(),
      /** So many of the frames before are told again. */
      repeated: fc.nat({ max: 12 }),
    });
    fc.assert(
      fc.property(
        passes,
        lengths,
        fc.array(disturbance, { minLength: 1, maxLength: 20 }),
        (lines, sizes, disturbances) => {
          const agent = agentOf(boot);
          const frames = cut(wire(lines), sizes).map((piece) => {
            agent.wait(150);
            return agent.bytes(piece);
          });
          const clean = foldAll(fold, frames);
          let state = fold.start();
          const events: LaneEvent[] = [];
          for (const [at, frame] of frames.entries()) {
            const { restoreAfter, repeated } = disturbances[at % disturbances.length] ?? {
              restoreAfter: false,
              repeated: 0,
            };
            const told: readonly Frame[] = [frame, ...frames.slice(Math.max(0, at - repeated), at + 1)];
            const folded = foldAll(fold, told, state);
            events.push(...folded.events);
            state = folded.state;
            if (!restoreAfter) continue;
            const written = checkpointCodec.encode({ laneId: north, frameOffset: at, state });
            state = checkpointCodec.decode(written).state;
          }
          expect(events).toEqual(clean.events);
          expect(state).toEqual(clean.state);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("of random bytes and link changes never throws, and keeps no more than its bounds", () => {
    const printable = fc.constantFrom(...Array.from("GSABNX,0123456789\r\n.%"));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.array(printable, { maxLength: 600 }).map((letters) => utf8.encode(letters.join(""))),
      fc.constantFrom(...alarmedPass).map((line) => utf8.encode(`${line}\r\n`)),
    );
    const body = fc.oneof(
      { weight: 8, arbitrary: bytes.map((piece) => ({ kind: "bytes", bytes: piece }) as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          { kind: "heartbeat" } as const,
          { kind: "link-up", endpoint: "tcp" } as const,
          { kind: "link-down", reason: "reset" } as const,
        ),
      },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(body, fc.nat({ max: 15_000 })), { maxLength: 60 }), (bodies) => {
        const agent = agentOf(boot);
        const frames = bodies.map(([one, waitMs]) => {
          agent.wait(waitMs);
          return agent.frame(one);
        });
        const { state, events } = foldAll(fold, frames);
        // 60 frames hold at most some 800 records; the state is those of one occupancy and a line of 256 bytes.
        expect(JSON.stringify(state).length).toBeLessThan(60_000);
        expect(state.codec.carry.length).toBeLessThanOrEqual(256);
        expect(
          checkpointCodec.decode(checkpointCodec.encode({ laneId: north, frameOffset: 0, state })).state,
        ).toEqual(state);
        for (const event of events) expect(Number.isFinite(event.at)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

it("an endless occupancy, an endless line and ever new tags do not grow the state beyond its bounds", () => {
  const agent = agentOf(boot);
  const sizes: number[] = [];
  let { state } = foldAll(fold, [agent.bytes(wire([GB]))]);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (let round = 0; round < 60; round += 1) {
    const lines: string[] = [];
    for (let line = 0; line < 250; line += 1) {
      const [a = "A", b = "A"] = [letters[round % 26], letters[line % 26]];
      lines.push(loud, NA, `Z${a}${b}${line % 10},1`, "AA,000001,000001,000001,11111A");
    }
    agent.wait(200);
    const noise = "x".repeat(5000);
    state = foldAll(fold, [agent.bytes(wire(lines) + noise), agent.bytes("\n")], state).state;
    sizes.push(JSON.stringify(state).length);
  }
  // 4 096 intervals with both flags and 1 024 s of neutrons.
  expect(Math.max(...sizes)).toBeLessThan(200_000);
  expect(Math.max(...sizes.slice(30)) - (sizes[29] ?? 0)).toBeLessThan(100);
});
