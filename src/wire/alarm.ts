import { z } from "zod";
import type { AlarmCase } from "../domain/adjudication.ts";
import type { Alarm, GrossCountEvidence, GroupLimit, Profile, RuleDecision } from "../domain/alarms.ts";
import { alarmKinds } from "../domain/alarms.ts";
import type { DecisionStamps } from "../domain/latency.ts";
import { type Advice, loadClasses, spectra } from "../domain/load-classes.ts";
import { detectorGroupNames } from "../domain/panels.ts";
import { type RuleFigures, type RuleName, ruleNames } from "../domain/rules.ts";
import {
  alarmIdSchema,
  keyOf,
  laneIdSchema,
  occupancyIdSchema,
  perPanelSchema,
  wallMsSchema,
} from "./scalars.ts";
import { groupMemberSchema } from "./group-member.ts";
import { adjudicationSchema } from "./command.ts";
import { jsonCodec } from "./json.ts";

const groupSchema = z.enum(detectorGroupNames);

export const grossCountEvidenceSchema = z
  .strictObject({
    algorithm: z.literal("gross-count"),
    group: groupSchema,
    member: groupMemberSchema,
    counts: z.number(),
    background: z.number(),
    threshold: z.number(),
    z: z.number(),
  })
  .readonly() satisfies z.ZodType<GrossCountEvidence>;

const decisionBase = { firstInterval: z.number(), flaggedIntervals: z.number() };

const ruleFiguresSchema = z
  .strictObject({
    statistic: z.number(),
    threshold: z.number(),
    figures: z.record(z.string(), z.union([z.number(), z.array(z.number()).readonly()])).readonly(),
  })
  .readonly() satisfies z.ZodType<RuleFigures>;

const isOtherRule = (rule: RuleName): rule is Exclude<RuleName, "gross-count"> => rule !== "gross-count";

const ruleDecisionSchema = z.discriminatedUnion("rule", [
  z
    .strictObject({
      origin: z.literal("core"),
      rule: z.literal("gross-count"),
      ...decisionBase,
      evidence: grossCountEvidenceSchema,
    })
    .readonly(),
  z
    .strictObject({
      origin: z.literal("core"),
      rule: z.enum(ruleNames.filter(isOtherRule)),
      ...decisionBase,
      evidence: ruleFiguresSchema,
    })
    .readonly(),
  z
    .strictObject({
      origin: z.literal("portal"),
      rule: z.enum(["gamma-flag", "neutron-flag", "energy-flag"]),
      ...decisionBase,
    })
    .readonly(),
]) satisfies z.ZodType<RuleDecision>;

export const groupLimitSchema = z
  .strictObject({
    group: groupSchema,
    member: groupMemberSchema,
    columns: z.array(z.number()).readonly(),
    background: z.number(),
    threshold: z.number(),
  })
  .readonly() satisfies z.ZodType<GroupLimit>;

export const profileSchema = z
  .strictObject({
    startedAt: wallMsSchema,
    intervalInMs: z.literal(200),
    windowIntervals: z.number(),
    gamma: z.array(perPanelSchema).readonly(),
    coreIntervals: z.array(z.number()).readonly(),
    portalIntervals: z.array(z.number()).readonly(),
    neutron: z.array(perPanelSchema).readonly(),
    gammaBackgroundCps: perPanelSchema.nullable(),
    neutronBackgroundCps: perPanelSchema.nullable(),
    limits: z.array(groupLimitSchema).readonly(),
    droppedIntervals: z.number(),
    energy: z.array(perPanelSchema).readonly(),
    energyBackgroundCps: perPanelSchema.nullable(),
  })
  .readonly() satisfies z.ZodType<Profile>;

const adviceSchema = z
  .strictObject({
    class: keyOf(loadClasses),
    spectrum: keyOf(spectra).nullable(),
    reasons: z.array(z.string()).readonly(),
  })
  .readonly() satisfies z.ZodType<Advice>;

/** An alarm but for its profile and advice. */
export const alarmFields = {
  alarmId: alarmIdSchema,
  laneId: laneIdSchema,
  occupancyId: occupancyIdSchema,
  kind: keyOf(alarmKinds),
  version: z.number(),
  state: z.enum(["active", "ended"]),
  origin: z.enum(["portal", "core"]),
  raisedAt: wallMsSchema,
  raisedInterval: z.number(),
  endedAt: wallMsSchema.nullable(),
  decisions: z.array(ruleDecisionSchema).readonly(),
  occupancyNumber: z.number().nullable(),
  speedKph: z.number().nullable(),
  vacant: z.literal(true).exactOptional(),
  historical: z.literal(true).exactOptional(),
  continuedBy: alarmIdSchema.exactOptional(),
};

export const alarmSchema = z
  .strictObject({ ...alarmFields, profile: profileSchema, advice: adviceSchema })
  .readonly() satisfies z.ZodType<Alarm>;

export const decisionStampsSchema = z
  .strictObject({ capturedAt: wallMsSchema, loggedAt: wallMsSchema.nullable(), decidedAt: wallMsSchema })
  .readonly() satisfies z.ZodType<DecisionStamps>;

/** Values of `lanewatch.alarms.v1`: the latest state of each alarm with the officers' work on it. */
export const alarmCaseSchema = z
  .strictObject({
    alarm: alarmSchema,
    adjudication: adjudicationSchema,
    latency: decisionStampsSchema.exactOptional(),
  })
  .readonly() satisfies z.ZodType<AlarmCase>;

export const alarmCaseCodec = jsonCodec<AlarmCase>("alarm", alarmCaseSchema);
