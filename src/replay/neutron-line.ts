import type { NeutronMeasured } from "../domain/events.ts";
import { totalOf, type PerPanel } from "../domain/panels.ts";

/** One line of `--neutron-seconds`: a neutron record, and what the neutron rules made of it. Both numbers start at 0. */
export interface NeutronLine {
  readonly occupancy: number;
  readonly second: number;
  /** Of all banks. */
  readonly counts: number;
  /** (counts − background)/√background of this second, to four decimals; null where the background is not known or 0. */
  readonly z: number | null;
  /** Some enabled neutron rule holds. */
  readonly alarm: boolean;
}

export const neutronLine = (
  occupancy: number,
  event: NeutronMeasured,
  backgroundCps: PerPanel | null,
): NeutronLine => {
  const counts = totalOf(event.counts);
  const background = backgroundCps === null ? 0 : totalOf(backgroundCps);
  const z = background > 0 ? Math.round(((counts - background) / Math.sqrt(background)) * 1e4) / 1e4 : null;
  const alarm = event.rules.some((verdict) => "alarm" in verdict && verdict.alarm);
  return { occupancy, second: event.second, counts, z, alarm };
};
