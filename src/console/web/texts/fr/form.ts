import type { Catalog } from "../catalog.ts";

export const form: Catalog["form"] = {
  disposition: "Conclusion",
  dispositionMissing: "Choisissez d’abord une conclusion.",
  option: "{code}  {name}",
  isotopesHint: "Entrée en termine un : 137Cs, 60Co.",
  needsSecond: "Un superviseur doit approuver cette conclusion.",
  settled: "{disposition}, par {officer}",
  approvedBy: "approuvée par {officer}",
  stale:
    "La connexion est perdue : l’alarme a peut-être changé. Une commande qui ne convient plus est refusée.",
  fieldMissing: "Il manque encore : {field}.",
  codesHint: "tapez son numéro",
  removeIsotope: "Enlever {isotope}",
  usualIsotopes: "Isotopes usuels",
  isotopeUses: {
    industrial: "industriel",
    medical: "médical",
    natural: "naturel",
    nuclear: "matière nucléaire",
  },
  containerValid: "Le chiffre de contrôle est juste.",
  containerCheckDigit: "Le chiffre de contrôle serait {digit} : revoyez l’identifiant.",
  containerUnusual: "Pas la forme usuelle d’un conteneur : quatre lettres, sept chiffres.",
  confirmHeading: "Vérifiez, puis confirmez",
  confirmDetail: "Elle vaut aussitôt ; elle peut être révisée, et tout reste dans l’historique.",
  propose: "Proposer",
  back: "Retour",
};
