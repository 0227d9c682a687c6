/** A statistic of every layer at one step, input left, classifier right; all runs on one log axis. */
import { memo, useRef, useState } from 'react';
import { Curve, Surface } from 'recharts';
import type { DrawnRun } from './drawnRun.ts';
import { formatValue } from './format.ts';
import { lineWidth, runColour, runDash } from './palette.ts';
import { dotsPath } from './paths.ts';
import { formatRun, type ProfileRow } from './profileRow.ts';
import { RunTooltip } from './RunTooltip.tsx';
import { scaleOf } from './scale.ts';
import { logTicks } from './ticks.ts';
import { useSize } from './useSize.ts';

/** Places on the depth axis, 0 to 1. */
export interface StageTick {
  readonly label: string;
  readonly start: number;
  readonly centre: number;
}

/** Layers beyond which dots would run together. */
const MAX_DOTS = 60;
const MARGIN = { top: 10, right: 26, bottom: 22, left: 62 };

interface ProfileChartProps {
  readonly title: string;
  readonly runs: readonly DrawnRun[];
  readonly rows: readonly ProfileRow[];
  /** Of log10 of the values. */
  readonly range: readonly [number, number];
  readonly stages: readonly StageTick[];
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
  const move = (by: number) =>
    setPicked(Math.min(rows.length - 1, Math.max(0, picked === null ? 0 : picked + by)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields; this groups a picture and its cursor
    <div
      className="plot-area profile-area"
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the cursor
      tabIndex={0}
      aria-label={`${title} across the layers, input left. Arrow keys read values.`}
      onPointerMove={(event) =>
        pickAt(event.clientX - event.currentTarget.getBoundingClientRect().left)
      }
      onPointerLeave={() => setPicked(null)}
      onBlur={() => setPicked(null)}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (event.key === 'Escape') setPicked(null);
        if (by === undefined) return;
        event.preventDefault();
        move(by * (event.shiftKey ? 10 : 1));
      }}
    >
      <Surface width={width} height={height} className="chart" aria-hidden="true">
        {logTicks(...range).map((tick) => (
          <g key={tick}>
            <path d={`M${MARGIN.left - 12} ${y.at(tick)}H${right + 12}`} className="chart-grid" />
            <text
              x={MARGIN.left - 16}
              y={y.at(tick)}
              dy="0.35em"
              className="chart-text"
              textAnchor="end"
            >
              {formatValue(tick)}
            </text>
          </g>
        ))}
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
        <div
          className="plot-tooltip"
          style={
            x.at(row.depth) > width / 2
              ? { right: width - x.at(row.depth) + 12 }
              : { left: x.at(row.depth) + 12 }
          }
          aria-live="polite"
        >
          <RunTooltip
            caption={row.layer}
            columns={['value']}
            pointerY={null}
            rows={runs.map((run) => ({
              run,
              name: run.name,
              cells: [formatRun(row, run.id)],
              y: Number.NaN,
            }))}
          />
        </div>
      )}
    </div>
  );
}
