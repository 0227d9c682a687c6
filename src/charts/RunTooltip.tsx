/** Values of the runs at the cursor: a row a run, at most five. */
import type { DrawnRun } from './drawnRun.ts';
import { runColour } from './palette.ts';

export interface TooltipRow {
  readonly run: Pick<DrawnRun, 'colourIndex'>;
  /** Of the run, or of a layer of it. */
  readonly name: string;
  readonly cells: readonly string[];
  /** Where its line is at the cursor, pixels from the top; NaN where it is not. */
  readonly y: number;
}

export const MAX_TOOLTIP_ROWS = 5;

interface RunTooltipProps {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly TooltipRow[];
  /** Where the pointer is: rows whose lines are nearest are kept. Null: the first ones. */
  readonly pointerY: number | null;
}

/** The rows to show, in their order. */
export function nearestRows(rows: readonly TooltipRow[], pointerY: number | null): TooltipRow[] {
  if (rows.length <= MAX_TOOLTIP_ROWS) return [...rows];
  const distance = ({ y }: TooltipRow) =>
    pointerY === null ? 0 : Number.isFinite(y) ? Math.abs(y - pointerY) : Number.MAX_VALUE;
  const near = new Set(
    [...rows].sort((a, b) => distance(a) - distance(b)).slice(0, MAX_TOOLTIP_ROWS),
  );
  return rows.filter((row) => near.has(row));
}

export function RunTooltip({ caption, columns, rows, pointerY }: RunTooltipProps) {
  const shown = nearestRows(rows, pointerY);
  const left = rows.length - shown.length;
  return (
    <table className="tooltip">
      <caption>{caption}</caption>
      {columns.length > 1 && (
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
      )}
      <tbody>
        {shown.map(({ run, name, cells }) => (
          <tr key={name}>
            <th scope="row" style={{ color: runColour(run.colourIndex) }}>
              {name}
            </th>
            {columns.map((column, i) => (
              <td key={column}>{cells[i]}</td>
            ))}
          </tr>
        ))}
      </tbody>
      {left > 0 && (
        <tfoot>
          <tr>
            <td colSpan={columns.length + 1}>{left} more</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
