/** The page of that name. */
export const history = {
  heading: "History",
} as const;
