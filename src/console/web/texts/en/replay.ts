/** The page of that name. */
export const replay = {
  heading: "Replay",
} as const;
