import type { Catalog } from "../catalog.ts";

export const figures: Catalog["figures"] = { heading: "Cifras del trabajo" };
