/** Options of a lane that is judged by gross count and nothing else, whatever its preset adds. */
export const grossCountAlone = { rules: { "window-ratio": null, "neutron-sprt": null } } as const;
