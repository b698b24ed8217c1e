import type { Catalog } from "../catalog.ts";

export const map: Catalog["map"] = { heading: "مخطط الموقع" };
