/** The table of runs. Every column sorts; if there is a baseline, every number shows its difference from it. */
import { memo, useState } from 'react';
import {
  COLUMNS,
  type ColumnKey,
  type LibraryRow,
  type Sorting,
  type SortKey,
} from '../../app/library/rows.ts';
import { usePage } from '../context.ts';
import { ScrollArea } from '../ScrollArea.tsx';
import { NameCell } from './NameCell.tsx';
import { NumberCell } from './NumberCell.tsx';
import { PinCell } from './PinCell.tsx';
import { RowActions } from './RowActions.tsx';
import { locale } from '../../text/language.ts';
import { t } from '../../text/t.ts';

interface RunTableProps {
  readonly rows: readonly LibraryRow[];
  readonly baseline: LibraryRow | null;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}

export function RunTable({ rows, baseline, sorting, onSort }: RunTableProps) {
  /** The row whose name is being edited. */
  const [renamed, setRenamed] = useState<string | null>(null);
  const header = { sorting, onSort };
  return (
    <ScrollArea label={t`Table of runs`}>
      <table className="run-table">
        <caption className="visually-hidden">{t`Live and kept runs`}</caption>
        <thead>
          <tr>
            <th scope="col">{t`Draw`}</th>
            <SortHeader {...header} sortKey="name" title={t`Run`} />
            {COLUMNS.map(({ key, title, ...column }) => (
              <SortHeader
                key={key}
                {...header}
                sortKey={key satisfies ColumnKey}
                title={title}
                {...('hint' in column ? { hint: column.hint } : {})}
              />
            ))}
            <SortHeader {...header} sortKey="date" title={t`Kept`} />
            <th scope="col">
              <span className="visually-hidden">{t`Actions`}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <RunRow
              key={row.id}
              row={row}
              baseline={baseline}
              isEdited={renamed === row.id}
              onEdit={setRenamed}
            />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

interface RunRowProps extends Pick<RunTableProps, 'baseline'> {
  readonly row: LibraryRow;
  /** Its name is being edited. */
  readonly isEdited: boolean;
  /** Starts editing the name of this row; null: ends editing. */
  readonly onEdit: (id: string | null) => void;
}

/** Redrawn only when its run, or a live baseline, has changed. */
const RunRow = memo(function RunRow({ row, baseline, isEdited, onEdit }: RunRowProps) {
  const isBaseline = row.id === baseline?.id;
  const isUnkept = usePage(({ library }) =>
    library.unkept.some(({ about }) => about.id === row.id),
  );
  return (
    <tr className={isBaseline ? 'is-baseline' : undefined}>
      <PinCell row={row} />
      <NameCell row={row} isBaseline={isBaseline} isEdited={isEdited} onEdit={onEdit} />
      {COLUMNS.map((column) => (
        <NumberCell key={column.key} column={column} row={row} baseline={baseline} />
      ))}
      <td className="date">
        {isUnkept ? <span className="faint">{t`not kept`}</span> : dateOf(row)}
      </td>
      <RowActions row={row} isBaseline={isBaseline} onEdit={onEdit} />
    </tr>
  );
});

interface SortHeaderProps extends Pick<RunTableProps, 'sorting' | 'onSort'> {
  readonly sortKey: SortKey;
  readonly title: string;
  readonly hint?: string;
}

/** Sorts by its column: numbers and dates descending first, names ascending. */
function SortHeader({ sortKey, title, hint, sorting, onSort }: SortHeaderProps) {
  const isSorted = sorting.key === sortKey;
  const startsDescending = sortKey !== 'name';
  const descending = isSorted ? !sorting.descending : startsDescending;
  const order = sorting.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={isSorted ? order : 'none'}>
      <button
        type="button"
        className="sort"
        title={hint}
        onClick={() => onSort({ key: sortKey, descending })}
      >
        {title}
        <span aria-hidden="true" className="arrow">
          {isSorted ? (sorting.descending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  );
}

const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });

/** `22 Nov 08:40`; of a live run, whether it is also in the library. */
function dateOf({ runId, stored }: LibraryRow) {
  if (stored === null) return runId === null ? '' : <span className="faint">{t`not yet`}</span>;
  const date = new Date(stored.keptAtMs);
  return (
    <time dateTime={date.toISOString()}>
      {day.format(date)} <span className="faint">{time.format(date)}</span>
    </time>
  );
}
