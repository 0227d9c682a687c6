/** Lines labelled at their ends with names and last values. */

import type { Axis } from '../axis.ts';
import { spreadLabels } from '../endLabels.ts';
import { type Box, Frame, plotScales } from '../figure/Frame.tsx';
import { SANS, textWidth } from '../figure/text.tsx';
import { runColour, runDash } from '../palette.ts';
import { linePath } from '../paths.ts';

export interface PlotLine {
  readonly name: string;
  /** Names colour and dash. */
  readonly colourIndex: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Drawn faintly behind the line. */
  readonly raw?: readonly number[];
  /** Its own, in place of its colour's; such a line is thin. */
  readonly dash?: string;
  /** Follows the name. */
  readonly value: string;
  /** A dot for every point: there are few, or only one. */
  readonly dots?: readonly ('full' | 'hollow')[];
}

interface PlotMark {
  readonly x: number;
  readonly label: string;
}

interface LinePlotProps {
  readonly box: Box;
  readonly lines: readonly PlotLine[];
  readonly x: Axis;
  readonly xLabel: string;
  readonly y: Axis;
  readonly yLabel: string;
  readonly marks?: readonly PlotMark[];
  readonly clipId: string;
}

const LABEL_SIZE = 12;
const MARGIN = { left: 40, top: 26, bottom: 42 } as const;

export function LinePlot(props: LinePlotProps) {
  const { lines, x, y, marks = [], clipId } = props;
  const labels = lines.map(({ name, value }) => (value === '' ? name : `${name}  ${value}`));
  const widest = Math.max(...labels.map((label) => textWidth(label, LABEL_SIZE)));
  const right = Math.min(0.48 * props.box.width, 1.06 * widest + 16);
  const box: Box = {
    x: props.box.x + MARGIN.left,
    y: props.box.y + MARGIN.top,
    width: props.box.width - MARGIN.left - right,
    height: props.box.height - MARGIN.top - MARGIN.bottom,
  };
  const bottom = box.y + box.height;
  const { x: xScale, y: yScale } = plotScales(box, x, y);
  const path = ({ x: xs }: PlotLine, ys: readonly number[]) =>
    linePath(ys.map((value, i) => ({ x: xScale.at(xs[i] ?? Number.NaN), y: yScale.at(value) })));
  const ends = lines.map((line) => {
    const last = line.y.at(-1) ?? y.from;
    return Math.min(bottom, Math.max(box.y, yScale.at(Number.isFinite(last) ? last : y.to)));
  });
  const heights = spreadLabels(ends, LABEL_SIZE + 4, [box.y, bottom]);
  return (
    <g>
      <Frame box={box} x={x} xLabel={props.xLabel} y={y} yLabel={props.yLabel} />
      <clipPath id={clipId}>
        <rect x={box.x} y={box.y - 2} width={box.width} height={box.height + 3} />
      </clipPath>
      {marks.map(({ x: at, label }) => (
        <g key={`${at} ${label}`}>
          <path
            d={`M${xScale.at(at)} ${box.y}V${bottom}`}
            stroke="var(--mark)"
            strokeWidth={1.2}
            strokeDasharray="4 4"
          />
          <text
            x={xScale.at(at) + 5}
            y={box.y + 10}
            fontFamily={SANS}
            fontSize={11.5}
            fill="var(--ink)"
          >
            {label}
          </text>
        </g>
      ))}
      <g clipPath={`url(#${clipId})`} fill="none">
        {lines.map((line) =>
          line.raw === undefined ? null : (
            <path
              key={line.name}
              d={path(line, line.raw)}
              stroke={runColour(line.colourIndex)}
              strokeWidth={1}
              strokeOpacity={0.22}
            />
          ),
        )}
        {lines.map((line) => (
          <path
            key={line.name}
            d={path(line, line.y)}
            stroke={runColour(line.colourIndex)}
            strokeWidth={line.dash === undefined ? 2.4 : 1.4}
            strokeLinejoin="round"
            strokeDasharray={line.dash ?? runDash(line.colourIndex)}
          />
        ))}
        {lines.flatMap(({ name, colourIndex, x: xs, y: ys, dots = [] }) =>
          dots.map((dot, i) => (
            <circle
              key={`${name} ${xs[i]}`}
              cx={xScale.at(xs[i] ?? Number.NaN)}
              cy={yScale.at(ys[i] ?? Number.NaN)}
              r={3.5}
              fill={dot === 'full' ? runColour(colourIndex) : 'var(--paper)'}
              stroke={runColour(colourIndex)}
              strokeWidth={1.5}
            />
          )),
        )}
      </g>
      {lines.map(({ name, colourIndex }, i) => {
        const [end, height] = [ends[i] ?? box.y, heights[i] ?? box.y];
        const from = box.x + box.width;
        return (
          <g key={name}>
            <path
              d={`M${from + 1} ${end}L${from + 9} ${height}`}
              stroke={runColour(colourIndex)}
              strokeWidth={1}
              fill="none"
            />
            <text
              x={from + 12}
              y={height + 4}
              fontFamily={SANS}
              fontSize={LABEL_SIZE}
              fontWeight={600}
              fill={runColour(colourIndex)}
            >
              {labels[i]}
            </text>
          </g>
        );
      })}
    </g>
  );
}
