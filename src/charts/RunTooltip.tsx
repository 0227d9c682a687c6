/** Values of the runs at the cursor: a row per run, at most five. */
import type { ReactNode } from 'react';
import type { DrawnRun } from './drawnRun.ts';
import { runColour } from './palette.ts';
import { t } from '../text/t.ts';

interface TooltipRow {
  readonly run: Pick<DrawnRun, 'colourIndex'>;
  /** The run, or one of its layers. */
  readonly name: string;
  readonly cells: readonly string[];
  /** Its line at the cursor, pixels from the top; NaN if there is none. */
  readonly y: number;
}

const MAX_TOOLTIP_ROWS = 5;

interface RunTooltipProps {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly TooltipRow[];
  /** The rows whose lines are nearest to it are shown; null: the first ones. */
  readonly pointerY: number | null;
}

/** The rows to show, in order. */
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
            <td colSpan={columns.length + 1}>{t`${left} more`}</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

interface PlotTooltipProps {
  /** The cursor, and the width of the chart; pixels. */
  readonly at: number;
  readonly width: number;
  readonly children: ReactNode;
}

/** Beside the cursor, on the side with more room. */
export function PlotTooltip({ at, width, children }: PlotTooltipProps) {
  const place = at > width / 2 ? { right: width - at + 12 } : { left: at + 12 };
  return (
    <div className="plot-tooltip" style={place} aria-live="polite">
      {children}
    </div>
  );
}
