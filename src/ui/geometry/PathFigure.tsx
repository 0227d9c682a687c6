/** The paths of all runs over the loss in their planes, on one scale. */
import { useRef } from 'react';
import { pathsCsv } from '../../app/paths.ts';
import { filledSurface, lossRange } from '../../app/surfaces.ts';
import { SANS } from '../../charts/figure/text.tsx';
import { formatCount, formatPercent, formatSigned } from '../../charts/format.ts';
import { runColour } from '../../charts/palette.ts';
import { SCALE_BAR_HEIGHT, ScaleBar } from '../../charts/surface/ScaleBar.tsx';
import { PLOT_HEIGHT, PLOT_WIDTH, SurfacePlot } from '../../charts/surface/SurfacePlot.tsx';
import { useSize } from '../../charts/useSize.ts';
import type { PathResult } from '../../training/studies/study.ts';
import { ScrollTable } from '../ScrollTable.tsx';
import { namedStep, StudyFigure } from '../studies/StudyFigure.tsx';
import type { Finding } from '../studies/useStudies.ts';
import { PATH_NOTES, PATH_TITLE } from './geometryNotes.ts';
import { t } from '../../text/t.ts';

const GAP = 24;
const NAME = 20;

export function PathFigure({ findings }: { findings: readonly Finding<'path'>[] }) {
  const bar = useRef<HTMLDivElement>(null);
  const barWidth = useSize(bar)?.width ?? 500;
  const [from, to] = lossRange(findings.map(({ result }) => result.surface)) ?? [1, 10];
  const losses = { from, to, log: true };
  const plot = ({ points, shares, centre, surface }: PathResult) => (
    <SurfacePlot
      {...{ size: surface.size, range: surface.range, losses, centre }}
      values={filledSurface(surface)}
      path={points.map(({ x, y }) => [x, y] as const)}
      directions={[
        t`first direction, ${formatPercent(shares[0])} of the variance`,
        t`second direction, ${formatPercent(shares[1])}`,
      ]}
    />
  );
  const sheetWidth = findings.length * PLOT_WIDTH + (findings.length - 1) * GAP;
  const origins = findings.map(({ subject: { run }, step, result: { points, surface } }) => {
    const net = namedStep(run.name, step, formatCount);
    return t`${net}, ${points.length} points of the path, ${formatCount(surface.images)} training images`;
  });
  return (
    <StudyFigure
      title={PATH_TITLE}
      caption={t`Mean training loss. The cross is the trained network; axes in units of the weights.`}
      notes={PATH_NOTES}
      fileName="path"
      origin={t`${origins.join(t`; `)}.`}
      sheet={{
        ...{ width: sheetWidth, height: NAME + PLOT_HEIGHT + 12 + SCALE_BAR_HEIGHT, nets: [] },
        children: (
          <>
            {findings.map(({ subject: { run }, result }, i) => (
              <g key={run.id} transform={`translate(${i * (PLOT_WIDTH + GAP)} 0)`}>
                <text
                  x={40}
                  y={2}
                  fontFamily={SANS}
                  fontSize={14}
                  fontWeight={600}
                  fill="var(--ink)"
                >
                  {run.name}
                </text>
                <g transform={`translate(0 ${NAME - 8})`}>{plot(result)}</g>
              </g>
            ))}
            <g transform={`translate(40 ${NAME + PLOT_HEIGHT + 8})`}>
              <ScaleBar losses={losses} width={Math.min(480, sheetWidth - 52)} />
            </g>
          </>
        ),
      }}
      csv={() =>
        pathsCsv(findings.map(({ subject: { run }, result }) => ({ name: run.name, result })))
      }
      table={
        <details>
          <summary>{t`This path as a table`}</summary>
          {findings.map(({ subject: { run }, result: { points } }) => (
            <ScrollTable
              key={run.id}
              label={t`Table of the path of ${run.name}`}
              caption={run.name}
              columns={[t`step`, t`first direction`, t`second direction`]}
              rows={points.map(({ step, x, y }) => ({
                ...{ key: step, head: formatCount(step) },
                cells: [formatSigned(x), formatSigned(y)],
              }))}
            />
          ))}
        </details>
      }
    >
      <div className="row">
        <div ref={bar} className="surface-bar">
          <svg
            width={barWidth}
            height={SCALE_BAR_HEIGHT}
            viewBox={`0 0 ${barWidth} ${SCALE_BAR_HEIGHT}`}
            role="img"
            aria-label={t`Colour scale of the loss, dark low, light high`}
          >
            <ScaleBar losses={losses} width={barWidth} />
          </svg>
        </div>
      </div>
      <div className="surface-panels">
        {findings.map(({ subject: { run }, step, result }) => (
          <section key={run.id} className="surface-panel" aria-label={t`Path of ${run.name}`}>
            <h3 style={{ color: runColour(run.colourIndex) }}>
              {run.name}
              {step !== null && <span className="faint"> {t`at step ${formatCount(step)}`}</span>}
            </h3>
            <div className="surface-map">
              <svg viewBox={`0 0 ${PLOT_WIDTH} ${PLOT_HEIGHT}`} aria-hidden="true">
                {plot(result)}
              </svg>
            </div>
          </section>
        ))}
      </div>
    </StudyFigure>
  );
}
