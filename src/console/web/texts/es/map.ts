import type { Catalog } from "../catalog.ts";

export const map: Catalog["map"] = {
  heading: "Plano del sitio",
  legend: "Qué significan las formas",
  hint: "Las flechas van de carril en carril; Intro abre la alarma abierta más grave del carril, o el carril.",
  drawing: "Carriles en su lugar",
  rows: "Carriles en el orden del sitio",
  unplaced: "Carriles sin lugar en el plano",
  lane: "{lane}: {words}",
  looks: {
    unacknowledged: "Alarma sin confirmar",
    acknowledged: "Alarma confirmada",
    "no-data": "Ahora no se sabe nada",
    fault: "Fallo",
    warning: "Aviso",
    shelved: "Fallo apartado",
    occupied: "Ocupado",
    vacant: "Libre",
  },
};
