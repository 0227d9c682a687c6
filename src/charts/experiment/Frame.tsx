/** Axes of a plot. */
import { formatShort, formatValue } from '../format.ts';
import { type Axis, type Box, shareOf } from './plot.ts';
import { SANS } from './text.tsx';

interface FrameProps {
  readonly box: Box;
  readonly x: Axis | null;
  readonly xLabel: string;
  readonly y: Axis;
  readonly yLabel: string;
}

export function Frame({ box, x, xLabel, y, yLabel }: FrameProps) {
  const bottom = box.y + box.height;
  return (
    <g fontFamily={SANS} fontSize={11.5} fill="var(--faint)">
      <text x={box.x - 34} y={box.y - 12} fill="var(--ink)" fontSize={12.5}>
        {yLabel}
      </text>
      {y.ticks.map((tick) => {
        const at = bottom - shareOf(y, tick) * box.height;
        if (at < box.y - 1 || at > bottom + 1) return null;
        return (
          <g key={tick}>
            <path d={`M${box.x} ${at}h${box.width}`} stroke="var(--grid)" strokeWidth={1} />
            <text x={box.x - 7} y={at + 4} textAnchor="end">
              {y.isLog ? power(tick) : formatValue(tick)}
            </text>
          </g>
        );
      })}
      <path d={`M${box.x} ${bottom}h${box.width}`} stroke="var(--control)" strokeWidth={1} />
      {x?.ticks.map((tick) => {
        const share = shareOf(x, tick);
        if (share < -0.01 || share > 1.01) return null;
        return (
          <text key={tick} x={box.x + share * box.width} y={bottom + 17} textAnchor="middle">
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

/** `10⁻³` for powers of ten that are far from 1. */
function power(value: number): string {
  const exponent = Math.log10(value);
  if (!Number.isInteger(exponent) || Math.abs(exponent) < 3) return formatValue(value);
  const digits = [...String(Math.abs(exponent))]
    .map((digit) => SUPERSCRIPT[Number(digit)])
    .join('');
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}
