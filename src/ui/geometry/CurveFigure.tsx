/** The curve between two nets beside the straight line, and how high the barrier is on either. */
import { barrierOf, curveCsv, errorOf } from '../../app/lines.ts';
import { formatCount, formatSigned } from '../../charts/format.ts';
import type { CurveResult, LineRow } from '../../training/studies/study.ts';
import type { Subject } from '../studies/useStudies.ts';
import { BetweenFigure } from './BetweenFigure.tsx';
import { CURVE_NOTES, CURVE_TITLE } from './geometryNotes.ts';
import { t } from '../../text/t.ts';

/** Of the straight line, which is thin. */
const SOLID = 'none';

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
  const { line, curve } = waysOf(result);
  const straight = { rows: line, dash: SOLID };
  const bent = { rows: curve?.rows ?? [] };
  return (
    <BetweenFigure
      {...{ from, to, step, result }}
      ways={[
        { split: 'train', name: t`training, curve`, ...bent },
        { split: 'train', name: t`training, line`, ...straight },
        { split: 'test', name: t`test, curve`, ...bent },
        { split: 'test', name: t`test, line`, ...straight },
      ]}
      title={CURVE_TITLE}
      caption={captionOf(result, bendSteps)}
      notes={CURVE_NOTES}
      fileName="curve-between-networks"
      csv={() => curveCsv(from.run.name, to.run.name, result)}
      table={{ summary: t`This curve as a table`, label: t`Table of the curve` }}
    />
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
