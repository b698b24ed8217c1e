import { createChance, type Chance } from "../chance.ts";
import { INTERVAL_IN_MS, INTERVALS_PER_S } from "../physics/columns.ts";
import { drawCounts, drawSite, ratesAt, type IntervalCounts } from "../physics/field.ts";
import { transitInS } from "../physics/vehicles.ts";
import type { Emission, Utterance } from "./emission.ts";
import { endsAtMs, isActive, startsAtMs } from "./faults.ts";
import type { SimulatedLane } from "./lane.ts";
import { createPanelFaults } from "./panel-faults.ts";
import { createBackgroundAverage, NEUTRON_INTERVALS } from "./rapiscan-background.ts";
import { setupLines, TAMPER_CLEARED_LINE, TAMPER_SET_LINE } from "./rapiscan-lines.ts";
import { ENERGY_INTERVALS } from "./rapiscan-rules.ts";
import {
  FIRST_BLOCK_TICKS,
  occupancyEnded,
  portalTick,
  type PoweredPortal,
  type Works,
} from "./rapiscan-ticks.ts";
import { createVoice } from "./rapiscan-voice.ts";
import { createRoad } from "./road.ts";
import { onTheWire } from "./wire-faults.ts";

/** Intervals looked back on: 3 s of windows before the interval that has just ended. */
const RECENT_INTERVALS = ENERGY_INTERVALS + 1;

/**
 * Everything a simulated portal says and what was true meanwhile, in time order, lazily and without end (or until the lane's
 * `durationS`). The same lane gives the same emissions. When time begins the portal has counted background for two minutes.
 */
export function* portalEmissions(lane: SimulatedLane): Generator<Emission, undefined> {
  const chance = createChance(lane.seed);
  yield* onTheWire(utterances(lane, chance), lane.faults, chance.stream("wire"));
}

function* utterances(lane: SimulatedLane, chance: Chance): Generator<Utterance, undefined> {
  const voice = createVoice(chance.stream("voice"));
  const advance = createPortal({ lane, voice, timing: chance.stream("timing") }, chance);
  const ticks = lane.durationS === undefined ? Infinity : Math.round(lane.durationS * INTERVALS_PER_S);
  for (let tick = 0; tick < ticks; tick += 1) {
    advance(tick);
    yield* voice.takeBefore((tick + 1) * INTERVAL_IN_MS);
  }
  yield* voice.takeBefore(Infinity);
  return undefined;
}

/** The one place of a portal's state: counts every interval, and while there is power lets the portal speak. */
function createPortal(works: Works, chance: Chance): (tick: number) => void {
  const { lane, voice } = works;
  const site = drawSite(chance.stream("site"));
  const countChance = chance.stream("counts");
  const road = createRoad(chance.stream("traffic"), lane);
  const spoil = createPanelFaults(lane.faults);
  const { cosmicBurstsPerHour } = lane.effects;
  const countVacant = (from: Chance, beginsMs: number): IntervalCounts =>
    spoil(
      drawCounts(from, ratesAt(site, lane.effects, undefined, beginsMs / 1000), cosmicBurstsPerHour),
      beginsMs,
    );
  let recent = Array.from({ length: RECENT_INTERVALS }, () => countVacant(countChance, 0));
  let portal: PoweredPortal | undefined;
  return (index) => {
    const beginsMs = index * INTERVAL_IN_MS;
    const endsMs = beginsMs + INTERVAL_IN_MS;
    const { near, present, arrived } = road(endsMs / 1000);
    if (arrived !== undefined) {
      const { atS, speedKph, lengthM, cargo, strength } = arrived.vehicle;
      const { vehicleNumber } = arrived;
      const presentInS = transitInS(arrived.vehicle);
      const facts = { vehicleNumber, speedKph, lengthM, presentInS, cargo, strength };
      voice.tell(Math.max(beginsMs, atS * 1000), { kind: "vehicle-arrived", ...facts });
    }
    const rates = ratesAt(site, lane.effects, near, beginsMs / 1000);
    const counts = spoil(drawCounts(countChance, rates, cosmicBurstsPerHour), beginsMs);
    recent = [...recent.slice(1), counts];
    if (isPowerOff(lane, beginsMs)) {
      if (portal?.pass !== undefined) voice.tell(beginsMs, occupancyEnded(portal.pass.occupancy, undefined));
      portal = undefined;
      return;
    }
    if (portal === undefined) {
      const warmUp = chance.stream(`warm-up ${index}`);
      portal = powerUp(index, () => countVacant(warmUp, beginsMs));
      voice.say(beginsMs, setupLines(lane.nSigma, lane.groups));
    }
    sayTamper(works, beginsMs, endsMs);
    portal = portalTick(works, portal, { index, endsMs, counts, recent, present });
  };
}

/** A portal that has just been switched on and has filled its averages from this site's background. */
function powerUp(tick: number, countVacant: () => IntervalCounts): PoweredPortal {
  const average = createBackgroundAverage();
  for (let interval = 0; interval < NEUTRON_INTERVALS; interval += 1) average.add(countVacant());
  return {
    average,
    background: average.read(),
    nextBlockTick: tick + FIRST_BLOCK_TICKS,
    nextOccupancyNumber: 1,
    pass: undefined,
  };
}

function isPowerOff(lane: SimulatedLane, timeInMs: number): boolean {
  return lane.faults.some((fault) => fault.kind === "power-cycle" && isActive(fault, timeInMs));
}

function sayTamper({ lane, voice }: Works, beginsMs: number, endsMs: number): void {
  const isIn = (timeInMs: number): boolean => beginsMs <= timeInMs && timeInMs < endsMs;
  for (const fault of lane.faults) {
    if (fault.kind !== "tamper") continue;
    if (isIn(startsAtMs(fault))) voice.say(startsAtMs(fault), [TAMPER_SET_LINE]);
    if (isIn(endsAtMs(fault))) voice.say(endsAtMs(fault), [TAMPER_CLEARED_LINE]);
  }
}
