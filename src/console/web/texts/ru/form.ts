import type { Catalog } from "../catalog.ts";

export const form: Catalog["form"] = {
  heading: "Решить",
  acknowledging: "Подтверждение…",
  claiming: "Взятие…",
  disposing: "Запись решения…",
  disposition: "Решение",
  choose: "Выберите…",
  dispositionMissing: "Сначала выберите решение.",
  fieldsMissing: "Ещё не хватает: {fields}.",
  claimFirst: "Возьмите тревогу, чтобы принять решение.",
  heldByOther: "Эту тревогу ведёт {officer}.",
  option: "{code}  {name}",
  isotopesHint: "Несколько через запятую: 137Cs, 60Co.",
  needsSecond: "Это решение должен утвердить старший смены.",
  awaiting: "Предложено: {officer}; решить должен старший смены.",
  settled: "{disposition}, решил {officer}",
  approvedBy: "утвердил {officer}",
  remark: "Замечание",
  stale: "Связь потеряна, тревога могла измениться. Команда, которая уже не подходит, будет отклонена.",
};
