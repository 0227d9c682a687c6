/** A number of a run, and its difference from the baseline's. */
import { t } from '../../text/t.ts';
import {
  type Column,
  type ColumnKey,
  type Delta,
  deltaOf,
  type LibraryRow,
} from '../../app/library/rows.ts';
import { formatCount, formatPercent, formatShort, formatValue } from '../../charts/format.ts';

interface Format {
  readonly value: (value: number) => string;
  /** Of a difference above 0. */
  readonly amount: (amount: number) => string;
}

const FORMATS: Readonly<Record<ColumnKey, Format>> = {
  parameters: { value: formatCount, amount: formatCount },
  step: { value: formatCount, amount: formatCount },
  bestAccuracy: { value: formatPercent, amount: (share) => t`${(100 * share).toFixed(1)} pts` },
  lastAccuracy: { value: formatPercent, amount: (share) => t`${(100 * share).toFixed(1)} pts` },
  gradientRatio: { value: formatValue, amount: formatValue },
  imagesPerSecond: { value: formatShort, amount: formatShort },
};

const STATUS = { live: null, finished: null, diverged: t`diverged` } as const;

interface NumberCellProps {
  readonly column: Column & { readonly key: ColumnKey };
  readonly row: LibraryRow;
  readonly baseline: LibraryRow | null;
}

export function NumberCell({ column, row, baseline }: NumberCellProps) {
  const value = column.value(row);
  const { value: format, amount } = FORMATS[column.key];
  const isOther = baseline !== null && baseline.id !== row.id;
  const delta = isOther ? deltaOf(column, row, baseline) : null;
  return (
    <td>
      {value === null ? '–' : format(value)}
      {column.key === 'step' && (
        <span className="note">
          {STATUS[row.status] ??
            (row.step < row.config.training.steps
              ? t`of ${formatCount(row.config.training.steps)}`
              : '')}
        </span>
      )}
      {delta !== null && <DeltaNote delta={delta} format={amount} />}
    </td>
  );
}

function DeltaNote({ delta, format }: { delta: Delta; format: Format['amount'] }) {
  const { amount, isBetter } = delta;
  const kind = isBetter === null ? '' : isBetter ? ' better' : ' worse';
  return (
    <span className={`delta${kind}`}>
      {amount > 0 ? '+' : '−'}
      {format(Math.abs(amount))}
      {isBetter !== null && (
        <span className="visually-hidden">{isBetter ? t`, better` : t`, worse`}</span>
      )}
    </span>
  );
}
