import type { Chance } from "../chance.ts";
import { addFour, INTERVAL_IN_MS, INTERVALS_PER_S, sumFour, ZERO_FOUR } from "../physics/columns.ts";
import type { IntervalCounts } from "../physics/field.ts";
import type { Truth } from "./emission.ts";
import type { SimulatedLane } from "./lane.ts";
import { backgroundBlock, type Background, type BackgroundAverage } from "./rapiscan-background.ts";
import { occupancyEndLine } from "./rapiscan-lines.ts";
import {
  beginOccupancy,
  drawSpeeds,
  reportInterval,
  reportNeutrons,
  reportOpening,
  type DueSpeed,
  type Occupancy,
} from "./rapiscan-occupancy.ts";
import { SPRT_UPPER } from "./rapiscan-rules.ts";
import { drawLatenessMs, type Voice } from "./rapiscan-voice.ts";
import { releasedAtS, type Present } from "./road.ts";

/** Ticks from one vacant block to the next, from power-up to the first, and from GX to the next (recorded: 4.75–4.88 s). */
const BLOCK_TICKS = 5 * INTERVALS_PER_S;
export const FIRST_BLOCK_TICKS = INTERVALS_PER_S;
const BLOCK_AFTER_END_TICKS = 24;

/** GX is sent this much later in its tick than an interval would be: about 220 ms after the last one. */
const END_DELAY_IN_MS = 20;

/** On the extended firmware the first interval follows the opening burst of the same tick by this, milliseconds. */
const AFTER_BURST_IN_MS = 30;

/** The burst fills much of its tick, so that it is never later than this, milliseconds: the next interval would be on its heels. */
const OPENING_LATENESS_MS_MAX = 40;

/** A portal that is switched on. */
export interface PoweredPortal {
  readonly average: BackgroundAverage;
  /** The block last sent: what the rules compare with. */
  readonly background: Background;
  readonly nextBlockTick: number;
  readonly nextOccupancyNumber: number;
  readonly pass: Pass | undefined;
}

/** The occupancy going on. */
interface Pass {
  readonly occupancy: Occupancy;
  readonly beganTick: number;
  /** Speed records still to be sent. */
  readonly speeds: readonly DueSpeed[];
}

/** What a portal has to work with, whatever the tick. */
export interface Works {
  readonly lane: SimulatedLane;
  readonly voice: Voice;
  readonly timing: Chance;
}

/** One tick: the interval that has just ended. `recent` ends with its counts and goes back 3 s and an interval. */
export interface Tick {
  readonly index: number;
  readonly endsMs: number;
  readonly counts: IntervalCounts;
  readonly recent: readonly IntervalCounts[];
  readonly present: Present | undefined;
}

/** One tick of a portal that is on: says what it has to say and returns what it is afterwards. */
export function portalTick(works: Works, portal: PoweredPortal, tick: Tick): PoweredPortal {
  if (portal.pass !== undefined) return occupiedTick(works, portal, portal.pass, tick);
  return tick.present === undefined
    ? vacantTick(works, portal, tick)
    : openingTick(works, portal, tick.present, tick);
}

export function occupancyEnded(occupancy: Occupancy, occupancyNumber: number | undefined): Truth {
  const { vehicleNumber, intervals, grossPeak, sprtPeak, flags } = occupancy;
  const { cargo } = occupancy.vehicle;
  const peaks = { grossPeak, neutronTestPeak: sprtPeak / SPRT_UPPER };
  return { kind: "occupancy-ended", vehicleNumber, occupancyNumber, cargo, intervals, ...peaks, flags };
}

function vacantTick(works: Works, portal: PoweredPortal, tick: Tick): PoweredPortal {
  portal.average.add(tick.counts);
  if (tick.index < portal.nextBlockTick) return portal;
  const background = portal.average.read();
  const startsMs = tick.endsMs + drawLatenessMs(works.timing);
  for (const { afterMs, text } of backgroundBlock(works.lane.firmware, background, works.timing)) {
    works.voice.say(startsMs + afterMs, [text]);
  }
  return { ...portal, background, nextBlockTick: tick.index + BLOCK_TICKS };
}

