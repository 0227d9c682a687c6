/** All tensors of the network and of the file, those that do not match first. */
import { Fragment } from 'react';
import type { MatchRow, MatchStatus } from '../../weights/match/matchWeights.ts';
import { ScrollTable } from '../ScrollTable.tsx';
import { t } from '../../text/t.ts';

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
  missing: t`missing`,
  'wrong shape': t`wrong shape`,
  unusable: t`unusable`,
  'changes the function': t`changes the function`,
  unexpected: t`not used`,
  assumed: t`assumed`,
  matched: t`matched`,
};
const COUNTED: Readonly<Record<MatchStatus, (n: number) => string>> = {
  missing: (n) => t`${n} missing`,
  'wrong shape': (n) => t`${n} wrong shape`,
  unusable: (n) => t`${n} unusable`,
  'changes the function': (n) => t`${n} changes the function`,
  unexpected: (n) => t`${n} not used`,
  assumed: (n) => t`${n} assumed`,
  matched: (n) => t`${n} matched`,
};

/** `All 97 tensors match.`, or `2 missing, 4 wrong shape, 91 matched.` */
export function summaryOf(rows: readonly MatchRow[]): string {
  if (rows.every(({ status }) => status === 'matched')) return t`All ${rows.length} tensors match.`;
  const parts = STATUSES.flatMap((status) => {
    const n = rows.filter((row) => row.status === status).length;
    return n === 0 ? [] : [COUNTED[status](n)];
  });
  return t`${parts.join(t`, `)}.`;
}

export function MatchTable({ rows }: { rows: readonly MatchRow[] }) {
  const ordered = [...rows].sort((a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status));
  return (
    <ScrollTable
      label={t`Tensors of the network and of the file`}
      columns={[t`Tensor`, t`Network`, t`File`, t`Result`]}
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
            {why !== '' && status !== 'wrong shape' && <span className="faint">{t`: ${why}`}</span>}
          </Fragment>,
        ],
      }))}
    />
  );
}

function shapeText(shape: readonly number[] | null): string {
  if (shape === null) return '–';
  return shape.length === 0 ? t`a number` : shape.join('×');
}
