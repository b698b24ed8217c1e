import { wallMs } from "../domain/units.ts";
import type { LoadSteps } from "../wire/history.ts";

const tenMinutes = 600_000;
const hour = 3_600_000;

/** A week of ten minutes, and one where the week begins between. A longer span has longer steps, each with its fullest ten minutes. */
export const loadStepsMax = 1009;

export interface LoadSpan {
  readonly from: number;
  readonly until: number;
  /** Of each officer on duty: the clock hours, counted since 1970. */
  readonly dutyHours: readonly ReadonlySet<number>[];
}

/** Alarms per clock ten minutes of a span, and how many officers were on duty then. @param raisedAt in any order. */
export const loadStepsOf = (raisedAt: readonly number[], { from, until, dutyHours }: LoadSpan): LoadSteps => {
  const start = Math.floor(from / tenMinutes) * tenMinutes;
  const tens = Math.max(1, Math.ceil((until - start) / tenMinutes));
  const alarms = Array.from({ length: tens }, () => 0);
  for (const at of raisedAt) {
    const step = Math.floor((at - start) / tenMinutes);
    alarms[step] = (alarms[step] ?? 0) + 1;
  }
  const onDuty = new Map<number, number>();
  for (const hours of dutyHours) for (const each of hours) onDuty.set(each, (onDuty.get(each) ?? 0) + 1);
  const tensAStep = Math.ceil(tens / loadStepsMax);
  const steps = Array.from({ length: Math.ceil(tens / tensAStep) }, (_, step) => {
    let fullest = step * tensAStep;
    const end = Math.min(fullest + tensAStep, tens);
    for (let ten = fullest + 1; ten < end; ten += 1)
      if ((alarms[ten] ?? 0) > (alarms[fullest] ?? 0)) fullest = ten;
    const officers = onDuty.get(Math.floor((start + fullest * tenMinutes) / hour)) ?? 0;
    return { alarms: alarms[fullest] ?? 0, officers };
  });
  return { from: wallMs(start), stepInMs: tensAStep * tenMinutes, steps };
};
