import type { Catalog } from "../catalog.ts";

export const form: Catalog["form"] = {
  disposition: "الحسم",
  dispositionMissing: "اختر الحسم أولًا.",
  option: "{code}  {name}",
  isotopesHint: "يُنهي Enter كل واحد: 137Cs, 60Co.",
  needsSecond: "يجب أن يوافق مشرف على هذا الحسم.",
  settled: "{disposition}، بواسطة {officer}",
  approvedBy: "وافق عليه {officer}",
  stale: "انقطع الاتصال، فقد يكون الإنذار تغيّر. والأمر الذي لم يعد مناسبًا يُرفض.",
  fieldMissing: "ما زال ناقصًا: {field}.",
  codesHint: "اكتب رقمه",
  removeIsotope: "إزالة {isotope}",
  usualIsotopes: "النظائر المعتادة",
  isotopeUses: { industrial: "صناعي", medical: "طبي", natural: "طبيعي", nuclear: "مادة نووية" },
  containerValid: "رقم التحقق صحيح.",
  containerCheckDigit: "رقم التحقق يجب أن يكون {digit}: راجع الرقم.",
  containerUnusual: "ليس الشكل المعتاد لرقم الحاوية: أربعة أحرف وسبعة أرقام.",
  confirmHeading: "راجع ثم أكّد",
  confirmDetail: "يسري فورًا؛ وتمكن مراجعته، ويبقى كل شيء في السجل.",
  propose: "اقتراح",
  back: "رجوع",
};
