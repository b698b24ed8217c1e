import type { Catalog } from "../catalog.ts";

export const form: Catalog["form"] = {
  disposition: "Решение",
  dispositionMissing: "Сначала выберите решение.",
  option: "{code}  {name}",
  isotopesHint: "Enter завершает каждый: 137Cs, 60Co.",
  needsSecond: "Это решение должен утвердить старший смены.",
  settled: "{disposition}, решил {officer}",
  approvedBy: "утвердил {officer}",
  stale: "Связь потеряна, тревога могла измениться. Команда, которая уже не подходит, будет отклонена.",
  fieldMissing: "Не хватает: {field}.",
  codesHint: "наберите номер",
  removeIsotope: "Убрать {isotope}",
  usualIsotopes: "Обычные изотопы",
  isotopeUses: {
    industrial: "промышленный",
    medical: "медицинский",
    natural: "природный",
    nuclear: "ядерный материал",
  },
  containerValid: "Контрольная цифра верна.",
  containerCheckDigit: "Контрольная цифра была бы {digit}: проверьте номер.",
  containerUnusual: "Не обычный вид номера контейнера: четыре буквы, семь цифр.",
  confirmHeading: "Проверьте и подтвердите",
  confirmDetail: "Решение действует сразу; его можно пересмотреть, и всё остаётся в истории.",
  propose: "Предложить",
  back: "Назад",
};
