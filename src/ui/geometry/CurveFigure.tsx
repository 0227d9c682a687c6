/** The curve between two nets beside the straight line: how high the barrier is on either, the curves and their numbers. */
import { useId, useRef } from 'react';
import { barrierOf, curveCsv, errorOf } from '../../app/lines.ts';
import { formatCount, formatPerCent, formatSigned, formatValue } from '../../charts/format.ts';
import { LineBetweenPlot, type LineOfSplit } from '../../charts/geometry/LineBetweenPlot.tsx';
import { panelsHeight } from '../../charts/geometry/panels.ts';
import { useSize } from '../../charts/useSize.ts';
import type { CurveResult, LineRow } from '../../training/studies/study.ts';
import { ScrollTable } from '../ScrollTable.tsx';
import { namedStep, StudyFigure } from '../studies/StudyFigure.tsx';
import type { Subject } from '../studies/useStudies.ts';
import { CURVE_NOTES, CURVE_TITLE } from './geometryNotes.ts';
import { SHEET_WIDTH, TEST_COLOUR, TRAIN_COLOUR } from './betweenStyle.ts';
import { t } from '../../text/t.ts';

/** Of the straight line, which is thin. */
const SOLID = 'none';

const WAYS = [
  ['curve', 'train', t`training, curve`, TRAIN_COLOUR],
  ['line', 'train', t`training, line`, TRAIN_COLOUR],
  ['curve', 'test', t`test, curve`, TEST_COLOUR],
  ['line', 'test', t`test, line`, TEST_COLOUR],
] as const;

interface CurveFigureProps {
  readonly from: Subject;
  readonly to: Subject;
  /** Of the first; null for a kept run. */
  readonly step: number | null;
  /** Of the bend's training, in all. */
  readonly bendSteps: number;
  readonly result: CurveResult;
}

export function CurveFigure({ from, to, step, bendSteps, result }: CurveFigureProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSize(frame)?.width ?? 700;
  const clipId = useId();
  const { line, curve } = waysOf(result);
  const rowsOf = { line, curve: curve?.rows ?? [] };
  const plot = {
    ends: [from.run.name, to.run.name] as const,
    clipId,
    splits: WAYS.flatMap(([way, split, name, colourIndex]): LineOfSplit[] => {
      const rows = rowsOf[way];
      if (rows.length === 0) return [];
      return [
        {
          ...{ name, colourIndex, ...(way === 'line' && { dash: SOLID }) },
          alpha: rows.map(({ alpha }) => alpha),
          loss: rows.map((row) => row[split].loss),
          error: rows.map((row) => 100 * errorOf(row, split)),
        },
      ];
    }),
  };
  return (
    <StudyFigure
      title={CURVE_TITLE}
      caption={captionOf(result, bendSteps)}
      notes={CURVE_NOTES}
      fileName="curve-between-networks"
      origin={t`${namedStep(from.run.name, step, formatCount)} to ${namedStep(to.run.name, result.toStep, formatCount)}: ${formatCount(result.images)} training images and ${formatCount(result.testImages)} test images.`}
      sheet={{
        ...{ width: SHEET_WIDTH, height: panelsHeight(SHEET_WIDTH), nets: [] },
        children: <LineBetweenPlot {...plot} width={SHEET_WIDTH} />,
      }}
      csv={() => curveCsv(from.run.name, to.run.name, result)}
      table={
        <details>
          <summary>{t`This curve as a table`}</summary>
          <ScrollTable
            label={t`Table of the curve`}
            columns={[
              t`place`,
              ...WAYS.flatMap(([, , name]) => [t`loss, ${name}`, t`error, ${name}`]),
            ]}
            rows={line.map((row, i) => ({
              key: row.alpha,
              head: formatValue(row.alpha),
              cells: WAYS.flatMap(([way, split]) => {
                const found = rowsOf[way][i];
                return found === undefined
                  ? ['–', '–']
                  : [formatValue(found[split].loss), formatPerCent(100 * errorOf(found, split))];
              }),
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

/** The straight line as far as it is known, and the latest curve that is known as a whole. */
function waysOf({ curves }: CurveResult): {
  readonly line: readonly LineRow[];
  readonly curve: CurveResult['curves'][number] | null;
} {
  const [first, ...bent] = curves;
  const line = first?.rows ?? [];
  return { line, curve: bent.findLast(({ rows }) => rows.length === line.length) ?? null };
}

function captionOf(result: CurveResult, bendSteps: number): string {
  const { line, curve } = waysOf(result);
  const barriers = (rows: readonly LineRow[]) => {
    const loss = barrierOf({ rows }, ({ train }) => train.loss);
    const error = barrierOf({ rows }, (row) => errorOf(row, 'test'));
    if (loss === null || error === null) return null;
    return [formatSigned(loss), formatSigned(Number((100 * error).toFixed(1)))] as const;
  };
  const straight = barriers(line);
  if (straight === null) return t`The straight line comes first.`;
  const bent = curve && barriers(curve.rows);
  if (curve === null || bent === null) {
    return t`Barrier on the straight line: ${straight[0]} in training loss, ${straight[1]} points in test error. The bend has made ${formatCount(result.bendSteps)} of ${formatCount(bendSteps)} steps.`;
  }
  return t`Barrier on the straight line: ${straight[0]} in training loss, ${straight[1]} points in test error; on the curve after ${formatCount(curve.steps)} of ${formatCount(bendSteps)} steps: ${bent[0]} and ${bent[1]}.`;
}
