import type { Catalog } from "../catalog.ts";

export const sound: Catalog["sound"] = {
  label: "Son",
  on: "Son actif",
  mute: "Couper le son",
  muteFor: { one: "Couper pendant {count} minute", other: "Couper pendant {count} minutes" },
  muted: "Son coupé, encore {age}",
  unmute: "Remettre le son",
  locked: "Le navigateur n’émet aucun son tant que vous ne l’autorisez pas.",
  unlock: "Autoriser le son",
  unavailable: "Ce navigateur n’émet aucun son.",
  flood: {
    one: "Avalanche : {count} alarme en 10 minutes. Un son toutes les 30 s.",
    other: "Avalanche : {count} alarmes en 10 minutes. Un son toutes les 30 s.",
  },
  floodKind: { one: "{count} × {kind}", other: "{count} × {kind}" },
  notify: "Notifications du navigateur",
  notifyDenied: "Le navigateur n’autorise pas les notifications de cette page.",
  notification: "Alarme : {kind}, {lane}",
};