/** The beam is broken: the second before, in neutrons at once, in gammas at once (base) or with the next tick (extended). */
function openingTick(works: Works, portal: PoweredPortal, present: Present, tick: Tick): PoweredPortal {
  const { lane, voice, timing } = works;
  const begun = beginOccupancy(present.vehicle, present.vehicleNumber, portal.background);
  const [counted, neutronLines] = reportNeutrons(begun, lastSecondOfNeutrons(tick), lane);
  const [occupancy, burst] =
    lane.firmware === "base" ? reportOpening(counted, tick.recent, lane) : [counted, []];
  voice.tell(tick.endsMs, { kind: "occupancy-began", vehicleNumber: present.vehicleNumber });
  voice.say(tick.endsMs + drawLatenessMs(timing), [...neutronLines, ...burst]);
  const speeds = drawSpeeds(timing, present.vehicle);
  return { ...portal, pass: { occupancy, beganTick: tick.index, speeds } };
}

function occupiedTick(works: Works, portal: PoweredPortal, pass: Pass, tick: Tick): PoweredPortal {
  const { lane, voice, timing } = works;
  const ticksSince = tick.index - pass.beganTick;
  const speeds = saySpeeds(voice, pass, tick);
  let occupancy = pass.occupancy;
  let sendAtMs = tick.endsMs + drawLatenessMs(timing);
  if (ticksSince === 1 && lane.firmware === "extended") {
    const [opened, burst] = reportOpening(occupancy, tick.recent.slice(0, -1), lane);
    occupancy = opened;
    sendAtMs = Math.min(sendAtMs, tick.endsMs + OPENING_LATENESS_MS_MAX);
    voice.say(sendAtMs, burst);
    sendAtMs += burst.length + AFTER_BURST_IN_MS;
  }
  let lines: readonly string[] = [];
  if (ticksSince % INTERVALS_PER_S === 0) {
    [occupancy, lines] = reportNeutrons(occupancy, lastSecondOfNeutrons(tick), lane);
  }
  if (tick.endsMs / 1000 >= releasedAtS(occupancy.vehicle)) {
    return endOccupancy(works, portal, occupancy, { tick, lines, sendAtMs });
  }
  const [reported, gammaLines] = reportInterval(occupancy, tick.counts, lane);
  voice.say(sendAtMs, [...lines, ...gammaLines]);
  return { ...portal, pass: { ...pass, occupancy: reported, speeds } };
}

interface Ending {
  readonly tick: Tick;
  /** Neutron lines due in the same tick. */
  readonly lines: readonly string[];
  readonly sendAtMs: number;
}

function endOccupancy(
  works: Works,
  portal: PoweredPortal,
  occupancy: Occupancy,
  ending: Ending,
): PoweredPortal {
  const { tick, lines, sendAtMs } = ending;
  const number = portal.nextOccupancyNumber;
  const end = occupancyEndLine(number, sumFour(portal.background.neutronCps));
  const saidAtMs = works.voice.say(sendAtMs + END_DELAY_IN_MS, [...lines, end]);
  works.voice.tell(saidAtMs, occupancyEnded(occupancy, number));
  return {
    ...portal,
    nextOccupancyNumber: number + 1,
    nextBlockTick: tick.index + BLOCK_AFTER_END_TICKS,
    pass: undefined,
  };
}

/** Speed records are sent as they are measured, between the ticks. Returns those still to come. */
function saySpeeds(voice: Voice, pass: Pass, tick: Tick): readonly DueSpeed[] {
  const beganMs = (pass.beganTick + 1) * INTERVAL_IN_MS;
  const isDue = ({ afterS }: DueSpeed): boolean => beganMs + afterS * 1000 < tick.endsMs;
  for (const { afterS, text } of pass.speeds.filter(isDue)) voice.say(beganMs + afterS * 1000, [text]);
  return pass.speeds.filter((speed) => !isDue(speed));
}

function lastSecondOfNeutrons(tick: Tick): IntervalCounts["neutron"] {
  return tick.recent
    .slice(-INTERVALS_PER_S)
    .map(({ neutron }) => neutron)
    .reduce(addFour, ZERO_FOUR);
}
