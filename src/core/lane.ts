import type { LaneEvent, OccupancyEnding } from "../domain/events.ts";
import { type LaneId, occupancyIdAt, type StreamPosition } from "../domain/ids.ts";
import { faults } from "../domain/faults.ts";
import type {
  GammaBackground,
  GammaInterval,
  Message,
  NeutronBackground,
  OccupancyClosed,
  Opaque,
  Undecodable,
} from "../domain/messages.ts";
import { withEnergyBackground, withGammaBackground, withNeutronBackground } from "./background.ts";
import { totalOf } from "../domain/panels.ts";
import { stepBackgroundTrend } from "./background-shift.ts";
import type { LaneSettings } from "./lane-settings.ts";
import { type Occupancy, openOccupancy, withSpeed } from "./occupancy.ts";
import {
  endOccupancy,
  type JudgingLane,
  takeEnergyAlarm,
  takeEnergyInterval,
  takeGammaInterval,
  takeNeutronInterval,
} from "./passage.ts";
import { judgePanels, panelRunsAfter } from "./panel-health.ts";
import { type HealthInput, healthStep } from "./portal-health.ts";
import { type LaneInput, type LaneState, maxUnknownTags } from "./lane-state.ts";
import { ruleSet } from "./rule-set.ts";
import type { Moment, Step } from "./step.ts";

type Told<Kind extends Message> = {
  readonly moment: Moment;
  readonly position: StreamPosition;
  readonly message: Kind;
};

/**
 * The fold over what one portal says: background, occupancies, alarm rules and health, composed. The result depends on
 * the inputs alone.
 */
