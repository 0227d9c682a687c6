/** The line between two nets: how high the barrier is, the curves and their numbers. */
import { useId, useRef } from 'react';
import { barrierOf, errorOf, lineCsv } from '../../app/lines.ts';
import { formatCount, formatPerCent, formatSigned, formatValue } from '../../charts/format.ts';
import { LineBetweenPlot, type LineOfSplit } from '../../charts/geometry/LineBetweenPlot.tsx';
import { panelsHeight } from '../../charts/geometry/panels.ts';
import { useSize } from '../../charts/useSize.ts';
import type { LineResult } from '../../training/studies/study.ts';
import { ScrollTable } from '../ScrollTable.tsx';
import { namedStep, StudyFigure } from '../studies/StudyFigure.tsx';
import type { Subject } from '../studies/useStudies.ts';
import { SHEET_WIDTH, TEST_COLOUR, TRAIN_COLOUR } from './betweenStyle.ts';
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
  const frame = useRef<HTMLDivElement>(null);
  const width = useSize(frame)?.width ?? 700;
  const clipId = useId();
  const { rows } = result;
  const splits = [
    ['train', t`training images`, TRAIN_COLOUR],
    ['test', t`test images`, TEST_COLOUR],
  ] as const;
  const plot = {
    ends: [from.run.name, to.run.name] as const,
    clipId,
    splits: splits.map(([split, name, colourIndex]): LineOfSplit => {
      return {
        ...{ name, colourIndex, alpha: rows.map(({ alpha }) => alpha) },
        loss: rows.map((row) => row[split].loss),
        error: rows.map((row) => 100 * errorOf(row, split)),
      };
    }),
  };
  return (
    <StudyFigure
      title={LINE_TITLE}
      caption={captionOf(result)}
      notes={LINE_NOTES}
      fileName="line-between-networks"
      origin={t`${namedStep(from.run.name, step, formatCount)} to ${namedStep(to.run.name, result.toStep, formatCount)}: ${formatCount(result.images)} training images and ${formatCount(result.testImages)} test images.`}
      sheet={{
        ...{ width: SHEET_WIDTH, height: panelsHeight(SHEET_WIDTH), nets: [] },
        children: <LineBetweenPlot {...plot} width={SHEET_WIDTH} />,
      }}
      csv={() => lineCsv(from.run.name, to.run.name, result)}
      table={
        <details>
          <summary>{t`This line as a table`}</summary>
          <ScrollTable
            label={t`Table of the line`}
            columns={[
              t`place`,
              ...splits.flatMap(([, name]) => [t`loss, ${name}`, t`error, ${name}`]),
            ]}
            rows={rows.map((row) => ({
              key: row.alpha,
              head: formatValue(row.alpha),
              cells: splits.flatMap(([split]) => [
                formatValue(row[split].loss),
                formatPerCent(100 * errorOf(row, split)),
              ]),
            }))}
          />
        </details>
      }
    >
      <div ref={frame} className="study-plot">
        <svg
          width={width}
          height={panelsHeight(width)}
          viewBox={`0 0 ${width} ${panelsHeight(width)}`}
          aria-hidden="true"
        >
          <LineBetweenPlot {...plot} width={width} />
        </svg>
      </div>
    </StudyFigure>
  );
}

function captionOf(result: LineResult): string {
  const loss = barrierOf(result, ({ train }) => train.loss);
  const error = barrierOf(result, (row) => errorOf(row, 'test'));
  if (loss === null || error === null) return t`The barrier is known when the line is whole.`;
  return t`Barrier: ${formatSigned(loss)} in training loss, ${formatSigned(Number((100 * error).toFixed(1)))} points in test error (the highest point less the mean of the ends).`;
}
