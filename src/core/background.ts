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

// Written out and not spread, here and below: it is most of what a vacant portal costs.
export const withGammaBackground = (state: BackgroundState, message: GammaBackground): BackgroundState => ({
  gammaCps: message.cps,
  neutronCps: state.neutronCps,
  neutronPrecision: state.neutronPrecision,
  energyCps: state.energyCps,
});

/** The same state where the message says less than is known already. */
export const withNeutronBackground = (state: BackgroundState, message: NeutronBackground): BackgroundState =>
  message.precision === "truncated" && state.neutronPrecision === "exact"
    ? state
    : {
        gammaCps: state.gammaCps,
        neutronCps: message.cps,
        neutronPrecision: message.precision,
        energyCps: state.energyCps,
      };

export const withEnergyBackground = (
  state: BackgroundState,
  message: EnergyWindowBackground,
): BackgroundState => ({
  gammaCps: state.gammaCps,
  neutronCps: state.neutronCps,
  neutronPrecision: state.neutronPrecision,
  energyCps: message.cps,
});
