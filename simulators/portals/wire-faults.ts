import type { Chance } from "../chance.ts";
import type { Emission, Utterance } from "./emission.ts";
import { endsAtMs, isActive, startsAtMs, type Fault } from "./faults.ts";

const LINE_END = "\r\n";

/** Puts lines on the wire, spoiled as the faults say, and tells the truth about every fault. Emissions stay in time order. */
export function* onTheWire(
  utterances: Iterable<Utterance>,
  faults: readonly Fault[],
  chance: Chance,
): Generator<Emission, undefined> {
  const due = faults
    .flatMap((fault) => faultEmissions(fault, chance))
    .sort((left, right) => left.atMs - right.atMs);
  const halves = createHalving(faults);
  let next = 0;
  for (const utterance of utterances) {
    for (
      let emission = due[next];
      emission !== undefined && emission.atMs <= utterance.atMs;
      emission = due[next]
    ) {
      next += 1;
      yield emission;
    }
    if (utterance.kind === "truth") {
      yield utterance;
      continue;
    }
    const { atMs, text } = utterance;
    const active = (kind: Fault["kind"]): boolean =>
      faults.some((fault) => fault.kind === kind && isActive(fault, atMs));
    if (active("silence")) continue;
    const wire = halves.isDue(atMs) ? text.slice(0, Math.ceil(text.length / 2)) : text + LINE_END;
    const bytes = Buffer.from(wire, "latin1");
    yield { kind: "bytes", atMs, bytes: active("wrong-baud") ? garble(bytes, chance) : bytes };
  }
  return undefined;
}

/** What a fault says by itself, whatever the portal says meanwhile. */
function faultEmissions(fault: Fault, chance: Chance): readonly Emission[] {
  const atMs = startsAtMs(fault);
  const endMs = endsAtMs(fault);
  const began: Emission = { kind: "truth", atMs, truth: { kind: "fault-began", fault: fault.kind } };
  const ended: Emission = { kind: "truth", atMs: endMs, truth: { kind: "fault-ended", fault: fault.kind } };
  switch (fault.kind) {
    case "noise-bytes": {
      const noise = Uint8Array.from({ length: fault.count }, () => Math.floor(chance.between(0, 256)));
      return [began, { kind: "bytes", atMs, bytes: noise }, ended];
    }
    case "megabyte-line":
      return [began, { kind: "bytes", atMs, bytes: Buffer.from("G".repeat(fault.count) + LINE_END) }, ended];
    case "disconnect":
      return [began, { kind: "link", atMs, up: false }, { kind: "link", atMs: endMs, up: true }, ended];
    case "dead-panel":
    case "stuck-counts":
    case "half-line":
    case "wrong-baud":
    case "silence":
    case "tamper":
    case "power-cycle":
      return [began, ended];
  }
}

/** Counts out the lines each `half-line` fault still has to spoil. */
function createHalving(faults: readonly Fault[]): { readonly isDue: (atMs: number) => boolean } {
  const open = faults.flatMap((fault) =>
    fault.kind === "half-line" ? [{ atMs: startsAtMs(fault), left: fault.count }] : [],
  );
  return {
    isDue: (atMs) => {
      const fault = open.find((each) => each.left > 0 && each.atMs <= atMs);
      if (fault === undefined) return false;
      fault.left -= 1;
      return true;
    },
  };
}

/** A receiver at the wrong speed sees framing shifts: bits move and the eighth is mostly set; a terminator survives only by accident. */
function garble(bytes: Uint8Array, chance: Chance): Uint8Array {
  return bytes.map(
    (byte) => ((byte << 1) ^ Math.floor(chance.between(0, 64))) | (chance.happens(0.8) ? 0x80 : 0),
  );
}
