import type { Catalog } from "../catalog.ts";

export const sound: Catalog["sound"] = {
  label: "Звук",
  on: "Звук включён",
  mute: "Без звука",
  muteFor: {
    one: "Без звука {count} минуту",
    few: "Без звука {count} минуты",
    many: "Без звука {count} минут",
    other: "Без звука {count} минуты",
  },
  muted: "Без звука, осталось {age}",
  unmute: "Включить звук",
  locked: "Браузер не издаёт звука, пока вы его не разрешите.",
  unlock: "Разрешить звук",
  unavailable: "Этот браузер не издаёт звука.",
  flood: {
    one: "Лавина: {count} тревога за 10 минут. Один сигнал в 30 с.",
    few: "Лавина: {count} тревоги за 10 минут. Один сигнал в 30 с.",
    many: "Лавина: {count} тревог за 10 минут. Один сигнал в 30 с.",
    other: "Лавина: {count} тревоги за 10 минут. Один сигнал в 30 с.",
  },
  floodKind: {
    one: "{count} × {kind}",
    few: "{count} × {kind}",
    many: "{count} × {kind}",
    other: "{count} × {kind}",
  },
  notify: "Уведомления браузера",
  notifyDenied: "Браузер не разрешает уведомлений этой страницы.",
  notification: "Тревога: {kind}, {lane}",
};
