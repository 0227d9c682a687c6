/** Curvature and noise over the steps, their curves and numbers. */
import { useId } from 'react';
import { curvatureCsv, limitedBy, noiseScale, stabilityLimit } from '../../app/curvature.ts';
import { formatCount, formatValue } from '../../charts/format.ts';
import { type CurvatureLine, CurvaturePlot } from '../../charts/geometry/CurvaturePlot.tsx';
import { panelsHeight } from '../../charts/geometry/panels.ts';
import type { CurvatureRow } from '../../training/studies/study.ts';
import { ScrollTable } from '../ScrollTable.tsx';
import { StudyFigure } from '../studies/StudyFigure.tsx';
import { StudyPlot } from '../studies/StudyPlot.tsx';
import type { Finding } from '../studies/useStudies.ts';
import { CURVATURE_NOTES, CURVATURE_TITLE } from './geometryNotes.ts';
import { t } from '../../text/t.ts';

const SHEET_WIDTH = 860;

export function CurvatureFigure({ findings }: { findings: readonly Finding<'curvature'>[] }) {
  const clipId = useId();
  const lines = findings.map(({ subject: { run }, result: { rows } }): CurvatureLine => {
    const { name, colourIndex, config } = run;
    return {
      ...{ name, colourIndex, step: rows.map(({ step }) => step) },
      largest: rows.map(({ largest }) => largest),
      limit: rows.map((row) => stabilityLimit(limitedBy(config), row.learningRate)),
      noiseScale: rows.map(noiseScale),
    };
  });
  const origins = findings.map(
    ({ subject: { run }, result }) => t`${run.name}, ${formatCount(result.images)} training images`,
  );
  return (
    <StudyFigure
      title={CURVATURE_TITLE}
      caption={t`Dotted: the curvature above which steps of this rate overshoot.`}
      notes={CURVATURE_NOTES}
      fileName="curvature"
      origin={t`${origins.join(t`; `)}.`}
      sheet={{
        ...{ width: SHEET_WIDTH, height: panelsHeight(SHEET_WIDTH), nets: [] },
        children: <CurvaturePlot lines={lines} width={SHEET_WIDTH} clipId={clipId} />,
      }}
      csv={() =>
        curvatureCsv(
          findings.map(({ subject: { run }, result }) => {
            return { name: run.name, training: limitedBy(run.config), result };
          }),
        )
      }
      table={
        <details>
          <summary>{t`These values as a table`}</summary>
          {findings.map(({ subject: { run }, result }) => (
            <ScrollTable
              key={run.id}
              label={t`Table of curvatures of ${run.name}`}
              caption={run.name}
              columns={[
                t`step`,
                t`loss`,
                t`largest curvature`,
                t`limit`,
                t`gradient norm`,
                t`noise scale`,
              ]}
              rows={result.rows.map((row) => ({
                key: row.step,
                head: formatCount(row.step),
                cells: cellsOf(row, stabilityLimit(limitedBy(run.config), row.learningRate)),
              }))}
            />
          ))}
        </details>
      }
    >
      <StudyPlot height={panelsHeight}>
        {(width) => <CurvaturePlot lines={lines} width={width} clipId={clipId} />}
      </StudyPlot>
    </StudyFigure>
  );
}

function cellsOf(row: CurvatureRow, limit: number | null): readonly string[] {
  const orDash = (value: number | null) => (value === null ? '–' : formatValue(value));
  return [
    formatValue(row.loss),
    `${formatValue(row.largest)} ± ${formatValue(Number(row.residual.toPrecision(1)))}`,
    orDash(limit),
    formatValue(row.gradientNorm),
    orDash(noiseScale(row)),
  ];
}
