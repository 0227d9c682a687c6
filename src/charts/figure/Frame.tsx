/** The axes of our own SVG plots: their scales, grid, ticks and titles. */
import type { Axis } from '../axis.ts';
import { formatShort, formatValue } from '../format.ts';
import { type Scale, scaleOf } from '../scale.ts';
import { SANS } from './text.tsx';

/** In pixels of the SVG. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The scales of a plot that fills `box`. */
export function plotScales(box: Box, x: Axis, y: Axis): { readonly x: Scale; readonly y: Scale } {
  return {
    x: scaleOf(x, [box.x, box.x + box.width], x.log),
    y: scaleOf(y, [box.y + box.height, box.y], y.log),
  };
}

interface FrameProps {
  readonly box: Box;
  /** Null: without ticks. */
  readonly x: Axis | null;
  readonly xLabel: string;
  readonly y: Axis;
  readonly yLabel: string;
}

export function Frame({ box, x, xLabel, y, yLabel }: FrameProps) {
  const bottom = box.y + box.height;
  const scales = plotScales(box, x ?? y, y);
  const isWithin = (at: number, from: number, length: number, slack: number) =>
    at >= from - slack && at <= from + length + slack;
  return (
    <g fontFamily={SANS} fontSize={11.5} fill="var(--faint)">
      <text x={box.x - 34} y={box.y - 12} fill="var(--ink)" fontSize={12.5}>
        {yLabel}
      </text>
      {y.ticks.map((tick) => {
        const at = scales.y.at(tick);
        if (!isWithin(at, box.y, box.height, 1)) return null;
        return (
          <g key={tick}>
            <path d={`M${box.x} ${at}h${box.width}`} stroke="var(--grid)" strokeWidth={1} />
            <text x={box.x - 7} y={at + 4} textAnchor="end">
              {y.log ? power(tick) : formatValue(tick)}
            </text>
          </g>
        );
      })}
      <path d={`M${box.x} ${bottom}h${box.width}`} stroke="var(--control)" strokeWidth={1} />
      {x?.ticks.map((tick) => {
        const at = scales.x.at(tick);
        if (!isWithin(at, box.x, box.width, 0.01 * box.width)) return null;
        return (
          <text key={tick} x={at} y={bottom + 17} textAnchor="middle">
            {formatShort(tick)}
          </text>
        );
      })}
      <text x={box.x + box.width / 2} y={bottom + 34} textAnchor="middle">
        {xLabel}
      </text>
    </g>
  );
}

const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `10⁻³` for powers of ten from 10³ up and 10⁻³ down. */
function power(value: number): string {
  const exponent = Math.log10(value);
  if (!Number.isInteger(exponent) || Math.abs(exponent) < 3) return formatValue(value);
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPT[Number(digit)]);
  return `10${exponent < 0 ? '⁻' : ''}${digits.join('')}`;
}
