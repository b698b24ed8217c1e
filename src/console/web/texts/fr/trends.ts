import type { Catalog } from "../catalog.ts";

export const trends: Catalog["trends"] = {
  heading: "Tendances",
  lane: "Voie",
  spanLabel: "Période",
  span: "Du {from} au {to} ({zone}) : {length}.",
  zoom: {
    label: "Niveau de zoom",
    back: "Retour",
    earlier: "Plus tôt",
    later: "Plus tard",
    in: "Agrandir",
    out: "Réduire",
    again: "Actualiser",
    hint: "Faites glisser sur un graphique pour agrandir cette période.",
  },
  asking: "Chargement…",
  empty: "Rien n’a été enregistré dans cette période.",
  wholeSpan: "Sur toute la période",
  step: "{step} par point",
  everyPoint: "chaque point",
  spread: "{mean} (de {min} à {max})",
  stages: {
    "captured-to-logged": "Saisi → consigné",
    "logged-to-decided": "Consigné → décidé",
    "captured-to-decided": "Saisi → décidé",
  },
  charts: {
    gammaBackground: {
      heading: "Bruit de fond gamma",
      unit: "coups par seconde",
      meaning: "De chaque panneau, selon le portique libre. La bande va du minimum au maximum.",
    },
    gammaCounts: {
      heading: "Coups gamma des passages",
      unit: "coups en 200 ms",
      meaning: "De chaque panneau, tant qu’un véhicule est dans le portique.",
    },
    drift: {
      heading: "Dérive du bruit de fond gamma, et pluie",
      unit: "% de la médiane de la période",
      meaning: "Un panneau qui s’écarte des autres vieillit ou est couvert ; tous ensemble, c’est la météo.",
    },
    variance: {
      heading: "Variance rapportée à Poisson",
      unit: "rapport",
      meaning:
        "1 si le bruit de fond se disperse comme des coups ; bien au-dessus : parasites ; bien au-dessous : un panneau qui se répète.",
    },
    neutronBackground: {
      heading: "Bruit de fond neutron",
      unit: "coups par seconde",
      meaning: "De chaque panneau, selon le portique libre.",
    },
    deadTime: {
      heading: "Temps sans mesure",
      unit: "secondes",
      meaning: "Combien de temps rien n’est venu du portique, à chaque pas.",
    },
    occupancies: {
      heading: "Occupations",
      unit: "véhicules",
      meaning: "Combien de véhicules sont passés à chaque pas.",
    },
    alarms: {
      heading: "Alarmes",
      unit: "alarmes",
      meaning: "Combien ont été déclenchées à chaque pas, par type.",
    },
    latency: {
      heading: "Latence",
      unit: "millisecondes",
      meaning: "De l’horodatage de la trame en périphérie au journal, puis à la décision.",
    },
  },
  rain: {
    none: "Aucune hausse semblable à la pluie dans cette période.",
    found: {
      one: "{count} hausse semblable à la pluie, ombrée.",
      other: "{count} hausses semblables à la pluie, ombrées.",
    },
    meaning:
      "Semblable à la pluie : tous les panneaux ensemble à {percent} % ou plus au-dessus de leurs médianes, pendant {length} ou plus.",
    rise: "{at}, pendant {length} : jusqu’à {peak} %",
  },
  percentiles: {
    caption: "Centiles de la latence",
    stage: "Étape",
    p50: "La moitié en (ms)",
    p90: "90 % en (ms)",
    p99: "99 % en (ms)",
    max: "Maximum (ms)",
    count: "Trames",
    estimated:
      "Estimation : lorsqu’un point représente plus de deux trames, seuls leurs extrêmes et leur moyenne sont connus. Agrandissez pour des valeurs exactes.",
  },
};
