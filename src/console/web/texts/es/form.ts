import type { Catalog } from "../catalog.ts";

export const form: Catalog["form"] = {
  disposition: "Resolución",
  dispositionMissing: "Elija antes una resolución.",
  option: "{code}  {name}",
  isotopesHint: "Intro termina cada uno: 137Cs, 60Co.",
  needsSecond: "Esta resolución debe aprobarla supervisión.",
  settled: "{disposition}, por {officer}",
  approvedBy: "aprobada por {officer}",
  stale: "Se ha perdido la conexión y la alarma puede haber cambiado. Una orden que ya no encaje se rechaza.",
  fieldMissing: "Aún falta: {field}.",
  codesHint: "teclee su número",
  removeIsotope: "Quitar {isotope}",
  usualIsotopes: "Isótopos habituales",
  isotopeUses: {
    industrial: "uso industrial",
    medical: "médico",
    natural: "origen natural",
    nuclear: "material nuclear",
  },
  containerValid: "El dígito de control es correcto.",
  containerCheckDigit: "El dígito de control sería {digit}: revise la identificación.",
  containerUnusual: "No es la forma habitual de un contenedor: cuatro letras y siete cifras.",
  confirmHeading: "Compruebe y confirme",
  confirmDetail: "Vale de inmediato; se puede revisar y todo queda en el historial.",
  propose: "Proponer",
  back: "Volver",
};
