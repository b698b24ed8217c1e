import type { Catalog } from "../catalog.ts";

export const form: Catalog["form"] = {
  heading: "Decidir",
  acknowledging: "Confirmando…",
  claiming: "Asumiendo…",
  disposing: "Resolviendo…",
  disposition: "Resolución",
  choose: "Elija…",
  dispositionMissing: "Elija antes una resolución.",
  fieldsMissing: "Aún falta: {fields}.",
  claimFirst: "Asuma la alarma para decidir sobre ella.",
  heldByOther: "{officer} tiene esta alarma.",
  option: "{code}  {name}",
  isotopesHint: "Separe varios con comas: 137Cs, 60Co.",
  needsSecond: "Esta resolución debe aprobarla supervisión.",
  awaiting: "Propuesta por {officer}; debe decidir supervisión.",
  settled: "{disposition}, por {officer}",
  approvedBy: "aprobada por {officer}",
  remark: "Observación",
  stale: "Se ha perdido la conexión y la alarma puede haber cambiado. Una orden que ya no encaje se rechaza.",
};
