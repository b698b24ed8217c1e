import type { Catalog } from "../catalog.ts";

export const handover: Catalog["handover"] = { heading: "Relève d’équipe" };
