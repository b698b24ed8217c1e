import type { Catalog } from "../catalog.ts";

export const map: Catalog["map"] = {
  heading: "Схема объекта",
  legend: "Что значат фигуры",
  hint: "Стрелки переходят от полосы к полосе; Enter открывает самую серьёзную открытую тревогу полосы или саму полосу.",
  drawing: "Полосы на своих местах",
  rows: "Полосы в порядке объекта",
  unplaced: "Полосы без места на схеме",
  lane: "{lane} — {words}",
  looks: {
    unacknowledged: "Тревога не подтверждена",
    acknowledged: "Тревога подтверждена",
    "no-data": "Сейчас ничего не известно",
    fault: "Неисправность",
    warning: "Предупреждение",
    shelved: "Неисправность отложена",
    occupied: "Занята",
    vacant: "Свободна",
  },
};
