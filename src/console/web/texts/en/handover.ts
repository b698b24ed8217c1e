/** The page of that name. */
export const handover = {
  heading: "Shift handover",
} as const;
