import type { Catalog } from "../catalog.ts";

export const form: Catalog["form"] = {
  heading: "القرار",
  acknowledging: "جارٍ التأكيد…",
  claiming: "جارٍ التولّي…",
  disposing: "جارٍ الحسم…",
  disposition: "الحسم",
  choose: "اختر…",
  dispositionMissing: "اختر الحسم أولًا.",
  fieldsMissing: "ما زال ناقصًا: {fields}.",
  claimFirst: "تولَّ الإنذار لتقرّر بشأنه.",
  heldByOther: "{officer} يتولّى هذا الإنذار.",
  option: "{code}  {name}",
  isotopesHint: "افصل بينها بفواصل: 137Cs, 60Co.",
  needsSecond: "يجب أن يوافق مشرف على هذا الحسم.",
  awaiting: "اقترحه {officer}؛ ويجب أن يقرّر مشرف.",
  settled: "{disposition}، بواسطة {officer}",
  approvedBy: "وافق عليه {officer}",
  remark: "ملاحظة",
  stale: "انقطع الاتصال، فقد يكون الإنذار تغيّر. والأمر الذي لم يعد مناسبًا يُرفض.",
};
