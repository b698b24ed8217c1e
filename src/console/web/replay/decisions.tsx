import type { JSX } from "preact";
import type { AlarmKind } from "../../../domain/alarms.ts";
import type { RuleName } from "../../../domain/rules.ts";
import { ruleNames } from "../../../domain/rules.ts";
import type { ComparedOccupancy, Judged, RuleCourse } from "../../../wire/replay.ts";
import { useTexts } from "../store.ts";
import type { Texts } from "../texts/catalog.ts";
import type { Column } from "../ui/table.tsx";
import { Table } from "../ui/table.tsx";
import { DecisionChart } from "./decision-chart.tsx";

/** What the proposal changes, in words. */
export const differenceText = ({ replay: t }: Texts, { comparison }: ComparedOccupancy): string => {
  const { present, proposed, intervalsLater } = comparison;
  const standing =
    present === proposed
      ? t.same({ standing: t.standings[present] })
      : t.changed({ present: t.standings[present], proposed: t.standings[proposed] });
  if (intervalsLater === null) return standing;
  const when =
    intervalsLater === 0
      ? t.sameTime
      : intervalsLater < 0
        ? t.earlier(-intervalsLater)
        : t.later(intervalsLater);
  return `${standing} ${when}`;
};

interface RuleRow {
  readonly rule: RuleName;
  readonly present: RuleCourse | undefined;
  readonly proposed: RuleCourse | undefined;
}

const ruleRows = ({ present, proposed }: ComparedOccupancy): readonly RuleRow[] =>
  ruleNames.flatMap((rule) => {
    const [a, b] = [present, proposed].map((judged) => judged?.rules.find((each) => each.rule === rule));
    return a === undefined && b === undefined ? [] : [{ rule, present: a, proposed: b }];
  });

const heldText = (t: Texts, course: RuleCourse | undefined): string => {
  if (course === undefined) return t.replay.off;
  const { first, held } = course;
  if (first === null) return course.strongest === null ? t.replay.undecided : t.replay.never;
  return t.replay.heldFrom(held, { first: t.format.seconds(first.interval * 0.2, 1) });
};

const figuresText = (t: Texts, course: RuleCourse | undefined): string => {
  const strongest = course?.strongest ?? null;
  if (strongest === null) return t.chart.notMeasured;
  const { statistic, threshold } = strongest;
  const shown = (value: number): string => t.format.number(value, Number.isInteger(value) ? 0 : 2);
  return t.replay.against({ value: shown(statistic), limit: shown(threshold) });
};

const Rules = ({ occupancy }: { readonly occupancy: ComparedOccupancy }): JSX.Element => {
  const t = useTexts();
  const columns: readonly Column<RuleRow>[] = [
    { key: "rule", heading: t.replay.rule, cell: ({ rule }) => t.domain.rules[rule] },
    { key: "present", heading: t.replay.presentHeld, cell: ({ present }) => heldText(t, present) },
    {
      key: "present-figures",
      heading: t.replay.presentFigures,
      cell: ({ present }) => figuresText(t, present),
      isFigure: true,
    },
    { key: "proposed", heading: t.replay.proposedHeld, cell: ({ proposed }) => heldText(t, proposed) },
    {
      key: "proposed-figures",
      heading: t.replay.proposedFigures,
      cell: ({ proposed }) => figuresText(t, proposed),
      isFigure: true,
    },
  ];
  return (
    <Table
      caption={t.replay.rules}
      isCaptionShown
      columns={columns}
      rows={ruleRows(occupancy)}
      keyOf={({ rule }) => rule}
      testId="replay-rules"
    />
  );
};

interface AlarmRowOf {
  readonly kind: AlarmKind;
  readonly present: string;
  readonly proposed: string;
}

const alarmText = (t: Texts, judged: Judged | null, kind: AlarmKind): string => {
  const alarm = judged?.alarms.find((each) => each.kind === kind);
  if (alarm === undefined) return t.chart.notMeasured;
  const load = t.domain.loadClasses[alarm.loadClass];
  return alarm.withheld
    ? t.replay.withheldAs({ load })
    : t.replay.told({ time: t.format.seconds(alarm.raisedInterval * 0.2, 1), load });
};

const Alarms = ({ occupancy }: { readonly occupancy: ComparedOccupancy }): JSX.Element | null => {
  const t = useTexts();
  const { present, proposed } = occupancy;
  const kinds = [
    ...new Set([present, proposed].flatMap((side) => side?.alarms ?? []).map(({ kind }) => kind)),
  ];
  if (kinds.length === 0) return null;
  const columns: readonly Column<AlarmRowOf>[] = [
    { key: "kind", heading: t.replay.alarm, cell: ({ kind }) => t.domain.alarmKinds[kind] },
    { key: "present", heading: t.replay.present, cell: (row) => row.present },
    { key: "proposed", heading: t.replay.proposed, cell: (row) => row.proposed },
  ];
  const rows = kinds.map((kind) => ({
    kind,
    present: alarmText(t, present, kind),
    proposed: alarmText(t, proposed, kind),
  }));
  return (
    <Table
      caption={t.replay.alarms}
      isCaptionShown
      columns={columns}
      rows={rows}
      keyOf={({ kind }) => kind}
      testId="replay-alarms"
    />
  );
};

/** Both decisions on one occupancy: in words, on one chart, rule by rule and alarm by alarm. */
export const Decisions = ({ occupancy }: { readonly occupancy: ComparedOccupancy }): JSX.Element => {
  const t = useTexts();
  const isOpen = occupancy.present?.ending === null && occupancy.present.profile.gamma.length > 0;
  return (
    <div class="replay-decisions" data-testid="replay-decisions">
      <p class="replay-difference" role="status" data-testid="replay-difference">
        {differenceText(t, occupancy)}
      </p>
      {isOpen && <p class="quiet">{t.replay.stillOpen}</p>}
      <DecisionChart occupancy={occupancy} />
      <Rules occupancy={occupancy} />
      <Alarms occupancy={occupancy} />
    </div>
  );
};
