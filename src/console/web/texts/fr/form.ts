import type { Catalog } from "../catalog.ts";

export const form: Catalog["form"] = {
  heading: "Décider",
  acknowledging: "Acquittement…",
  claiming: "Prise en charge…",
  disposing: "Conclusion…",
  disposition: "Conclusion",
  choose: "Choisir…",
  dispositionMissing: "Choisissez d’abord une conclusion.",
  fieldsMissing: "Il manque encore : {fields}.",
  claimFirst: "Prenez l’alarme en charge pour en décider.",
  heldByOther: "{officer} tient cette alarme.",
  option: "{code}  {name}",
  isotopesHint: "Séparez-en plusieurs par des virgules : 137Cs, 60Co.",
  needsSecond: "Un superviseur doit approuver cette conclusion.",
  awaiting: "Proposée par {officer} ; un superviseur doit décider.",
  settled: "{disposition}, par {officer}",
  approvedBy: "approuvée par {officer}",
  remark: "Remarque",
  stale:
    "La connexion est perdue : l’alarme a peut-être changé. Une commande qui ne convient plus est refusée.",
};