export const laneStep = (laneId: LaneId, settings: LaneSettings): Step<LaneState, LaneInput, LaneEvent> => {
  const health = healthStep(settings.health);
  const rules = ruleSet(settings.rules);
  const rulesKey = JSON.stringify([...settings.rules]);
  const judging: JudgingLane = { laneId, rules };

  const withHealth = (state: LaneState, input: HealthInput, events: LaneEvent[]): LaneState => {
    const [next, said] = health(state.health, input);
    events.push(...said);
    return next === state.health ? state : { ...state, health: next };
  };

  const withoutOccupancy = (
    state: LaneState,
    end: {
      readonly moment: Moment;
      readonly ending: OccupancyEnding;
      readonly closed: OccupancyClosed | null;
    },
    events: LaneEvent[],
  ): LaneState => {
    if (state.occupancy === null) return state;
    events.push(
      ...endOccupancy(state.occupancy, { at: end.moment.wall, ending: end.ending, closed: end.closed }),
    );
    const vacant = { ...state, occupancy: null };
    return withHealth(vacant, { kind: "clear", moment: end.moment, fault: "occupancy-stuck" }, events);
  };

  /** The state with an occupancy under way: the one there is, or a new one. */
  const occupied = (
    state: LaneState,
    told: Told<Message>,
    events: LaneEvent[],
  ): LaneState & { readonly occupancy: Occupancy } => {
    const { moment } = told;
    const since = state.occupancy === null ? 0 : moment.laneMs - state.occupancy.lastLaneMs;
    const current =
      since > settings.occupancy.resumeWithinInMs
        ? withoutOccupancy(state, { moment, ending: "interrupted", closed: null }, events)
        : state;
    if (current.occupancy !== null) {
      const occupancy = { ...withPresentRules(current.occupancy), lastLaneMs: moment.laneMs };
      return { ...withStuckFault(current, occupancy, moment, events), occupancy };
    }
    const occupancyId = occupancyIdAt(laneId, told.position);
    events.push({ kind: "occupancy-started", at: moment.wall, occupancyId });
    const { background } = current;
    const known =
      background.gammaCps === null
        ? withHealth(current, { kind: "raise", moment, fault: "no-background", detail: "" }, events)
        : current;
    const { grossCount } = settings;
    const opening = { occupancyId, moment, background, grossCount, rules: rules.begin(background), rulesKey };
    return { ...known, occupancy: openOccupancy(opening) };
  };

  /** A restart with other settings begins the rules anew within the occupancy: their states mean nothing to each other. */
  const withPresentRules = (occupancy: Occupancy): Occupancy =>
    occupancy.rulesKey === rulesKey
      ? occupancy
      : { ...occupancy, rules: rules.begin(occupancy.background), rulesKey };

  const withStuckFault = (
    state: LaneState,
    occupancy: Occupancy,
    moment: Moment,
    events: LaneEvent[],
  ): LaneState => {
    const lastedMs = moment.laneMs - occupancy.startedLaneMs;
    if (lastedMs <= settings.occupancy.limitInMs) return state;
    const detail = `Occupied for more than ${Math.round(settings.occupancy.limitInMs / 1000)} s.`;
    return withHealth(state, { kind: "raise", moment, fault: "occupancy-stuck", detail }, events);
  };

  const onGammaBackground = (
    state: LaneState,
    told: Told<GammaBackground>,
    events: LaneEvent[],
  ): LaneState => {
    const { moment, message } = told;
    const vacant = withoutOccupancy(state, { moment, ending: "background-resumed", closed: null }, events);
    events.push({
      kind: "background-measured",
      at: moment.wall,
      particle: "gamma",
      cps: message.cps,
      level: message.level,
    });
    const [trend, shift] = stepBackgroundTrend(settings.backgroundShift, vacant.trend, totalOf(message.cps));
    if (shift !== null) events.push({ kind: "background-shifted", at: moment.wall, ...shift });
    let next: LaneState = { ...vacant, trend, background: withGammaBackground(vacant.background, message) };
    next = withHealth(next, { kind: "clear", moment, fault: "no-background" }, events);
    for (const level of ["high", "low"] as const) {
      const fault = `gamma-background-${level}` as const;
      const detail = `The portal reports a gamma background of ${message.cps.join(", ")} cps as ${level}.`;
      next = withHealth(
        next,
        { kind: message.level === level ? "raise" : "clear", moment, fault, detail },
        events,
      );
    }
    return next;
  };

  const onNeutronBackground = (
    state: LaneState,
    told: Told<NeutronBackground>,
    events: LaneEvent[],
  ): LaneState => {
    const { moment, message } = told;
    const vacant = withoutOccupancy(state, { moment, ending: "background-resumed", closed: null }, events);
    const background = withNeutronBackground(vacant.background, message);
    if (background !== vacant.background) {
      const { cps, level } = message;
      events.push({ kind: "background-measured", at: moment.wall, particle: "neutron", cps, level });
    }
    if (message.precision === "exact") return { ...vacant, background };
    const fault = "neutron-background-high";
    const detail = `The portal reports a neutron background of ${message.cps.join(", ")} cps as high.`;
    const change = message.level === "high" ? "raise" : "clear";
    return withHealth({ ...vacant, background }, { kind: change, moment, fault, detail }, events);
  };

  const withPanels = <State extends LaneState>(
    state: State,
    { moment, message }: Told<GammaInterval>,
    events: LaneEvent[],
  ): State => {
    const panels = panelRunsAfter(state.panels, message.counts);
    const { dead, stuck } = judgePanels(settings.panels, panels);
    if (dead.length + stuck.length + state.health.standing.length === 0) return { ...state, panels };
    const faulty = { "panel-dead": dead, "panel-stuck": stuck } as const;
    let next: LaneState = state;
    for (const fault of ["panel-dead", "panel-stuck"] as const) {
      const named = faulty[fault];
      const detail = `${faults[fault].label}: ${named.join(", ")}.`;
      next = withHealth(next, { kind: named.length > 0 ? "raise" : "clear", moment, fault, detail }, events);
    }
    return { ...state, panels, health: next.health };
  };

  const onOpaque = (state: LaneState, told: Told<Opaque>, events: LaneEvent[]): LaneState => {
    const { tag, known } = told.message;
    if (known || state.unknownTags.includes(tag) || state.unknownTags.length >= maxUnknownTags) return state;
    events.push({ kind: "unknown-tag-seen", at: told.moment.wall, tag });
    return { ...state, unknownTags: [...state.unknownTags, tag] };
  };

  const onUndecodable = (state: LaneState, told: Told<Undecodable>, events: LaneEvent[]): LaneState => {
    const { raw, byteLength, reason } = told.message;
    events.push({
      kind: "bytes-quarantined",
      at: told.moment.wall,
      reason,
      raw,
      byteLength,
      ...told.position,
    });
    return withHealth(state, { kind: "undecodable", moment: told.moment }, events);
  };

  const onMessage = (state: LaneState, told: Told<Message>, events: LaneEvent[]): LaneState => {
    const { moment, message, position } = told;
    switch (message.kind) {
      case "gamma-interval": {
        const now = withPanels(occupied(state, told, events), { moment, position, message }, events);
        return {
          ...now,
          occupancy: takeGammaInterval(judging, now.occupancy, { at: moment.wall, message }, events),
        };
      }
      case "neutron-interval": {
        const now = occupied(state, told, events);
        return {
          ...now,
          occupancy: takeNeutronInterval(judging, now.occupancy, { at: moment.wall, message }, events),
        };
      }
      case "energy-alarm": {
        const now = occupied(state, told, events);
        return {
          ...now,
          occupancy: takeEnergyAlarm(laneId, now.occupancy, { at: moment.wall, message }, events),
        };
      }
      case "energy-window-interval": {
        const now = occupied(state, told, events);
        return {
          ...now,
          occupancy: takeEnergyInterval(judging, now.occupancy, { at: moment.wall, message }, events),
        };
      }
      case "speed":
        return state.occupancy === null || !message.valid
          ? state
          : { ...state, occupancy: withSpeed(state.occupancy, message.kph) };
      case "occupancy-closed":
        return withoutOccupancy(state, { moment, ending: "closed-by-portal", closed: message }, events);
      case "gamma-background":
        return onGammaBackground(state, { moment, position, message }, events);
      case "neutron-background":
        return onNeutronBackground(state, { moment, position, message }, events);
      case "energy-window-background": {
        const end = { moment, ending: "background-resumed", closed: null } as const;
        const vacant = withoutOccupancy(state, end, events);
        return { ...vacant, background: withEnergyBackground(vacant.background, message) };
      }
      case "tamper": {
        const change = message.state === "set" ? "raise" : "clear";
        return withHealth(state, { kind: change, moment, fault: "tamper", detail: "" }, events);
      }
      case "setup":
        events.push({ kind: "setup-reported", at: moment.wall, setup: message });
        return withoutOccupancy(state, { moment, ending: "power-cycled", closed: null }, events);
      case "portal-statistic":
        return state;
      case "opaque":
        return onOpaque(state, { moment, position, message }, events);
      case "undecodable":
        return onUndecodable(state, { moment, position, message }, events);
    }
  };

  /** An occupancy whose portal has gone quiet for too long is over: its alarms end, and stay for the officers. */
  const withoutAbandonedOccupancy = (state: LaneState, moment: Moment, events: LaneEvent[]): LaneState =>
    state.occupancy !== null &&
    moment.laneMs - state.occupancy.lastLaneMs > settings.occupancy.resumeWithinInMs
      ? withoutOccupancy(state, { moment, ending: "interrupted", closed: null }, events)
      : state;

  return (state, input) => {
    const events: LaneEvent[] = [];
    switch (input.kind) {
      case "message":
        return [onMessage(state, input, events), events];
      case "heard": {
        const { moment } = input;
        // The frame that said so is lost, but the portal is heard: boards learn it from here.
        if (state.health.link === "down") {
          events.push({
            kind: "link-changed",
            at: moment.wall,
            link: "up",
            detail: "The portal is heard again.",
          });
        }
        return [withHealth(state, { kind: "heard", moment }, events), events];
      }
      case "quiet": {
        const now = withoutAbandonedOccupancy(state, input.moment, events);
        return [withHealth(now, { kind: "quiet", moment: input.moment }, events), events];
      }
      case "link": {
        const { moment, link, detail } = input;
        events.push({ kind: "link-changed", at: moment.wall, link, detail });
        const now = withoutAbandonedOccupancy(state, moment, events);
        return [withHealth(now, { kind: "link", moment, link, detail }, events), events];
      }
    }
  };
};
