import type { Catalog } from "../catalog.ts";

export const trends: Catalog["trends"] = { heading: "Тренды" };
