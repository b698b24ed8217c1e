/** Sound and attention. */
export const sound = {
  label: "Sound",
  on: "Sound on",
  mute: "Mute",
  muteFor: { one: "Mute for {count} minute", other: "Mute for {count} minutes" },
  muted: "Muted, {age} left",
  unmute: "Sound on again",
  locked: "The browser plays no sound until you allow it.",
  unlock: "Allow sound",
  unavailable: "This browser plays no sound.",
  flood: {
    one: "Flood: {count} alarm in 10 minutes. One tone every 30 s.",
    other: "Flood: {count} alarms in 10 minutes. One tone every 30 s.",
  },
  floodKind: { one: "{count} × {kind}", other: "{count} × {kind}" },
  notify: "Browser notifications",
  notifyDenied: "The browser does not allow notifications from this page.",
  notification: "{kind} alarm, {lane}",
} as const;
