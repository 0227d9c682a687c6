/** Horizontal bars with their values: published results beside those measured here. */

import type { Box } from '../figure/Frame.tsx';
import { SANS, textWidth } from '../figure/text.tsx';
import { runColour } from '../palette.ts';

interface Bar {
  readonly label: string;
  /** Null: not measured. */
  readonly value: number | null;
  readonly text: string;
  /** Colour of a run; null: published. */
  readonly colourIndex: number | null;
}

export interface BarGroup {
  readonly label: string;
  readonly bars: readonly Bar[];
}

interface BarPlotProps {
  readonly box: Box;
  readonly groups: readonly BarGroup[];
}

const BAR = 14;
const GAP = 3;
const LABEL = 16;
const BETWEEN = 10;
const SIZE = 12;

/** Of a plot with these groups. */
export const barPlotHeight = (groups: readonly BarGroup[]): number =>
  groups.reduce((sum, { bars }) => sum + LABEL + bars.length * (BAR + GAP) + BETWEEN, 0);

export function BarPlot({ box, groups }: BarPlotProps) {
  const bars = groups.flatMap((group) => group.bars);
  const most = Math.max(...bars.map(({ value }) => value ?? 0), 1e-9);
  const widest = Math.max(...bars.map(({ text }) => textWidth(text, SIZE)));
  const full = box.width - widest - 10;
  let y = box.y;
  return (
    <g fontFamily={SANS} fontSize={SIZE} fill="var(--ink)">
      {groups.map((group) => {
        const top = y;
        y += LABEL + group.bars.length * (BAR + GAP) + BETWEEN;
        return (
          <g key={group.label}>
            <text x={box.x} y={top + 11}>
              {group.label}
            </text>
            {group.bars.map(({ label, value, text, colourIndex }, i) => {
              const at = top + LABEL + i * (BAR + GAP);
              const width = value === null ? 0 : Math.max(1.5, (value / most) * full);
              return (
                <g key={label}>
                  <rect
                    x={box.x}
                    y={at}
                    width={width}
                    height={BAR}
                    fill={colourIndex === null ? 'var(--control)' : runColour(colourIndex)}
                  />
                  <text
                    x={box.x + width + 6}
                    y={at + 11}
                    fill={colourIndex === null ? 'var(--faint)' : 'var(--ink)'}
                  >
                    {text}
                  </text>
                </g>
              );
            })}
          </g>
        );
      })}
    </g>
  );
}
