/** The line between two nets, and how high the barrier on it is. */
import { barrierOf, errorOf, lineCsv } from '../../app/lines.ts';
import { formatSigned } from '../../charts/format.ts';
import type { LineResult } from '../../training/studies/study.ts';
import type { Subject } from '../studies/useStudies.ts';
import { BetweenFigure } from './BetweenFigure.tsx';
import { LINE_NOTES, LINE_TITLE } from './geometryNotes.ts';
import { t } from '../../text/t.ts';

interface LineFigureProps {
  readonly from: Subject;
  readonly to: Subject;
  /** Of the first; null for a kept run. */
  readonly step: number | null;
  readonly result: LineResult;
}

export function LineFigure({ from, to, step, result }: LineFigureProps) {
  const { rows } = result;
  return (
    <BetweenFigure
      {...{ from, to, step, result }}
      ways={[
        { split: 'train', name: t`training images`, rows },
        { split: 'test', name: t`test images`, rows },
      ]}
      title={LINE_TITLE}
      caption={captionOf(result)}
      notes={LINE_NOTES}
      fileName="line-between-networks"
      csv={() => lineCsv(from.run.name, to.run.name, result)}
      table={{ summary: t`This line as a table`, label: t`Table of the line` }}
    />
  );
}

function captionOf(result: LineResult): string {
  const loss = barrierOf(result, ({ train }) => train.loss);
  const error = barrierOf(result, (row) => errorOf(row, 'test'));
  if (loss === null || error === null) return t`The barrier is known when the line is whole.`;
  return t`Barrier: ${formatSigned(loss)} in training loss, ${formatSigned(Number((100 * error).toFixed(1)))} points in test error (the highest point less the mean of the ends).`;
}
