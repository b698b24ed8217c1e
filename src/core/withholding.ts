import { z } from "zod";
import { type Alarm, type AlarmSlot, alarmSlotOf } from "../domain/alarms.ts";
import type { AlarmEnded, AlarmRaised, AlarmUpdated, AlarmWithheld } from "../domain/events.ts";
import { beforeItsEnd } from "./alarm-latch.ts";

/**
 * Alarms that nobody is told of, because the lane's settings name their class: a border that lets natural radioactivity
 * pass, say. What a load is cannot be known before it has passed, so that alarms of such a lane **come later**: as soon
 * as the class is known to be another one, and at the end of the occupancy at the latest. Each withheld alarm is
 * recorded (`alarm-withheld`) with all that it rests on. Nothing is withheld unless a site says so.
 */
export const withholdSettings = z.strictObject({
  /**
   * Advice by class; see `loadClasses`. An alarm with neutrons in it is told at once, but for one of neutrons alone that
   * looks like a cosmic burst when it is raised; gamma and neutrons together are always told. A load is only withheld as
   * NORM-like where its energies say so: its width alone is not enough, and without energy windows nothing is held.
   */
  classes: z
    .array(z.enum(["norm-like", "medical-like", "cosmic-burst"]))
    .min(1)
    .refine((classes) => new Set(classes).size === classes.length, "each class once"),
});
export type WithholdSettings = z.infer<typeof withholdSettings>;

/** Alarms of an occupancy that are not told yet. */
export type HeldAlarms = readonly AlarmSlot[];

export type AlarmNews = AlarmRaised | AlarmUpdated | AlarmEnded;

/** What is told of an alarm's news, and whether the alarm is held from now on. */
export const withhold = (
  { classes }: WithholdSettings,
  held: HeldAlarms,
  event: AlarmNews,
): readonly [HeldAlarms, readonly (AlarmNews | AlarmWithheld)[]] => {
  const { at, alarm } = event;
  const slot = alarmSlotOf(alarm.kind);
  const isHeld = held.includes(slot);
  if (!isHeld && event.kind !== "alarm-raised") return [held, [event]];
  const others = held.filter((each) => each !== slot);
  const named = isNamed(classes, alarm);
  if (event.kind === "alarm-ended") {
    if (named) return [others, [{ kind: "alarm-withheld", at, alarm }]];
    return [others, [{ kind: "alarm-raised", at, alarm: beforeItsEnd(alarm) }, event]];
  }
  const mayBe = named || (isOpen(alarm) && classes.some((each) => each !== "cosmic-burst"));
  if (mayBe) return [isHeld ? held : [...held, slot], []];
  return [others, [{ kind: "alarm-raised", at, alarm }]];
};

const isNatural = ({ advice }: Alarm): boolean => advice.spectrum === "natural";

const isNamed = (classes: WithholdSettings["classes"], alarm: Alarm): boolean => {
  const { kind, advice } = alarm;
  if (kind === "gamma-neutron" || (advice.class === "norm-like" && !isNatural(alarm))) return false;
  return classes.some((each) => each === advice.class && (each === "cosmic-burst") === (kind === "neutron"));
};

/** Whether the passage can still turn out to be of a class: without neutrons, with energies, and not told apart yet. */
const isOpen = (alarm: Alarm): boolean => {
  const { kind, advice, profile } = alarm;
  if ((kind !== "gamma" && kind !== "energy") || profile.energyBackgroundCps === null) return false;
  return advice.class === "undetermined" || (advice.class === "norm-like" && !isNatural(alarm));
};
