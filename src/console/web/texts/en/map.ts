/** The page of that name. */
export const map = {
  heading: "Site map",
} as const;
