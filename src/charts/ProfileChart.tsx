/** A statistic of every layer at one step, input left, classifier right; all runs on one log axis. */
import { memo, useRef, useState } from 'react';
import { Curve, Surface } from 'recharts';
import { arrowOf, clamp } from './arrowKeys.ts';
import type { DrawnRun } from './drawnRun.ts';
import { formatValue } from './format.ts';
import { PlotArea } from './PlotArea.tsx';
import { ValueGrid } from './PlotAxes.tsx';
import { lineWidth, runColour, runDash } from './palette.ts';
import { dotsPath } from './paths.ts';
import { formatRun, type ProfileRow } from './profileRow.ts';
import { PlotTooltip, RunTooltip } from './RunTooltip.tsx';
import { scaleOf } from './scale.ts';
import { logTicks } from './ticks.ts';
import { useSize } from './useSize.ts';
import { t } from '../text/t.ts';

/** A stage on the depth axis, which runs from 0 to 1. */
export interface StageTick {
  readonly label: string;
  readonly start: number;
  readonly centre: number;
}

/** With more layers, dots would overlap. */
const MAX_DOTS = 60;
const MARGIN = { top: 10, right: 26, bottom: 22, left: 62 };

interface ProfileChartProps {
  readonly title: string;
  readonly runs: readonly DrawnRun[];
  readonly rows: readonly ProfileRow[];
  /** Range of log10 of the values. */
  readonly range: readonly [number, number];
  readonly stages: readonly StageTick[];
  /** Names a layer for people. */
  nameOf(layer: string): string;
}

export const ProfileChart = memo(function ProfileChart(props: ProfileChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const size = useSize(element);
  return (
    <div ref={element} className="plot-frame">
      {size !== null && size.width > MARGIN.left + MARGIN.right && <Sized {...props} {...size} />}
    </div>
  );
});

function Sized(props: ProfileChartProps & { readonly width: number; readonly height: number }) {
  const { title, runs, rows, range, stages, width, height } = props;
  const [picked, setPicked] = useState<number | null>(null);
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const x = scaleOf({ from: 0, to: 1 }, [MARGIN.left, right], false);
  const y = scaleOf({ from: 10 ** range[0], to: 10 ** range[1] }, [bottom, MARGIN.top], true);
  const row = picked === null ? undefined : rows[Math.min(picked, rows.length - 1)];
  const pickAt = (pixel: number) => {
    const depth = x.invert(pixel);
    const distances = rows.map((candidate) => Math.abs(candidate.depth - depth));
    setPicked(distances.indexOf(Math.min(...distances)));
  };
  return (
    <PlotArea
      className="plot-area"
      label={t`${title} across the layers, input left. Arrow keys read values.`}
      onPointerMove={(event) =>
        pickAt(event.clientX - event.currentTarget.getBoundingClientRect().left)
      }
      onPointerLeave={() => setPicked(null)}
      onBlur={() => setPicked(null)}
      onKeyDown={(event) => {
        const [by] = arrowOf(event) ?? [0];
        if (event.key === 'Escape' && picked !== null) {
          event.preventDefault();
          setPicked(null);
        }
        if (by === 0) return;
        event.preventDefault();
        const next = picked === null ? 0 : picked + by * (event.shiftKey ? 10 : 1);
        setPicked(clamp(next, 0, rows.length - 1));
      }}
    >
      <Surface width={width} height={height} className="chart" aria-hidden="true">
        <ValueGrid
          {...{ y, ticks: logTicks(...range), from: MARGIN.left - 12, to: right + 12 }}
          labelsAt={MARGIN.left - 16}
          format={formatValue}
        />
        {stages.slice(1).map(({ label, start, centre }) => (
          <g key={label}>
            <path d={`M${x.at(start)} ${MARGIN.top}V${bottom}`} className="chart-grid" />
            <text x={x.at(centre)} y={bottom + 15} className="chart-text" textAnchor="middle">
              {label}
            </text>
          </g>
        ))}
        <path d={`M${MARGIN.left - 12} ${bottom}H${right + 12}`} className="chart-axis" />
        {runs.map((run) => {
          const points = rows.flatMap(({ depth, values }) => {
            const value = values[run.id];
            return value === undefined ? [] : [{ x: x.at(depth), y: y.at(value) }];
          });
          const colour = runColour(run.colourIndex);
          return (
            <g key={run.id}>
              <Curve
                className="chart-line"
                points={points}
                stroke={colour}
                strokeWidth={lineWidth(run.isBaseline)}
                strokeDasharray={runDash(run.colourIndex) ?? 'none'}
                fill="none"
              />
              {rows.length <= MAX_DOTS && <path d={dotsPath(points, 1.8)} fill={colour} />}
            </g>
          );
        })}
        {row !== undefined && (
          <path
            data-export="no"
            className="chart-cursor"
            d={`M${x.at(row.depth)} ${MARGIN.top}V${bottom}`}
          />
        )}
      </Surface>
      {row !== undefined && (
        <PlotTooltip at={x.at(row.depth)} width={width}>
          <RunTooltip
            caption={props.nameOf(row.layer)}
            columns={['value']}
            pointerY={null}
            rows={runs.map((run) => ({
              run,
              name: run.name,
              cells: [formatRun(row, run.id)],
              y: Number.NaN,
            }))}
          />
        </PlotTooltip>
      )}
    </PlotArea>
  );
}
