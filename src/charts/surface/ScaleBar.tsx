/** The colours of a loss surface and what they stand for, as part of an SVG. */
import { SANS } from '../figure/text.tsx';
import { formatValue } from '../format.ts';
import type { Domain } from '../scale.ts';
import { colourBands, contourLevels, lossScale } from './contours.ts';

const LABEL_GAP = 44;

export const SCALE_BAR_HEIGHT = 34;

/** `width` × `SCALE_BAR_HEIGHT`, in the bands of the map. */
export function ScaleBar({ losses, width }: { losses: Domain; width: number }) {
  const { at } = lossScale(losses, width);
  let free = LABEL_GAP;
  const labelled = contourLevels(losses).filter((level) => {
    if (at(level) < free || at(level) > width - 1.5 * LABEL_GAP) return false;
    free = at(level) + LABEL_GAP;
    return true;
  });
  return (
    <g fontFamily={SANS} fontSize={11.5} fill="var(--faint)">
      {colourBands(losses).map(({ from, to, colour }) => (
        <rect
          key={from}
          x={from * width}
          width={(to - from) * width + 0.5}
          height={12}
          fill={colour}
        />
      ))}
      {labelled.map((level) => (
        <text key={level} x={at(level)} y={27} textAnchor="middle">
          {formatValue(level)}
        </text>
      ))}
      <text x={0} y={27}>
        {formatValue(losses.from)}
      </text>
      <text x={width} y={27} textAnchor="end">
        ≥ {formatValue(losses.to)}
      </text>
    </g>
  );
}
