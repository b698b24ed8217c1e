/** The page of that name. */
export const trends = {
  heading: "Trends",
} as const;
