/** All tensors of the network and of the file, those that do not match first. */
import { Fragment } from 'react';
import type { MatchRow, MatchStatus } from '../../weights/match/matchWeights.ts';
import { ScrollTable } from '../ScrollTable.tsx';

/** In the order shown. */
const STATUSES: readonly MatchStatus[] = [
  'missing',
  'wrong shape',
  'unusable',
  'changes the function',
  'unexpected',
  'assumed',
  'matched',
];
const LABELS: Readonly<Record<MatchStatus, string>> = {
  missing: 'missing',
  'wrong shape': 'wrong shape',
  unusable: 'unusable',
  'changes the function': 'changes the function',
  unexpected: 'not used',
  assumed: 'assumed',
  matched: 'matched',
};

/** `All 97 tensors match.`, or `2 missing, 4 wrong shape, 91 matched.` */
export function summaryOf(rows: readonly MatchRow[]): string {
  if (rows.every(({ status }) => status === 'matched')) return `All ${rows.length} tensors match.`;
  const counts = STATUSES.map(
    (status) => [LABELS[status], rows.filter((row) => row.status === status).length] as const,
  );
  const parts = counts.filter(([, count]) => count > 0).map(([label, n]) => `${n} ${label}`);
  return `${parts.join(', ')}.`;
}

export function MatchTable({ rows }: { rows: readonly MatchRow[] }) {
  const ordered = [...rows].sort((a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status));
  return (
    <ScrollTable
      label="Tensors of the network and of the file"
      columns={['Tensor', 'Network', 'File', 'Result']}
      rows={ordered.map(({ name, fileName, shape, fileShape, status, why }) => ({
        key: `${name} ${fileName}`,
        className: status.replaceAll(' ', '-'),
        head: (
          <>
            {name}
            {fileName !== null && fileName !== name && <span className="faint"> ({fileName})</span>}
          </>
        ),
        cells: [
          shapeText(shape),
          shapeText(fileShape),
          <Fragment key="result">
            {LABELS[status]}
            {why !== '' && status !== 'wrong shape' && <span className="faint">: {why}</span>}
          </Fragment>,
        ],
      }))}
    />
  );
}

function shapeText(shape: readonly number[] | null): string {
  if (shape === null) return '–';
  return shape.length === 0 ? 'a number' : shape.join('×');
}
