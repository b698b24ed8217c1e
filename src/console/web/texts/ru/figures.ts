import type { Catalog } from "../catalog.ts";

export const figures: Catalog["figures"] = { heading: "Показатели работы" };
