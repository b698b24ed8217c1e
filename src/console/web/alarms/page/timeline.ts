import type { Act, Adjudication, AlarmCase, AlarmCommand } from "../../../../domain/adjudication.ts";
import { dispositions } from "../../../../domain/dispositions.ts";
import type { WallMs } from "../../../../domain/units.ts";
import type { CommandRequest } from "../../../../wire/console.ts";
import type { Texts } from "../../texts/catalog.ts";

/** Who did what on an alarm, for people. */

export interface TimelineEntry {
  readonly key: string;
  readonly at: WallMs;
  readonly what: string;
  /** Empty for what happened by itself. */
  readonly who: string;
  readonly details: readonly Detail[];
}

export interface Detail {
  readonly label: string;
  /** What a person entered, or a name of a table. */
  readonly text: string;
}

/** What an officer said with an act; what was left empty too. */
const detailsOf = (t: Texts, act: Act): readonly Detail[] => {
  const { words } = t.alarmPage;
  const fields = t.domain.dispositionFields;
  switch (act.kind) {
    case "acknowledge":
    case "claim":
    case "take-over":
    case "renew":
    case "release":
    case "start-secondary":
      return [];
    case "request-secondary":
      return [{ label: words.instructions, text: act.instructions }];
    case "complete-secondary":
      return [
        { label: words.inspectionRiid, text: act.riidResult },
        { label: words.findings, text: act.findings },
      ];
    case "escalate":
      return [
        { label: words.askedOf, text: act.to },
        { label: words.question, text: act.question },
      ];
    case "answer-escalation":
      return [{ label: words.answer, text: act.answer }];
    case "dispose":
    case "revise": {
      const { entry } = act;
      const code = String(dispositions[entry.disposition].code);
      const name = t.domain.dispositions[entry.disposition];
      return [
        { label: t.form.disposition, text: t.form.option({ code, name }) },
        { label: fields.vehicleId, text: entry.vehicleId },
        { label: fields.containerId, text: entry.containerId },
        { label: fields.isotopes, text: entry.isotopes.join(", ") },
        { label: fields.commodity, text: entry.commodity },
        { label: fields.riidResult, text: entry.riidResult },
        { label: fields.notes, text: entry.notes },
        ...(act.kind === "revise" ? [{ label: words.revisionReason, text: act.reason }] : []),
      ];
    }
    case "reopen":
      return [{ label: words.reopenReason, text: act.reason }];
    case "approve":
    case "reject":
    case "withdraw":
      return [{ label: words.remark, text: act.remark }];
    case "comment":
      return [{ label: "", text: act.text }];
    case "attach":
      return [{ label: "", text: act.attachment.name }];
  }
};

type Proposing = "dispose" | "revise" | "reopen";
const isProposing = (kind: Act["kind"]): kind is Proposing =>
  kind === "dispose" || kind === "revise" || kind === "reopen";
const isAnswer = (kind: Act["kind"]): boolean =>
  kind === "approve" || kind === "reject" || kind === "withdraw";

/**
 * Whether the act at that place of the history did not stand by itself but waited for a second person: the next word on it
 * is an answer, or it waits still.
 */
export const wasProposal = ({ history, proposal }: Adjudication, at: number): boolean => {
  const next = history.slice(at + 1).find(({ act }) => isProposing(act.kind) || isAnswer(act.kind));
  return next === undefined ? proposal !== null : isAnswer(next.act.kind);
};

/** What an answer was about: the latest proposal before it. */
const answered = (history: readonly AlarmCommand[], at: number): Act | null =>
  history.slice(0, at).findLast(({ act }) => isProposing(act.kind))?.act ?? null;

const entryOf = (t: Texts, adjudication: Adjudication, at: number): readonly TimelineEntry[] => {
  const command = adjudication.history[at];
  if (command === undefined) return [];
  const { act, by } = command;
  const { timeline } = t.alarmPage;
  const what =
    isProposing(act.kind) && wasProposal(adjudication, at)
      ? timeline.proposed[act.kind]
      : t.domain.done[act.kind];
  const about = isAnswer(act.kind) ? answered(adjudication.history, at) : null;
  const details = [
    ...(about !== null && isProposing(about.kind)
      ? [
          {
            label: timeline.about[about.kind],
            text:
              about.kind === "reopen"
                ? ""
                : "entry" in about
                  ? t.domain.dispositions[about.entry.disposition]
                  : "",
          },
        ]
      : []),
    ...detailsOf(t, act).filter(({ text }) => text !== ""),
  ];
  return [{ key: command.commandId, at: command.at, what, who: by.name, details }];
};

/** Everything that happened, in order; what happened at the same moment in the order in which it was decided. */
export const timelineOf = (
  t: Texts,
  { alarm, adjudication }: AlarmCase,
  cameAt: WallMs | null,
): readonly TimelineEntry[] => {
  const own = (key: string, at: WallMs | null, what: string): readonly TimelineEntry[] =>
    at === null ? [] : [{ key, at, what, who: "", details: [] }];
  const ended = alarm.vacant === true ? t.detail.historyVacantEnded : t.detail.historyEnded;
  return [
    ...own("raised", alarm.raisedAt, t.detail.historyRaised[alarm.origin]),
    ...own("ended", alarm.endedAt, ended),
    ...own("came", cameAt, t.detail.historyCame),
    ...adjudication.history.flatMap((_, at) => entryOf(t, adjudication, at)),
  ].sort((a, b) => a.at - b.at);
};

/** What others did on the alarm since the version that a command was made for, the oldest first. */
export const changesSince = (
  { version, history }: Pick<Adjudication, "version" | "history">,
  request: CommandRequest,
): readonly AlarmCommand[] => {
  const since = version - request.expectedVersion;
  return since <= 0 ? [] : history.slice(-since).filter(({ commandId }) => commandId !== request.commandId);
};
