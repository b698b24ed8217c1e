import type { Catalog } from "../catalog.ts";

export const replay: Catalog["replay"] = { heading: "إعادة التشغيل" };
