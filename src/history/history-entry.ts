import { isClosed } from "../core/alarm-queue.ts";
import { needsSecondPerson } from "../core/adjudication.ts";
import { alarmRowOf } from "../console/rows.ts";
import type { Act, AlarmCase, AlarmCommand, CommandKind } from "../domain/adjudication.ts";
import { commandKinds } from "../domain/adjudication.ts";
import type { DispositionEntry } from "../domain/dispositions.ts";
import type { WallMs } from "../domain/units.ts";
import type { AlarmRow } from "../wire/console.ts";
import { idFragments, marks, plainId, wordsIn, wordTokens } from "./history-words.ts";

export interface HistoryAct {
  readonly at: WallMs;
  readonly officer: string;
  readonly kind: CommandKind;
}

/** What the history keeps of an alarm. It depends on the case alone, so that an index that is built anew is the same. */
export interface HistoryEntry {
  readonly row: AlarmRow;
  /** Not disposed, or still active. */
  readonly isOpen: boolean;
  /** When the first officer did anything about it, and when its first disposition came to stand. */
  readonly acknowledgedAt: WallMs | null;
  readonly disposedAt: WallMs | null;
  /** What it is found by, each token once. */
  readonly tokens: readonly string[];
  /** In order. Later versions of a case only add to them. */
  readonly acts: readonly HistoryAct[];
}

/** 8 000 tokens ≈ 60 kB: some 1 500 different words, of an alarm with many long comments. Further words are not searched. */
const tokensMax = 8000;

export const entryOf = (alarmCase: AlarmCase): HistoryEntry => {
  const { adjudication, latency } = alarmCase;
  const { history } = adjudication;
  const row = alarmRowOf(alarmCase, { cameAt: latency?.decidedAt ?? null, occupancyId: null });
  const isOpen = !isClosed(alarmCase);
  return {
    row,
    isOpen,
    acknowledgedAt: history.find(({ act }) => !commandKinds[act.kind].isRemark)?.at ?? null,
    disposedAt: firstDisposedAt(alarmCase),
    tokens: tokensOf(alarmCase, row, isOpen),
    acts: history.map(({ at, by, act }) => ({ at, officer: by.name, kind: act.kind })),
  };
};

/** With a second person, when that person approved. */
const firstDisposedAt = ({ alarm, adjudication }: AlarmCase): WallMs | null => {
  let isProposed = false;
  for (const { act, at } of adjudication.history) {
    switch (act.kind) {
      case "dispose":
        if (!needsSecondPerson({ disposal: null }, alarm.kind, act)) return at;
        isProposed = true;
        break;
      case "approve":
        if (isProposed) return at;
        break;
      case "reject":
      case "withdraw":
        isProposed = false;
        break;
      case "acknowledge":
      case "claim":
      case "renew":
      case "release":
      case "take-over":
      case "request-secondary":
      case "start-secondary":
      case "complete-secondary":
      case "escalate":
      case "answer-escalation":
      case "revise":
      case "reopen":
      case "comment":
      case "attach":
    }
  }
  return adjudication.disposal?.at ?? null;
};

/** What was said of the load, whether or not it stands. */
const entriesOf = ({ adjudication }: AlarmCase): readonly DispositionEntry[] => {
  const acted = adjudication.history.flatMap(({ act }) =>
    act.kind === "dispose" || act.kind === "revise" ? [act.entry] : [],
  );
  return adjudication.disposal === null ? acted : [adjudication.disposal.entry, ...acted];
};

const textsOf = (act: Act): readonly string[] => {
  switch (act.kind) {
    case "request-secondary":
      return [act.instructions];
    case "complete-secondary":
      return [act.riidResult, act.findings];
    case "escalate":
      return [act.to, act.question];
    case "answer-escalation":
      return [act.answer];
    case "revise":
    case "reopen":
      return [act.reason];
    case "approve":
    case "reject":
    case "withdraw":
      return [act.remark];
    case "comment":
      return [act.text];
    case "attach":
      return [act.attachment.name];
    case "acknowledge":
    case "claim":
    case "take-over":
    case "renew":
    case "release":
    case "start-secondary":
    case "dispose":
      return [];
  }
};

/** `Cs-137` and `137Cs` are one. */
const isotopeWords = (isotope: string): readonly string[] => {
  const plain = plainId(isotope);
  const letters = plain.replace(/\p{N}+/gu, "");
  const digits = plain.replace(/\p{L}+/gu, "");
  return [plain, letters, digits, letters + digits, digits + letters].filter((word) => word.length > 0);
};

const markTokens = (row: AlarmRow, isOpen: boolean, history: readonly AlarmCommand[]): readonly string[] => [
  ...(isOpen ? [marks.open] : []),
  marks.lane(row.laneId),
  marks.kind(row.kind),
  marks.state(row.state),
  marks.loadClass(row.loadClass),
  ...(row.disposition === null ? [] : [marks.disposition(row.disposition)]),
  ...history.map(({ by }) => marks.officer(by.name)),
];

const tokensOf = (alarmCase: AlarmCase, row: AlarmRow, isOpen: boolean): readonly string[] => {
  const { alarm, adjudication } = alarmCase;
  const entries = entriesOf(alarmCase);
  const ids = new Set(entries.flatMap(({ vehicleId, containerId }) => [vehicleId, containerId]));
  const plainIds = [...new Set([...ids].map(plainId))].filter((id) => id.length > 0);
  const tokens = new Set(markTokens(row, isOpen, adjudication.history));
  for (const id of plainIds) {
    tokens.add(marks.id(id));
    for (const fragment of idFragments(id)) tokens.add(fragment);
  }
  const words = new Set([
    ...wordsIn(alarm.laneId),
    ...(alarm.occupancyNumber === null ? [] : [String(alarm.occupancyNumber)]),
    ...entries.flatMap(({ isotopes }) => isotopes.flatMap(isotopeWords)),
    // The pieces of an id are found by its fragments, but for pieces of one or two characters.
    ...[...ids].flatMap(wordsIn).map((piece) => Array.from(piece).slice(0, 2).join("")),
  ]);
  const texts = new Set([
    ...entries.flatMap(({ commodity, riidResult, notes }) => [commodity, riidResult, notes]),
    ...adjudication.history.flatMap(({ by, act }) => [by.name, ...textsOf(act)]),
  ]);
  for (const text of texts) for (const word of wordsIn(text)) words.add(word);
  for (const word of words) {
    if (tokens.size >= tokensMax) break;
    for (const token of wordTokens(word)) tokens.add(token);
  }
  return [...tokens];
};
