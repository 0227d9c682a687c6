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
import { t } from '../../text/t.ts';

export function RunsView() {
  const library = useLibrary();
  const [sorting, setSorting] = useState<Sorting>({ key: 'date', descending: true });
  const { stored, unkept, damaged, newer, failure, baseline } = usePage((state) => ({
    stored: state.library.runs,
    unkept: state.library.unkept,
    newer: state.library.newer,
    damaged: state.library.damaged,
    failure: state.library.failure,
    baseline: state.library.baseline,
  }));
  const rows = useRows();
  const kept = (stored ?? []).filter(({ id }) => !unkept.some(({ about }) => about.id === id));
  const bytes = kept.reduce((sum, run) => sum + run.bytes, 0);
  return (
    <div className="column library">
      <ErrorText>{failure}</ErrorText>
      <KeptRunVerification />
      {damaged.length > 0 && (
        <p className="error" role="alert">
          {damaged.length === 1
            ? t`A kept run can’t be read: ${damaged[0]?.reason ?? ''}. The others are not affected.`
            : t`${damaged.length} kept runs can’t be read: ${damaged[0]?.reason ?? ''}. The others are not affected.`}{' '}
          <button type="button" className="link" onClick={() => void library.removeDamaged()}>
            {damaged.length === 1 ? t`Delete it` : t`Delete them`}
          </button>
        </p>
      )}
      {newer > 0 && (
        <p className="hint">
          {newer === 1
            ? t`One more run was kept by a newer version of this page, which can read it. They stay here.`
            : t`${formatCount(newer)} more runs were kept by a newer version of this page, which can read them. They stay here.`}
        </p>
      )}
      <RunTable
        rows={sortRows(rows, sorting)}
        baseline={rows.find(({ id }) => id === baseline) ?? null}
        sorting={sorting}
        onSort={setSorting}
      />
      <p className="row hint">
        {kept.length === 0
          ? t`A run is kept here, with its curves and weights, when it finishes and before it is removed, reset or rebuilt.`
          : kept.length === 1
            ? t`1 run kept in this browser, ${formatBytes(bytes)}.`
            : t`${formatCount(kept.length)} runs kept in this browser, ${formatBytes(bytes)}.`}
        {kept.length > 0 && (
          <button
            type="button"
            className="link"
            onClick={() => void library.delete(kept.map(({ id }) => id))}
          >{t`Delete all kept runs`}</button>
        )}
      </p>
      {rows.length > 1 && <Compare rows={rows} baseline={baseline} />}
    </div>
  );
}
