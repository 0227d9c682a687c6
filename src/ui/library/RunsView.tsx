/** The library: every live or kept run in one table, and two of them compared field by field. */
import { useState } from 'react';
import { type Sorting, sortRows } from '../../app/library/rows.ts';
import { formatBytes, formatCount } from '../../charts/format.ts';
import { usePage } from '../context.ts';
import { ErrorText } from '../ErrorText.tsx';
import { KeptRunVerification } from '../VerificationNote.tsx';
import { Compare } from './Compare.tsx';
import { RunTable } from './RunTable.tsx';
import { useLibrary } from './useLibrary.ts';
import { useRows } from './useRows.ts';
import './library.css';

export function RunsView() {
  const library = useLibrary();
  const [sorting, setSorting] = useState<Sorting>({ key: 'date', descending: true });
  const { stored, damaged, failure, baseline } = usePage((state) => ({
    stored: state.library.runs,
    damaged: state.library.damaged,
    failure: state.library.failure,
    baseline: state.library.baseline,
  }));
  const rows = useRows();
  const bytes = stored?.reduce((sum, run) => sum + run.bytes, 0) ?? 0;
  return (
    <div className="column library">
      <ErrorText>{failure}</ErrorText>
      <KeptRunVerification />
      {damaged.length > 0 && (
        <p className="error" role="alert">
          {damaged.length === 1 ? 'A kept run' : `${damaged.length} kept runs`} can’t be read:{' '}
          {damaged[0]?.reason}. The others are not affected.{' '}
          <button type="button" className="link" onClick={() => void library.removeDamaged()}>
            Delete {damaged.length === 1 ? 'it' : 'them'}
          </button>
        </p>
      )}
      <RunTable
        rows={sortRows(rows, sorting)}
        baseline={rows.find(({ id }) => id === baseline) ?? null}
        sorting={sorting}
        onSort={setSorting}
      />
      <p className="row hint">
        {stored === null || stored.length === 0
          ? 'A run is kept here, with its curves and weights, when it finishes and before it is removed, reset or rebuilt.'
          : `${formatCount(stored.length)} ${stored.length === 1 ? 'run' : 'runs'} kept in this browser, ${formatBytes(bytes)}.`}
        {stored !== null && stored.length > 0 && (
          <button
            type="button"
            className="link"
            onClick={() => void library.delete(stored.map(({ id }) => id))}
          >
            Delete all kept runs
          </button>
        )}
      </p>
      {rows.length > 1 && <Compare rows={rows} baseline={baseline} />}
    </div>
  );
}
