import type { Catalog } from "../catalog.ts";

export const detail: Catalog["detail"] = {
  heading: "Alarme : {kind}, {lane}",
  loading: "Chargement de l’alarme…",
  unknown: "Le serveur ne connaît pas cette alarme.",
  unknownDetail: "Elle est peut-être plus ancienne que ce que garde le serveur, ou l’adresse est fausse.",
  raised: "Déclenchée",
  ended: "Départ du véhicule",
  vacantLabel: "Fond",
  vacantStill: "toujours au-dessus du seuil",
  vacantBelow: "sous le seuil depuis {time}",
  notKnown: "inconnu",
  came: "Arrivée de l’alarme",
  vacantNotice:
    "Aucun véhicule n’était dans la voie : le fond du portique lui-même a dépassé le seuil, comme lorsqu’une source est portée ou lancée au travers.",
  stillIn: "encore dans le portique",
  age: "Âge",
  speed: "Vitesse",
  occupancyNumber: "Numéro du portique",
  decidedBy: "Décidée par",
  evidenceHeading: "Preuves",
  adviceLabel: "Allure",
  flaggedIntervals: {
    one: "{count} intervalle, le premier à {first}",
    other: "{count} intervalles, le premier à {first}",
  },
  flaggedSeconds: {
    one: "{count} seconde, la première à {first}",
    other: "{count} secondes, la première à {first}",
  },
  flaggedRecords: { one: "{count} enregistrement de fond", other: "{count} enregistrements de fond" },
  historyHeading: "Historique",
  historyCame: "L’alarme est arrivée en retard",
  historyVacantEnded: "Le fond est revenu sous le seuil",
  historyRaised: { core: "Déclenchée par le cœur", portal: "Déclenchée par le portique" },
  historyEnded: "Le véhicule a quitté le portique",
  historyVehicle: "Véhicule {vehicle}",
  portalRules: {
    "gamma-flag": "La règle gamma du portique a levé son drapeau",
    "neutron-flag": "La règle neutrons du portique a levé son drapeau",
    "energy-flag": "La règle d’énergie du portique a levé son drapeau",
  },
  grossCountAbove:
    "{panels} : {counts} coups en {window}, fond {background}, seuil {threshold} : {z} au-dessus",
  grossCountBelow:
    "{panels} : {counts} coups en {window}, fond {background}, seuil {threshold} : {z} au-dessous",
  ruleFigures: "{rule} : {statistic} pour une limite de {limit}",
  ruleFiguresOver: "{rule} : {statistic} pour une limite de {limit}, fond {background}",
  late: {
    passed:
      "Arrivée en retard : le véhicule est passé à {at}, {age} avant l’arrivée de son alarme. Le véhicule n’est pas dans le portique.",
    passedUnknown:
      "Arrivée en retard : le véhicule est passé à {at}, avant l’arrivée de son alarme. Le véhicule n’est pas dans le portique.",
    rest: "Arrivée en retard : le véhicule est passé à {at} ; seul le reste de son passage est arrivé en retard. Le véhicule n’est pas dans le portique.",
    raised:
      "Arrivée en retard : déclenchée à {at}, {age} avant l’arrivée de son alarme. Le véhicule est encore dans le portique.",
    raisedUnknown:
      "Arrivée en retard : déclenchée à {at}, avant l’arrivée de son alarme. Le véhicule est encore dans le portique.",
  },
};
