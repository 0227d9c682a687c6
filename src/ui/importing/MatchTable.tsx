/** Every tensor of network and file side by side, what did not match first. */
import type { MatchRow, MatchStatus } from '../../weights/match/matchWeights.ts';
import { ScrollArea } from '../ScrollArea.tsx';

/** In the order in which they are shown. */
const STATUSES: readonly MatchStatus[] = [
  'missing',
  'wrong shape',
  'unusable',
  'unexpected',
  'assumed',
  'matched',
];
const LABELS: Readonly<Record<MatchStatus, string>> = {
  missing: 'missing',
  'wrong shape': 'wrong shape',
  unusable: 'unusable',
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
    <ScrollArea label="Tensors of the network and of the file">
      <table className="match-table">
        <thead>
          <tr>
            <th scope="col">Tensor</th>
            <th scope="col">Network</th>
            <th scope="col">File</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          {ordered.map((row) => (
            <tr key={`${row.name} ${row.fileName}`} className={row.status.replace(' ', '-')}>
              <th scope="row">
                {row.name}
                {row.fileName !== null && row.fileName !== row.name && (
                  <span className="faint"> ({row.fileName})</span>
                )}
              </th>
              <td>{shapeText(row.shape)}</td>
              <td>{shapeText(row.fileShape)}</td>
              <td>
                {LABELS[row.status]}
                {row.why !== '' && row.status !== 'wrong shape' && (
                  <span className="faint">: {row.why}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function shapeText(shape: readonly number[] | null): string {
  if (shape === null) return '–';
  return shape.length === 0 ? 'a number' : shape.join('×');
}
