import type { LaneSettings } from "../core/lane-settings.ts";
import { unknownLane } from "../core/lane-state.ts";
import { laneFold } from "../core/lane.ts";
import type { LaneEvent } from "../domain/events.ts";
import { bootId, laneId } from "../domain/ids.ts";
import type { Message } from "../domain/messages.ts";
import type { PerPanel } from "../domain/panels.ts";
import { wallMs } from "../domain/units.ts";
import type { VehicleProfile } from "./vehicle-profile.ts";

const lane = laneId("study");
const boot = bootId("00000000");
const intervalInMs = 200;

/** Runs a vehicle through a whole lane, as a portal would tell of it: whether an alarm is told of. */
export const laneTrial = (settings: LaneSettings): ((profile: VehicleProfile) => boolean) => {
  const fold = laneFold(lane, settings);
  return (profile) => {
    const state = unknownLane();
    let laneMs = 0;
    let byteOffset = 0;
    let isTold = false;
    const say = (message: Message): void => {
      const events: LaneEvent[] = [];
      const position = { bootId: boot, byteOffset };
      fold(state, { kind: "message", moment: { wall: wallMs(laneMs), laneMs }, position, message }, events);
      isTold ||= events.some(({ kind }) => kind === "alarm-raised");
      byteOffset += 1;
    };
    for (const message of backgroundsOf(profile)) say(message);
    const { gamma, energy, neutron, speedKph } = profile;
    // Energy records end with the gamma ones; those before them are of the opening burst.
    const burst = Math.max(0, energy.length - gamma.length);
    for (const counts of energy.slice(0, burst)) say({ kind: "energy-window-interval", counts });
    for (const [at, counts] of gamma.entries()) {
      laneMs += intervalInMs;
      say({ kind: "gamma-interval", counts, portalAlarm: false });
      const windows = energy[burst + at];
      if (windows !== undefined) say({ kind: "energy-window-interval", counts: windows });
      const banks = at % 5 === 0 ? neutron[at / 5] : undefined;
      if (banks !== undefined) say({ kind: "neutron-interval", counts: banks, portalAlarm: false });
    }
    if (speedKph !== null)
      say({ kind: "speed", secondsPerFoot: 0, mph: speedKph / 1.609344, kph: speedKph, valid: true });
    say({ kind: "occupancy-closed", occupancyNumber: 0, neutronBackgroundCps: 0 });
    return isTold;
  };
};

const backgroundsOf = ({ background }: VehicleProfile): readonly Message[] => {
  const { gammaCps, neutronCps, energyCps } = background;
  const of = (cps: PerPanel | null, message: (cps: PerPanel) => Message): readonly Message[] =>
    cps === null ? [] : [message(cps)];
  return [
    ...of(neutronCps, (cps) => ({ kind: "neutron-background", cps, precision: "exact", level: "normal" })),
    ...of(energyCps, (cps) => ({ kind: "energy-window-background", cps })),
    ...of(gammaCps, (cps) => ({ kind: "gamma-background", cps, level: "normal" })),
  ];
};
