import { alarmKinds } from "../../../domain/alarms.ts";
import { panels } from "../../../domain/panels.ts";
import type { Texts } from "../texts/catalog.ts";

/** What a part of a series is called: a panel, a kind of alarm, a stage of the way; nothing where there is one part only. */
export const partText = (t: Texts, part: string): string => {
  const panel = panels.find((name) => name === part);
  if (panel !== undefined) return t.domain.panels[panel];
  const kind = Object.keys(alarmKinds).find((name) => name === part);
  if (kind !== undefined && isKind(kind)) return t.domain.alarmKinds[kind];
  return isStage(part) ? t.trends.stages[part] : "";
};

const isKind = (name: string): name is keyof typeof alarmKinds => Object.hasOwn(alarmKinds, name);
const stages = ["captured-to-logged", "logged-to-decided", "captured-to-decided"] as const;
const isStage = (name: string): name is (typeof stages)[number] => stages.some((stage) => stage === name);

/** The length of a chart's stretches in words. */
export const stepText = (t: Texts, stepInMs: number): string =>
  stepInMs === 0
    ? t.trends.everyPoint
    : t.trends.step({
        step: stepInMs < 1000 ? t.format.seconds(stepInMs / 1000, 1) : t.format.age(stepInMs),
      });
