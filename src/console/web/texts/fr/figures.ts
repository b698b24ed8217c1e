import type { Catalog } from "../catalog.ts";

export const figures: Catalog["figures"] = { heading: "Chiffres du travail" };
