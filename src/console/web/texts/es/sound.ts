import type { Catalog } from "../catalog.ts";

export const sound: Catalog["sound"] = {
  label: "Sonido",
  on: "Con sonido",
  mute: "Silenciar",
  muteFor: { one: "Silenciar {count} minuto", other: "Silenciar {count} minutos" },
  muted: "En silencio, quedan {age}",
  unmute: "Volver a sonar",
  locked: "El navegador no emite sonido hasta que usted lo permita.",
  unlock: "Permitir el sonido",
  unavailable: "Este navegador no emite sonido.",
  flood: {
    one: "Avalancha: {count} alarma en 10 minutos. Un tono cada 30 s.",
    other: "Avalancha: {count} alarmas en 10 minutos. Un tono cada 30 s.",
  },
  floodKind: { one: "{count} × {kind}", other: "{count} × {kind}" },
  notify: "Avisos del navegador",
  notifyDenied: "El navegador no permite avisos de esta página.",
  notification: "Alarma: {kind}, {lane}",
};
