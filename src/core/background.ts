import type { EnergyWindowBackground, GammaBackground, NeutronBackground } from "../domain/messages.ts";
import type { PerPanel } from "../domain/panels.ts";

/**
 * What is known of a vacant lane's background. Portals of this kind average for themselves and are believed, also when
 * they call their background high or low: the figure is what the next occupancy is judged against, and the fault says
 * so beside it. Portals send no background while occupied, so it is frozen by itself.
 */
export interface BackgroundState {
  readonly gammaCps: PerPanel | null;
  readonly neutronCps: PerPanel | null;
  /** `exact` once the portal has sent untruncated neutron background; truncated records are passed over from then on. */
  readonly neutronPrecision: NeutronBackground["precision"];
  /** Four energy windows, lowest energy first, all panels summed. */
  readonly energyCps: PerPanel | null;
}

export const noBackground: BackgroundState = {
  gammaCps: null,
  neutronCps: null,
  neutronPrecision: "truncated",
  energyCps: null,
};

export const withGammaBackground = (state: BackgroundState, message: GammaBackground): BackgroundState => ({
  ...state,
  gammaCps: message.cps,
});

/** The same state where the message says less than is known already. */
export const withNeutronBackground = (state: BackgroundState, message: NeutronBackground): BackgroundState =>
  message.precision === "truncated" && state.neutronPrecision === "exact"
    ? state
    : { ...state, neutronCps: message.cps, neutronPrecision: message.precision };

export const withEnergyBackground = (
  state: BackgroundState,
  message: EnergyWindowBackground,
): BackgroundState => ({
  ...state,
  energyCps: message.cps,
});
