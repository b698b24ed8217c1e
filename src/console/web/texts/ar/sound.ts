import type { Catalog } from "../catalog.ts";

export const sound: Catalog["sound"] = {
  label: "الصوت",
  on: "الصوت يعمل",
  mute: "كتم",
  muteFor: {
    zero: "كتم الآن",
    one: "كتم لدقيقة واحدة",
    two: "كتم لدقيقتين",
    few: "كتم لمدة {count} دقائق",
    many: "كتم لمدة {count} دقيقة",
    other: "كتم لمدة {count} دقيقة",
  },
  muted: "مكتوم، بقي {age}",
  unmute: "إعادة الصوت",
  locked: "لا يصدر المتصفح صوتًا حتى تسمح به.",
  unlock: "السماح بالصوت",
  unavailable: "هذا المتصفح لا يصدر صوتًا.",
  flood: {
    zero: "لا سيل.",
    one: "سيل: إنذار واحد في 10 دقائق. نغمة كل 30 ث.",
    two: "سيل: إنذاران في 10 دقائق. نغمة كل 30 ث.",
    few: "سيل: {count} إنذارات في 10 دقائق. نغمة كل 30 ث.",
    many: "سيل: {count} إنذارًا في 10 دقائق. نغمة كل 30 ث.",
    other: "سيل: {count} إنذار في 10 دقائق. نغمة كل 30 ث.",
  },
  floodKind: {
    zero: "{count} × {kind}",
    one: "{count} × {kind}",
    two: "{count} × {kind}",
    few: "{count} × {kind}",
    many: "{count} × {kind}",
    other: "{count} × {kind}",
  },
  notify: "إشعارات المتصفح",
  notifyDenied: "لا يسمح المتصفح بإشعارات من هذه الصفحة.",
  notification: "إنذار {kind}، {lane}",
};
