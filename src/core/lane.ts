import type { LaneEvent, OccupancyEnding } from "../domain/events.ts";
import { faults } from "../domain/faults.ts";
import { type LaneId, occupancyIdAt, type StreamPosition } from "../domain/ids.ts";
import {
  type GammaBackground,
  isDamage,
  type Message,
  type NeutronBackground,
  type OccupancyClosed,
  type Opaque,
} from "../domain/messages.ts";
import { type PerPanel, totalOf } from "../domain/panels.ts";
import { withEnergyBackground, withGammaBackground, withNeutronBackground } from "./background.ts";
import { stepBackgroundTrend } from "./background-shift.ts";
import { skewSentence } from "./clock-skew.ts";
import type { LaneSettings } from "./lane-settings.ts";
import { type LaneInput, type LaneState, maxUnknownTags } from "./lane-state.ts";
import { type Occupancy, openOccupancy, takeSpeed } from "./occupancy.ts";
import { faultyPanels, takePanelCounts } from "./panel-health.ts";
import { beginTrail, crossGap, followTrail, isSameVehicle } from "./occupancy-trail.ts";
import {
  endOccupancy,
  type JudgingLane,
  takeEnergyAlarm,
  takeEnergyInterval,
  takeGammaInterval,
  takeNeutronInterval,
} from "./passage.ts";
import { healthFold } from "./portal-health.ts";
import { ruleSet } from "./rule-set.ts";
import type { Fold, Moment, Told } from "./step.ts";
import { endThrowThrough, takeVacant } from "./throw-through.ts";

interface Place {
  readonly moment: Moment;
  readonly position: StreamPosition;
}

/**
 * The fold over what one portal says: background, occupancies, alarm rules and health, composed. The result depends on
 * the inputs alone.
 */
