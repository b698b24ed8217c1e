import type { ComponentChildren, JSX } from "preact";

export interface Column<Row> {
  readonly key: string;
  readonly heading: ComponentChildren;
  readonly cell: (row: Row) => ComponentChildren;
  /** Figures stand at the end of their column, words at the start. */
  readonly isFigure?: boolean;
}

interface TableProps<Row> {
  /** Said to those who listen; shown too where `isCaptionShown`. */
  readonly caption: string;
  readonly isCaptionShown?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly testId?: string;
}

/** The first column names the row. Wider than its place it scrolls by itself, by keyboard too. */
export const Table = <Row,>({
  caption,
  isCaptionShown = false,
  columns,
  rows,
  keyOf,
  testId,
}: TableProps<Row>): JSX.Element => (
  <div class="table-scroll" tabIndex={0} role="region" aria-label={caption}>
    <table class="table" {...(testId === undefined ? {} : { "data-testid": testId })}>
      <caption class={isCaptionShown ? "" : "visually-hidden"}>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ key, heading, isFigure }) => (
            <th key={key} scope="col" data-figure={isFigure === true}>
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ key, cell, isFigure }, at) =>
              at === 0 ? (
                <th key={key} scope="row" data-figure={isFigure === true}>
                  {cell(row)}
                </th>
              ) : (
                <td key={key} data-figure={isFigure === true}>
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
