import type { JSX } from "preact";
import type { WallMs } from "../../../domain/units.ts";
import type { ComparedOccupancy } from "../../../wire/replay.ts";
import { useStore, useTexts } from "../store.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import type { Column } from "../ui/table.tsx";
import { Table } from "../ui/table.tsx";
import { differenceText } from "./decisions.tsx";
import { type Effect, effectOf } from "./replay-state.ts";

/** An occupancy that was replayed, or why it was not. */
export type EffectRow =
  | {
      readonly kind: "compared";
      readonly key: string;
      readonly at: WallMs;
      readonly occupancy: ComparedOccupancy;
    }
  | { readonly kind: "failed"; readonly key: string; readonly at: WallMs; readonly why: string };

const looks = {
  none: "neutral",
  stays: "neutral",
  "stays-changed": "watch",
  goes: "good",
  comes: "alarm",
} as const satisfies Record<Effect, string>;

interface EffectTableProps {
  readonly caption: string;
  readonly rows: readonly EffectRow[];
  readonly show: (occupancy: ComparedOccupancy) => void;
  readonly testId: string;
}

/** What a proposal does to each of several occupancies. */
export const EffectTable = ({ caption, rows, show, testId }: EffectTableProps): JSX.Element => {
  const { siteTime } = useStore();
  const t = useTexts();
  const columns: readonly Column<EffectRow>[] = [
    { key: "when", heading: t.replay.when, cell: ({ at }) => siteTime.value.dateTime(at) },
    {
      key: "effect",
      heading: t.replay.effect,
      cell: (row) => {
        if (row.kind === "failed") return "–";
        const effect = effectOf(row.occupancy);
        return <Badge look={looks[effect]}>{t.replay.effects[effect]}</Badge>;
      },
    },
    {
      key: "words",
      heading: t.replay.decisions,
      cell: (row) => (row.kind === "failed" ? row.why : differenceText(t, row.occupancy)),
    },
    {
      key: "show",
      heading: t.replay.show,
      cell: (row) =>
        row.kind === "failed" ? null : (
          <Button
            look="quiet"
            aria-label={`${t.replay.show} ${siteTime.value.dateTime(row.at)}`}
            onClick={() => show(row.occupancy)}
          >
            {t.replay.show}
          </Button>
        ),
    },
  ];
  return (
    <Table
      caption={caption}
      isCaptionShown
      columns={columns}
      rows={rows}
      keyOf={({ key }) => key}
      testId={testId}
    />
  );
};
