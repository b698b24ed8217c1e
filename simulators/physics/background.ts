import type { Chance } from "../chance.ts";
import { mapFour, sumFour, type Four } from "./columns.ts";

/** Share of the gross gamma background in each energy window, low energy first (recorded traffic, AR records). */
export const WINDOW_SHARES: Four = [0.263, 0.371, 0.185, 0.18];

/** Gamma background of one panel, cps, lowest and highest seen on recordings (GB records). */
export const PANEL_RATE_CPS_MIN = 365;
export const PANEL_RATE_CPS_MAX = 413;

/** Neutron background of the four banks, cps: two live, two absent (NB1 records). */
export const NEUTRON_RATES_CPS: Four = [3.8, 0, 2.6, 0];

/**
 * Counts the windows see and the gross columns do not, as a share of the gross: the sum of AB1 is 1.027 times the sum of GB on recordings.
 */
export const WINDOW_ONLY_SHARE = 0.027;

/** What one site's detectors count when nothing is there. */
export interface SiteBackground {
  /** Gamma, cps a panel. */
  readonly gammaRatesCps: Four;
  /** Shares of the four windows, sum 1. */
  readonly windowShares: Four;
  /** Neutron, cps a bank; zero where there is no bank. */
  readonly neutronRatesCps: Four;
}

/** Draws a site: panel rates within the recorded range, shares within 2 % and neutron rates within 3 % of the recorded ones. */
export function drawSiteBackground(chance: Chance): SiteBackground {
  const shares = mapFour(WINDOW_SHARES, (share) => share * chance.between(0.98, 1.02));
  const total = sumFour(shares);
  return {
    gammaRatesCps: mapFour([0, 0, 0, 0], () => chance.between(PANEL_RATE_CPS_MIN, PANEL_RATE_CPS_MAX)),
    windowShares: mapFour(shares, (share) => share / total),
    neutronRatesCps: mapFour(NEUTRON_RATES_CPS, (rate) => rate * chance.between(0.97, 1.03)),
  };
}