export const laneFold = (laneId: LaneId, settings: LaneSettings): Fold<LaneState, LaneInput, LaneEvent> => {
  const health = healthFold(settings.health);
  const rules = ruleSet(settings.rules);
  const rulesKey = JSON.stringify([...settings.rules]);
  const judging: JudgingLane = { laneId, rules, withhold: settings.withhold };

  const withoutOccupancy = (
    state: LaneState,
    end: {
      readonly moment: Moment;
      readonly ending: OccupancyEnding;
      readonly closed: OccupancyClosed | null;
    },
    events: Told<LaneEvent>,
  ): void => {
    if (state.occupancy === null) return;
    const { moment, ending, closed } = end;
    for (const event of endOccupancy(judging, state.occupancy, { at: moment.wall, ending, closed })) {
      events.push(event);
    }
    state.occupancy = null;
    health(state.health, { kind: "clear", moment, fault: "occupancy-stuck" }, events);
  };

  /** The occupancy under way: the one there is, or a new one. */
  const occupied = (state: LaneState, place: Place, events: Told<LaneEvent>): Occupancy => {
    const { moment } = place;
    const standing = state.occupancy;
    if (standing !== null && goesOn(standing, place)) {
      standing.lastLaneMs = moment.laneMs;
      if (standing.rulesKey !== rulesKey) beginRulesAnew(standing);
      judgeLength(state, standing, moment, events);
      return standing;
    }
    withoutOccupancy(state, { moment, ending: "interrupted", closed: null }, events);
    const occupancyId = occupancyIdAt(laneId, place.position);
    if (settings.throwThrough !== null) {
      endThrowThrough(settings.throwThrough, state.throwThrough, moment.wall, events);
    }
    events.push({ kind: "occupancy-started", at: moment.wall, occupancyId });
    const { background } = state;
    if (background.gammaCps === null) {
      health(state.health, { kind: "raise", moment, fault: "no-background", detail: "" }, events);
    }
    const { grossCount } = settings;
    const occupancy = openOccupancy({
      occupancyId,
      moment,
      trail: beginTrail(place),
      background,
      grossCount,
      rules: rules.begin(background),
      rulesKey,
    });
    state.occupancy = occupancy;
    return occupancy;
  };

  const goesOn = ({ trail, lastLaneMs }: Occupancy, place: Place): boolean => {
    if (trail.gapLaneMs === null) {
      return place.moment.laneMs - lastLaneMs <= settings.occupancy.resumeWithinInMs;
    }
    if (!isSameVehicle(trail, place)) return false;
    crossGap(trail, place);
    return true;
  };

  /** A restart with other settings begins the rules anew within the occupancy: their states mean nothing to each other. */
  const beginRulesAnew = (occupancy: Occupancy): void => {
    occupancy.rules = rules.begin(occupancy.background);
    occupancy.rulesKey = rulesKey;
  };

  const judgeLength = (
    state: LaneState,
    occupancy: Occupancy,
    moment: Moment,
    events: Told<LaneEvent>,
  ): void => {
    const lastedMs = moment.laneMs - occupancy.startedLaneMs;
    if (lastedMs <= settings.occupancy.limitInMs) return;
    const detail = `Occupied for more than ${Math.round(settings.occupancy.limitInMs / 1000)} s.`;
    health(state.health, { kind: "raise", moment, fault: "occupancy-stuck", detail }, events);
  };

  const onGammaBackground = (
    state: LaneState,
    place: Place,
    message: GammaBackground,
    events: Told<LaneEvent>,
  ): void => {
    const { moment, position } = place;
    const { cps, level } = message;
    withoutOccupancy(state, { moment, ending: "background-resumed", closed: null }, events);
    events.push({ kind: "background-measured", at: moment.wall, particle: "gamma", cps, level });
    const [trend, shift] = stepBackgroundTrend(settings.backgroundShift, state.trend, totalOf(cps));
    if (shift !== null) events.push({ kind: "background-shifted", at: moment.wall, ...shift });
    state.trend = trend;
    if (settings.throwThrough !== null) {
      takeVacant(settings.throwThrough, state.throwThrough, { laneId, moment, position, cps }, events);
    }
    state.background = withGammaBackground(state.background, message);
    health(state.health, { kind: "clear", moment, fault: "no-background" }, events);
    for (const each of ["high", "low"] as const) {
      const fault = `gamma-background-${each}` as const;
      if (level !== each) {
        health(state.health, { kind: "clear", moment, fault }, events);
        continue;
      }
      const detail = `The portal reports a gamma background of ${cps.join(", ")} cps as ${each}.`;
      health(state.health, { kind: "raise", moment, fault, detail }, events);
    }
  };

  const onNeutronBackground = (
    state: LaneState,
    moment: Moment,
    message: NeutronBackground,
    events: Told<LaneEvent>,
  ): void => {
    const { cps, level, precision } = message;
    withoutOccupancy(state, { moment, ending: "background-resumed", closed: null }, events);
    const background = withNeutronBackground(state.background, message);
    if (background !== state.background) {
      events.push({ kind: "background-measured", at: moment.wall, particle: "neutron", cps, level });
    }
    state.background = background;
    if (precision === "exact") return;
    const fault = "neutron-background-high";
    if (level !== "high") {
      health(state.health, { kind: "clear", moment, fault }, events);
      return;
    }
    const detail = `The portal reports a neutron background of ${cps.join(", ")} cps as high.`;
    health(state.health, { kind: "raise", moment, fault, detail }, events);
  };

  const judgePanels = (state: LaneState, moment: Moment, counts: PerPanel, events: Told<LaneEvent>): void => {
    const isAnyFaulty = takePanelCounts(settings.panels, state.panels, counts);
    if (!isAnyFaulty && state.health.standing.length === 0) return;
    const { dead, stuck } = faultyPanels(settings.panels, state.panels);
    const faulty = { "panel-dead": dead, "panel-stuck": stuck } as const;
    for (const fault of ["panel-dead", "panel-stuck"] as const) {
      const named = faulty[fault];
      const detail = `${faults[fault].label}: ${named.join(", ")}.`;
      health(state.health, { kind: named.length > 0 ? "raise" : "clear", moment, fault, detail }, events);
    }
  };

  const onOpaque = (
    state: LaneState,
    moment: Moment,
    { tag, known }: Opaque,
    events: Told<LaneEvent>,
  ): void => {
    if (known || state.unknownTags.includes(tag) || state.unknownTags.length >= maxUnknownTags) return;
    events.push({ kind: "unknown-tag-seen", at: moment.wall, tag });
    state.unknownTags.push(tag);
  };

  const onMessage = (state: LaneState, place: Place, message: Message, events: Told<LaneEvent>): void => {
    const { moment } = place;
    const at = moment.wall;
    switch (message.kind) {
      case "gamma-interval": {
        const occupancy = occupied(state, place, events);
        followTrail(occupancy.trail, place);
        judgePanels(state, moment, message.counts, events);
        takeGammaInterval(judging, occupancy, { at, message }, events);
        return;
      }
      case "neutron-interval":
        takeNeutronInterval(judging, occupied(state, place, events), { at, message }, events);
        return;
      case "energy-alarm":
        takeEnergyAlarm(judging, occupied(state, place, events), { at, message }, events);
        return;
      case "energy-window-interval":
        takeEnergyInterval(judging, occupied(state, place, events), { at, message }, events);
        return;
      case "speed":
        if (state.occupancy !== null && message.valid) takeSpeed(state.occupancy, message.kph);
        return;
      case "occupancy-closed":
        withoutOccupancy(state, { moment, ending: "closed-by-portal", closed: message }, events);
        return;
      case "gamma-background":
        onGammaBackground(state, place, message, events);
        return;
      case "neutron-background":
        onNeutronBackground(state, moment, message, events);
        return;
      case "energy-window-background":
        withoutOccupancy(state, { moment, ending: "background-resumed", closed: null }, events);
        state.background = withEnergyBackground(state.background, message);
        return;
      case "tamper": {
        const change = message.state === "set" ? "raise" : "clear";
        health(state.health, { kind: change, moment, fault: "tamper", detail: "" }, events);
        return;
      }
      case "setup":
        events.push({ kind: "setup-reported", at, setup: message });
        withoutOccupancy(state, { moment, ending: "power-cycled", closed: null }, events);
        return;
      case "portal-statistic":
        return;
      case "opaque":
        onOpaque(state, moment, message, events);
        return;
      case "undecodable": {
        const { raw, byteLength, reason } = message;
        events.push({ kind: "bytes-quarantined", at, reason, raw, byteLength, ...place.position });
        if (isDamage(reason)) health(state.health, { kind: "undecodable", moment }, events);
        return;
      }
    }
  };

  /** An occupancy whose portal has gone quiet for too long is over: its alarms end, and stay for the officers. */
  const withoutAbandonedOccupancy = (state: LaneState, moment: Moment, events: Told<LaneEvent>): void => {
    if (state.occupancy === null) return;
    const { lastLaneMs, trail } = state.occupancy;
    if (moment.laneMs - Math.max(lastLaneMs, trail.gapLaneMs ?? 0) <= settings.occupancy.resumeWithinInMs)
      return;
    withoutOccupancy(state, { moment, ending: "interrupted", closed: null }, events);
  };

  return (state, input, events) => {
    const { moment } = input;
    switch (input.kind) {
      case "message":
        onMessage(state, input, input.message, events);
        return;
      case "heard":
        // The frame that said so is lost, but the portal is heard: boards learn it from here.
        if (state.health.link === "down") {
          const detail = "The portal is heard again.";
          events.push({ kind: "link-changed", at: moment.wall, link: "up", detail });
        }
        health(state.health, { kind: "heard", moment }, events);
        return;
      case "gap":
        if (state.occupancy !== null) state.occupancy.trail.gapLaneMs = moment.laneMs;
        return;
      case "skew": {
        const isSkewed = Math.abs(input.skewMs) > settings.clockSkew.limitInMs;
        const detail = skewSentence(input.skewMs);
        const change = isSkewed ? "raise" : "clear";
        health(state.health, { kind: change, moment, fault: "clock-skew", detail }, events);
        return;
      }
      case "quiet":
        withoutAbandonedOccupancy(state, moment, events);
        health(state.health, { kind: "quiet", moment }, events);
        return;
      case "link": {
        const { link, detail } = input;
        events.push({ kind: "link-changed", at: moment.wall, link, detail });
        withoutAbandonedOccupancy(state, moment, events);
        health(state.health, { kind: "link", moment, link, detail }, events);
        return;
      }
    }
  };
};
