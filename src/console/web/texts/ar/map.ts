import type { Catalog } from "../catalog.ts";

export const map: Catalog["map"] = {
  heading: "مخطط الموقع",
  legend: "معاني الأشكال",
  hint: "الأسهم تنتقل من مسار إلى مسار؛ ومفتاح الإدخال يفتح أخطر إنذار مفتوح في المسار أو المسار نفسه.",
  drawing: "المسارات في أماكنها",
  rows: "المسارات بترتيب الموقع",
  unplaced: "مسارات بلا مكان على المخطط",
  lane: "{lane}، {words}",
  looks: {
    unacknowledged: "إنذار غير مؤكد",
    acknowledged: "إنذار مؤكد",
    "no-data": "لا شيء معروف الآن",
    fault: "عطل",
    warning: "تحذير",
    shelved: "عطل مُرجأ",
    occupied: "مشغول",
    vacant: "خالٍ",
  },
};
