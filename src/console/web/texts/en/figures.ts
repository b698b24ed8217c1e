/** The page of that name. */
export const figures = {
  heading: "Figures of the work",
} as const;
