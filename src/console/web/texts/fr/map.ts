import type { Catalog } from "../catalog.ts";

export const map: Catalog["map"] = {
  heading: "Plan du site",
  legend: "Ce que signifient les formes",
  hint: "Les flèches vont de voie en voie ; Entrée ouvre l’alarme ouverte la plus grave de la voie, ou la voie.",
  drawing: "Voies à leur place",
  rows: "Voies dans l’ordre du site",
  unplaced: "Voies sans place sur le plan",
  lane: "{lane} : {words}",
  looks: {
    unacknowledged: "Alarme à acquitter",
    acknowledged: "Alarme acquittée",
    "no-data": "Rien de connu actuellement",
    fault: "Défaut",
    warning: "Avertissement",
    shelved: "Défaut mis de côté",
    occupied: "Occupée",
    vacant: "Libre",
  },
};
